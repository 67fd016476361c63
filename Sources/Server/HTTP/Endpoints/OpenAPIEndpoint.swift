// /api/openapi.json: without a key, for tools that draw it have none.

import WSProtocol

struct OpenAPIEndpoint: Endpoint {
    func answer(_ head: RequestHead, _ node: Node) -> HTTPResponse {
        HTTPResponse(.ok, headers: [HTTPField("Content-Type", "application/json")], body: OpenAPIDocument.bytes)
            .uncached
    }
}
