// The paths that answer a request with a document. One file each; a new one is a file here and a line in the table.

import WebPage
import WSProtocol

protocol Endpoint: Sendable {
    func answer(_ head: RequestHead, _ node: Node) -> HTTPResponse
}

enum Endpoints {
    private static let table: [String: any Endpoint] = {
        var table: [String: any Endpoint] = [
            "/health": ReadyEndpoint(), "/health/ready": ReadyEndpoint(), "/health/live": LiveEndpoint(),
            "/metrics": MetricsEndpoint(), "/api/openapi.json": OpenAPIEndpoint(),
        ]
        for asset in WebPage.assets { table[asset.path] = PageEndpoint(asset: asset) }
        return table
    }()

    /// The path exactly as it was sent: what is encoded in another way is another path (row H9).
    static func find(_ path: String) -> (any Endpoint)? { table[path] }
}
