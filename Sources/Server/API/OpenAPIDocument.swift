// /api/openapi.json: the HTTP API as an OpenAPI 3.0 document, made from `APIShape`. It is the same for every node of a version and tells nothing of
// an installation, so it is read without a key: tools that draw it have none.

import JSON

enum OpenAPIDocument {
    static let bytes: [UInt8] = {
        var writer = OpenAPIWriter()
        writer.document()
        return writer.json.bytes + [0x0A]
    }()
}

private struct OpenAPIWriter {
    var json = JSONWriter()

    mutating func object(_ name: String? = nil, _ body: (inout OpenAPIWriter) -> Void) {
        if let name { json.name(name) }
        json.beginObject()
        body(&self)
        json.endObject()
    }

    mutating func array(_ name: String, _ body: (inout OpenAPIWriter) -> Void) {
        json.name(name)
        json.beginArray()
        body(&self)
        json.endArray()
    }

    mutating func document() {
        object { page in
            page.json.member("openapi", "3.0.3")
            page.object("info") { info in
                info.json.member("title", "Rookery HTTP API")
                info.json.member("version", Help.version)
                info.json.member(
                    "description",
                    "What an application's backend asks of its chat server. Errors have the status 200 and a member error, unless X-Centrifugo-Error-Mode: transport asks for theirs."
                )
            }
            page.array("security") { security in
                for (name, _) in OpenAPIWriter.schemes { security.object { $0.array(name) { _ in } } }
            }
            page.object("paths") { paths in
                for method in APIMethod.allCases { paths.path(method) }
            }
            page.object("components") { components in
                components.object("securitySchemes") { $0.securitySchemes() }
                components.object("parameters") { $0.parameters() }
                components.object("responses") { $0.responses() }
                components.object("schemas") { $0.schemas() }
            }
        }
    }

    private mutating func path(_ method: APIMethod) {
        object("/api/\(method.rawValue)") { path in
            path.object("post") { post in
                post.json.member("operationId", method.rawValue)
                post.json.member("summary", method.shape.summary)
                post.array("parameters") { $0.object { $0.reference("parameters/ErrorMode") } }
                post.object("requestBody") { body in
                    body.json.member("required", true)
                    body.content("\(method.shapeName)Request")
                }
                post.object("responses") { responses in
                    responses.object("200") { response in
                        response.json.member("description", "The result, or an error.")
                        response.content(method == .batch ? "BatchResult" : "\(method.shapeName)Response")
                    }
                    for (status, name, _) in OpenAPIWriter.otherResponses {
                        responses.object(status) { $0.reference("responses/\(name)") }
                    }
                }
            }
        }
    }

    private mutating func content(_ shape: String) {
        object("content") { content in
            content.object("application/json") { $0.object("schema") { $0.reference("schemas/\(shape)") } }
        }
    }

    private mutating func reference(_ name: String) { json.member("$ref", "#/components/\(name)") }

    // MARK: Components

    private static let schemes: [(name: String, place: (kind: String, name: String))] = [
        ("header", ("header", "X-API-Key")), ("authorization", ("header", "Authorization")),
        ("query", ("query", "api_key")),
    ]

    private mutating func securitySchemes() {
        for (name, place) in OpenAPIWriter.schemes {
            object(name) { scheme in
                scheme.json.member("type", "apiKey")
                scheme.json.member("in", place.kind)
                scheme.json.member("name", place.name)
                if name == "authorization" { scheme.json.member("description", "apikey KEY") }
                if name == "query" { scheme.json.member("description", "Only where --api-key-in-query allows it.") }
            }
        }
    }

    private mutating func parameters() {
        object("ErrorMode") { parameter in
            parameter.json.member("name", "X-Centrifugo-Error-Mode")
            parameter.json.member("in", "header")
            parameter.json.member(
                "description",
                "transport: an error is the bare body, with the status 500 (100), 404 (102, 104), 400 (107, 108), 416 (112) or 409 (113)."
            )
            parameter.object("schema") { schema in
                schema.json.member("type", "string")
                schema.array("enum") { $0.json.string("transport") }
            }
        }
    }

    private static let otherResponses: [(status: String, name: String, help: String)] = [
        ("400", "Unreadable", "The body is not one JSON object; says why, as text."),
        ("401", "Unauthorized", "No key, a wrong one, or none is configured; empty."),
        ("413", "TooLarge", "The body is longer than --max-api-bytes."),
        ("503", "Unavailable", "Nobody has answered in time."),
    ]

    private mutating func responses() {
        for (_, name, help) in OpenAPIWriter.otherResponses { object(name) { $0.json.member("description", help) } }
    }

    private mutating func schemas() {
        for (name, help, members) in APIShape.named { shape(name, help, members) }
        for method in APIMethod.allCases {
            let shape = method.shape
            self.shape("\(method.shapeName)Request", shape.summary, shape.request)
            self.shape("\(method.shapeName)Result", "What \(method.rawValue) answers.", shape.result)
            guard method != .batch else { continue }
            self.shape(
                "\(method.shapeName)Response", "Result or error.",
                [
                    APIMember("result", .shape("\(method.shapeName)Result"), "It was done."),
                    APIMember("error", .shape("Error"), "It was not."),
                ])
        }
    }

    private mutating func shape(_ name: String, _ help: String, _ members: [APIMember]) {
        object(name) { schema in
            schema.json.member("type", "object")
            schema.json.member("description", help)
            let required = members.filter(\.isRequired)
            if !required.isEmpty {
                schema.array("required") { list in for member in required { list.json.string(member.name) } }
            }
            schema.object("properties") { properties in
                for member in members { properties.object(member.name) { $0.property(member) } }
            }
        }
    }

    private mutating func property(_ member: APIMember) {
        // Beside a reference nothing else may stand.
        if case .shape(let name) = member.kind {
            array("allOf") { $0.object { $0.reference("schemas/\(name)") } }
        } else {
            type(member.kind)
        }
        json.member("description", member.help)
    }

    private mutating func type(_ kind: APIKind) {
        switch kind {
        case .string: json.member("type", "string")
        case .boolean: json.member("type", "boolean")
        case .integer(let least, let most):
            json.member("type", "integer")
            json.member("format", "int64")
            if let least { json.member("minimum", Int(least)) }
            if let most { json.member("maximum", Int(most)) }
        case .any: break
        case .list(let element):
            json.member("type", "array")
            object("items") { $0.type(element) }
        case .map(let value):
            json.member("type", "object")
            object("additionalProperties") { $0.type(value) }
        case .shape(let name): reference("schemas/\(name)")
        }
    }
}
