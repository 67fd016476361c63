// The kit's browser, on a page of its own.
import TestSupport
import Testing

@Suite("The kit drives a Chromium", .needs(.chromium), .ownsWhatItStarts)
struct ChromiumTests {
    private let page = "file://" + PackageFolder.path("Tests/IntegrationTests/Pages/complaints.html")

    @Test("a page is loaded, typed into, clicked and photographed; every complaint is kept")
    func everything() throws {
        let browser = try Chromium()
        let tab = try browser.open(page)
        #expect(try tab.text("document.title").contains("kit"))
        #expect(try tab.evaluate("1 + 1") as? Int == 2)
        #expect(throws: KitError.self) { try tab.evaluate("nothing.here") }

        try tab.type("<b>Ada & 'Bob'</b>", into: "#name")
        try tab.click("#button")
        try tab.wait(
            for: "document.getElementById('field').textContent === \(BrowserTab.literal("<b>Ada & 'Bob'</b>"))")
        #expect(try tab.problems().isEmpty)

        _ = try tab.evaluate("complain()")
        try wait(until: "all complaints have come") { try tab.problems().count >= 4 }
        let problems = try tab.problems().joined(separator: "\n")
        #expect(problems.contains("said on the console"))
        #expect(problems.contains("Error: thrown"))
        #expect(problems.lowercased().contains("content security policy"))

        let folder = try TemporaryFolder()
        try tab.look(width: 390, height: 844, dark: true, phone: true)
        try tab.screenshot(to: folder.file("page.png"))
        browser.close()
    }
}
