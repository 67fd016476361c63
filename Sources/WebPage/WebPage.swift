// The one page that Rookery serves, as a fixed table in memory. A request's path is looked up, never joined to a
// folder, so no path can reach another file (H9). The files themselves stand in Assets/ and are embedded by the
// package manager, because a static binary has to carry them along.

/// The chat page: its files and the headers that every one of them is sent with.
package enum WebPage {
    /// What the browser may do on this page: load its own script, style and icon, and talk to this server. No inline
    /// script or style, no form, no frame, nothing of another host (Content Security Policy Level 3 §6).
    package static let contentSecurityPolicy = [
        "default-src 'none'", "script-src 'self'", "style-src 'self'", "img-src 'self'", "connect-src 'self'",
        "base-uri 'none'", "form-action 'none'", "frame-ancestors 'none'",
    ].joined(separator: "; ")

    /// The headers that go with each file besides `Content-Type`, `Content-Length` and `ETag`. There is no CORS header
    /// among them, and none belongs there.
    package static let headers: [(name: String, value: String)] = [
        ("Content-Security-Policy", contentSecurityPolicy),
        ("X-Content-Type-Options", "nosniff"),
        ("Referrer-Policy", "no-referrer"),
        // Kept, but asked for each time: a new server version shows at once, an unchanged file costs one 304.
        ("Cache-Control", "no-cache"),
    ]

    /// Every file of the page.
    package static let assets: [Asset] = [
        Asset(path: "/", contentType: "text/html; charset=utf-8", bytes: PackageResources.index_html),
        Asset(path: "/style.css", contentType: "text/css; charset=utf-8", bytes: PackageResources.style_css),
        Asset(path: "/icon.svg", contentType: "image/svg+xml", bytes: PackageResources.icon_svg),
        script("/app.js", PackageResources.app_js),
        script("/connection.js", PackageResources.connection_js),
        script("/list.js", PackageResources.list_js),
        script("/login.js", PackageResources.login_js),
        script("/outbox.js", PackageResources.outbox_js),
    ]

    /// The file that this path names, without its query; nil when the page has no such file.
    package static func asset(for path: String) -> Asset? {
        assets.first { $0.path == path }
    }

    private static func script(_ path: String, _ bytes: [UInt8]) -> Asset {
        Asset(path: path, contentType: "text/javascript; charset=utf-8", bytes: bytes)
    }
}
