// One file of the page, from memory.

import WebPage
import WSProtocol

struct PageEndpoint: Endpoint {
    let asset: Asset

    func answer(_ head: RequestHead, _ node: Node) -> HTTPResponse {
        var headers = WebPage.headers.map { HTTPField($0.name, $0.value) }
        headers.append(HTTPField("ETag", asset.entityTag))
        // RFC 9110 §13.1.2 — what the browser has is still right.
        if head.fields.lists(asset.entityTag, in: .ifNoneMatch) {
            return HTTPResponse(.notModified, headers: headers)
        }
        headers.append(HTTPField("Content-Type", asset.contentType))
        return HTTPResponse(.ok, headers: headers, body: asset.bytes)
    }
}
