@testable import Bench
import Testing

@Suite("Arguments of rookery-bench report")
struct ReportSettingsTests {
    @Test("files, the page and its title may come in any order")
    func right() throws {
        var problem = ""
        let settings = try #require(
            ReportSettings(["a.json", "--html", "out.html", "--title", "Two nodes", "b.json"], problem: &problem))
        #expect(settings.inputs == ["a.json", "b.json"])
        #expect(settings.output == "out.html")
        #expect(settings.title == "Two nodes")
        #expect(ReportSettings(["a.json", "--html", "o"], problem: &problem)?.title == "rookery-bench report")
    }

    @Test(
        "what is missing or unknown is named",
        arguments: [
            ([], "no result file is named"),
            (["--html", "o"], "no result file is named"),
            (["a.json"], "--html FILE is missing: where to write the page"),
            (["a.json", "--html"], "--html: a value is missing"),
            (["a.json", "--html", "o", "--title", ""], "--title: a value is missing"),
            (["a.json", "--pdf", "o"], "--pdf: no such option"),
            (["a.json", "--html", "a.json"], "--html a.json: the page would overwrite a result"),
        ])
    func wrong(arguments: [String], told: String) {
        var problem = ""
        #expect(ReportSettings(arguments, problem: &problem) == nil)
        #expect(problem == told)
    }
}
