// The page as bytes: everything inside, nothing from outside. How it looks in a browser is shown in the integration tests.
import Foundation
import ReportPage
import Testing

@Suite("The page of a report")
struct ReportPageTests {
    private func page(_ title: String = "Title", _ data: String = "[]") -> String {
        String(decoding: ReportPage.page(title: title, dataJSON: Array(data.utf8)), as: UTF8.self)
    }

    /// What stands between `start` and the next `end`.
    private func part(of text: String, from start: String, to end: String) -> String? {
        guard let first = text.range(of: start) else { return nil }
        let rest = text[first.upperBound...]
        return rest.range(of: end).map { String(rest[..<$0.lowerBound]) }
    }

    @Test("has the title and the data in it, and nothing of the template is left")
    func filled() throws {
        let page = page("A & B", #"[{"name":"{{title}}"}]"#)
        #expect(page.contains("<title>A &amp; B</title>"))
        #expect(page.contains("<h1>A &amp; B</h1>"))
        #expect(part(of: page, from: #"id="data">"#, to: "</script>") == #"[{"name":"{{title}}"}]"#)
        #expect(!page.replacing(#""{{title}}""#, with: "").contains("{{"))
    }

    @Test("only its own two scripts end, whatever the data says")
    func scripts() {
        let evil = page("</title></script>", #"["</script><script>alert(1)</script>", "<!--"]"#)
        #expect(evil.split(separator: "</script", omittingEmptySubsequences: false).count == 3)
        #expect(evil.split(separator: "<script", omittingEmptySubsequences: false).count == 3)
        #expect(!evil.contains("<!--"))
    }

    @Test("the policy allows the script and style of this page, data images, and nothing else")
    func policy() throws {
        let page = page()
        let nonce = try #require(part(of: page, from: "script-src 'nonce-", to: "'"))
        #expect(nonce.utf8.count == 28)
        let policy = part(of: page, from: #"http-equiv="Content-Security-Policy" content=""#, to: "\"")
        #expect(
            policy == "default-src 'none'; script-src 'nonce-\(nonce)'; style-src 'nonce-\(nonce)'; img-src data:; "
                + "base-uri 'none'; form-action 'none'")
        #expect(page.contains("<script type=\"module\" nonce=\"\(nonce)\">"))
        #expect(page.contains("<style nonce=\"\(nonce)\">"))
    }

    @Test("the nonce changes with the title and with the data, and only with them")
    func nonce() {
        let nonces = [page(), page(), page("Other"), page("Title", "[1]")].map {
            part(of: $0, from: "'nonce-", to: "'")
        }
        #expect(nonces[0] == nonces[1])
        #expect(Set(nonces).count == 3)
    }

    @Test("no address of anything outside is in it", arguments: ["http://", "https://", "url(", "@import", "import("])
    func addresses(text: String) {
        // The name of SVG is no address, and what begins with "#" is in the page itself.
        let page = page().replacing("http://www.w3.org/2000/svg", with: "").replacing("url(#", with: "")
        #expect(!page.contains(text))
    }
}
