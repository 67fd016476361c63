import Testing

@testable import Bench

@Suite("Arguments of rookery-bench codec")
struct CodecSettingsTests {
    private static let names = ["one", "two", "three"]

    @Test("without arguments every row is measured for a second, as a table")
    func defaults() throws {
        let settings = try CodecSettings([], names: Self.names)
        #expect(settings.only.isEmpty && settings.seconds == 1 && !settings.writesJSON && !settings.asksForHelp)
    }

    @Test("--only takes names up to the next option, and may be repeated")
    func only() throws {
        let settings = try CodecSettings(
            ["--only", "one", "two", "--seconds", "0.5", "--json", "--only", "three"], names: Self.names)
        #expect(settings.only == ["one", "two", "three"] && settings.seconds == 0.5 && settings.writesJSON)
        #expect(try CodecSettings(["--only", "one", "--help"], names: Self.names).asksForHelp)
    }

    @Test(
        "a wrong argument is named, with what would be right",
        arguments: [
            (["--only"], "--only: a name is missing; there are one two three"),
            (["--only", "--json"], "--only: a name is missing; there are one two three"),
            (["--only", "four"], "--only four: no such row; there are one two three"),
            (["--seconds"], "--seconds: a number is missing"),
            (["--seconds", "soon"], "--seconds soon: expected a number of seconds from 0.001 to 3600"),
            (["--seconds", "0"], "--seconds 0: expected a number of seconds from 0.001 to 3600"),
            (["--seconds", "-1"], "--seconds -1: expected a number of seconds from 0.001 to 3600"),
            (["--seconds", "nan"], "--seconds nan: expected a number of seconds from 0.001 to 3600"),
            (["--seconds", "inf"], "--seconds inf: expected a number of seconds from 0.001 to 3600"),
            (["--fast"], "--fast: no such setting"), (["one"], "one: no such setting"),
        ])
    func wrong(arguments: [String], problem: String) {
        #expect(throws: CodecSettings.Problem(description: problem)) {
            try CodecSettings(arguments, names: Self.names)
        }
    }
}
