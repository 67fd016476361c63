// A report as one HTML file that needs nothing else: style, script and data stand inside, and the policy in its head forbids the
// browser everything but these. The data is JSON in a script element that is never run (HTML §4.12.1, a data block); the script
// puts it into the page as text. Knows nothing of what the data says: the script looks at its member `tool`.

import Digest

/// The frame of every report: a pure function from data to a page.
package enum ReportPage {
    /// The bytes of a page, in UTF-8. `title` is plain text. `dataJSON` is one JSON text that the caller has checked: results as
    /// `rookery-bench` writes them, one or a list. Whatever they hold, it stays text: neither can end its element.
    package static func page(title: String, dataJSON: [UInt8]) -> [UInt8] {
        let nonce = nonce(title, dataJSON)
        return filled(
            PackageResources.page_html,
            [
                "policy": Array(policy(nonce).utf8),
                "nonce": Array(nonce.utf8),
                "title": PageEscape.text(title),
                "style": PackageResources.report_css,
                "script": script,
                "data": PageEscape.dataBlock(dataJSON),
            ])
    }

    /// In the order in which they need each other.
    private static let script =
        PackageResources.text_js + PackageResources.scales_js + PackageResources.chart_js + PackageResources.latency_js
        + PackageResources.run_js + PackageResources.comparison_js + PackageResources.conformance_js
        + PackageResources.report_js

    /// Content Security Policy Level 3 §6: our one script and style, and the icon that stands in the page; no network at all.
    private static func policy(_ nonce: String) -> String {
        [
            "default-src 'none'", "script-src 'nonce-\(nonce)'", "style-src 'nonce-\(nonce)'", "img-src data:",
            "base-uri 'none'", "form-action 'none'",
        ].joined(separator: "; ")
    }

    /// Names our script and style to the policy. A file cannot draw a new one for each reader; this one depends on all that comes
    /// from outside, so that a text in the data cannot hold the nonce of the page that it will be in.
    private static func nonce(_ title: String, _ dataJSON: [UInt8]) -> String {
        var hash = SHA1()
        let titleBytes = Array(title.utf8)
        hash.update(titleBytes.span)
        hash.update(dataJSON.span)
        let digest = hash.finalize()
        return String(decoding: Base64.encode(digest.span), as: UTF8.self)
    }

    /// `template` with each `{{name}}` replaced. What is filled in is not looked at again.
    private static func filled(_ template: [UInt8], _ values: [String: [UInt8]]) -> [UInt8] {
        var page: [UInt8] = []
        page.reserveCapacity(values.values.reduce(template.count) { $0 + $1.count })
        var rest = template[...]
        while let byte = rest.popFirst() {
            guard byte == UInt8(ascii: "{"), rest.first == UInt8(ascii: "{"),
                let end = rest.firstIndex(of: UInt8(ascii: "}"))
            else {
                page.append(byte)
                continue
            }
            let name = String(decoding: rest[(rest.startIndex + 1)..<end], as: UTF8.self)
            guard let value = values[name] else {
                preconditionFailure("page.html asks for \(name), which is not known")
            }
            page += value
            rest = rest[(end + 2)...]
        }
        return page
    }
}
