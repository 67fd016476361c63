// `rookery-bench report`, the real program, and its page in a real browser: a file on a disk, drawn without a complaint and without
// asking anything of anybody. The results in Pages/Results are invented; only their shape is that of real ones.
import Foundation
import TestSupport
import Testing

@Suite(
    "The report in a real browser", .needs(.bench), .needs(.chromium), .ownsWhatItStarts, .serialized)
struct ReportTests {
    /// Charts of one run, of several, and of the rows of the comparison.
    private static let ofOne = [
        "Latency by percentile": 1, "Latency histogram": 1, "Deliveries over time": 1, "Latency over time": 2,
        "Processor use over time": 2, "Memory of the server over time": 1,
    ]
    private static let ofTwo = [
        "Latency by percentile": 2, "Latency histogram": 2, "Deliveries over time": 2, "Latency over time, median": 2,
        "Latency over time, 99 %": 2, "Processor use over time, server": 2,
        "Processor use over time, load generator": 2, "Memory of the server over time": 2,
    ]
    private static let ofComparison = ofTwo.mapValues { _ in 3 }.merging(
        [
            "server CPU per delivery": 6, "deliveries per server CPU-second": 6, "latency p99": 6,
            "bytes per connection": 3,
        ]) { $1 }

    @Test(
        "every chart has its marks, light and dark, on a desk, a phone and paper; nothing overlaps or sticks out",
        arguments: [(["run"], ofOne), (["run", "faulty-run"], ofTwo), (["comparison"], ofComparison)])
    func charts(names: [String], marks: [String: Int]) throws {
        let folder = try TemporaryFolder("report")
        let tab = try Chromium().open("file://" + page(of: names.map(Self.result), in: folder))
        try tab.wait(for: "document.documentElement.dataset.state === 'drawn'")
        for (dark, width, isPaper) in [
            (false, 1280, false), (true, 1280, false), (true, 390, false), (true, 680, true),
        ] {
            try look(tab, dark: dark, width: width, isPaper: isPaper)
            // Some marks are the two lines of one chart, others the bars and points of a comparison.
            let found = try #require(
                tab.evaluate(
                    """
                    Object.fromEntries([...document.querySelectorAll('figure')].map((figure) => [figure.dataset.chart,
                    figure.querySelectorAll('path[data-series], [data-mark]').length]))
                    """) as? [String: Int])
            #expect(found == marks)
            #expect(try tab.evaluate("document.documentElement.scrollWidth <= \(width)") as? Bool == true)
            #expect(try tab.evaluate(Self.overlaps) as? [String] == [], "\(width) wide")
            #expect(try tab.evaluate(Self.faint) as? [String] == [], "dark: \(dark), paper: \(isPaper)")
            let background = try tab.text("getComputedStyle(document.body).backgroundColor")
            #expect(background == (isPaper ? "rgb(255, 255, 255)" : dark ? "rgb(21, 22, 31)" : "rgb(244, 241, 234)"))
            // ROOKERY_SCREENSHOTS=folder keeps the pictures.
            let kept = ProcessInfo.processInfo.environment["ROOKERY_SCREENSHOTS"] ?? folder.path
            try tab.screenshot(
                to: "\(kept)/report-\(names.joined(separator: "-"))-\(width)-\(dark ? "dark" : "light").png")
        }
        try expectSilence(tab)
    }

    @Test("under every chart stands its table, and every picture has a title and a description")
    func tables() throws {
        let folder = try TemporaryFolder("report")
        let tab = try Chromium().open(
            "file://" + page(of: [Self.result("comparison"), Self.result("run")], in: folder))
        try tab.wait(for: "document.documentElement.dataset.state === 'drawn'")
        _ = try tab.evaluate("document.querySelectorAll('details').forEach((details) => { details.open = true; })")
        try tab.wait(
            for: """
                [...document.querySelectorAll('figure')].length === 18 &&
                [...document.querySelectorAll('figure')].every((figure) => figure.querySelectorAll('tbody tr').length > 1)
                """)
        let wordless = try tab.evaluate(
            """
            [...document.querySelectorAll('.plot svg')].filter((svg) => svg.getAttribute('aria-labelledby').split(' ')
            .some((id) => !document.getElementById(id)?.textContent.trim())).length
            """)
        #expect(wordless as? Int == 0)
        // An undecided ratio is told in words, in the picture and in the table.
        let undecided = "[...document.querySelectorAll('[data-chart=\"latency p99\"] [data-undecided]')]"
        let count = try tab.evaluate("\(undecided).length") as? Int ?? 0
        #expect(count > 0)
        #expect(try tab.evaluate("\(undecided).every((bar) => bar.textContent.includes('undecided'))") as? Bool == true)
        try expectSilence(tab)
    }

    @Test("values show under the pointer and at the arrow keys; Escape hides them")
    func values() throws {
        let folder = try TemporaryFolder("report")
        let tab = try Chromium().open("file://" + page(of: [Self.result("run")], in: folder))
        try tab.wait(for: "document.documentElement.dataset.state === 'drawn'")
        try look(tab, dark: false, width: 1280, isPaper: false)
        let chart = "document.querySelector('[data-chart=\"Latency over time\"] .plot svg')"
        let middle = try #require(
            tab.evaluate(
                """
                (() => { \(chart).scrollIntoView({block: 'center'}); const r = \(chart).getBoundingClientRect();
                return [r.left + r.width / 2, r.top + r.height / 2]; })()
                """) as? [Double])
        try tab.call("Input.dispatchMouseEvent", ["type": "mouseMoved", "x": middle[0], "y": middle[1]])
        try tab.wait(for: "!tip.hidden && /second \\d.*median.*ms.*99 %.*ms/s.test(tip.textContent)")
        let shown = try tab.text("tip.textContent")
        _ = try tab.evaluate("\(chart).focus()")
        try press("ArrowLeft", tab)
        try press("ArrowLeft", tab)
        try tab.wait(for: "!tip.hidden && tip.textContent !== \(BrowserTab.literal(shown))")
        try press("Escape", tab)
        try tab.wait(for: "tip.hidden")
        try expectSilence(tab)
    }

    @Test("what was not measured is told as that; warnings, faults and a saturated generator are shown")
    func warnings() throws {
        let folder = try TemporaryFolder("report")
        let browser = try Chromium()
        let remote = try browser.open("file://" + page(of: [Self.result("remote-run")], in: folder))
        try remote.wait(for: "document.documentElement.dataset.state === 'drawn'")
        for chart in ["Latency histogram", "Memory of the server over time"] {
            #expect(
                try remote.text("document.querySelector('[data-chart=\"\(chart)\"] .plot').textContent")
                    == "Not measured.")
        }
        #expect(
            try remote.text("document.querySelector('[data-tile=\"Memory per connection\"] dd').textContent")
                == "not measured")
        try expectSilence(remote)
        let faulty = try browser.open("file://" + page(of: [Self.result("faulty-run")], in: folder))
        try faulty.wait(for: "document.documentElement.dataset.state === 'drawn'")
        let warnings = try faulty.text("document.querySelector('.warnings').textContent")
        #expect(warnings.contains("disconnected after 4.2 s") && warnings.contains("saturated (99.1 %"))
        #expect(
            try faulty.text("document.querySelector('[data-tile=Faults] dd').textContent")
                == "✕ 2522 lost, 1 duplicated, 2 reordered, 0 corrupt")
        try expectSilence(faulty)
    }

    @Test("a name that would end the script, and markup in a warning, stay text")
    func escaping() throws {
        let folder = try TemporaryFolder("report")
        let name = "</script><!--<script>\u{2028}document.title='owned'</script><b>x"
        let markup = "<img src=x onerror=\"document.title='owned'\">"
        let source = try String(contentsOfFile: Self.result("run"), encoding: .utf8)
            .replacing("\"name\": \"rookery\"", with: "\"name\": \(BrowserTab.literal(name))")
            .replacing("\"warnings\": []", with: "\"warnings\": [\(BrowserTab.literal(markup))]")
        let result = try folder.write(source, to: "evil.json")
        let path = try page(of: [result], in: folder, title: "</title><script>document.title='owned'</script>")
        let tab = try Chromium().open("file://" + path)
        try tab.wait(for: "document.documentElement.dataset.state === 'drawn'")
        #expect(try tab.text("document.querySelector('h2').textContent") == name)
        #expect(try tab.text("document.querySelector('.warnings').textContent") == markup)
        #expect(try tab.text("document.title") == "</title><script>document.title='owned'</script>")
        #expect(try tab.evaluate("document.querySelectorAll('script').length") as? Int == 2)
        #expect(try tab.evaluate("document.querySelectorAll('main b:not(figure b, .tile b), img').length") as? Int == 0)
        try expectSilence(tab)
    }

    @Test("nine runs: eight in the charts, a sentence about it, names that differ")
    func many() throws {
        let folder = try TemporaryFolder("report")
        let tab = try Chromium().open(
            "file://" + page(of: Array(repeating: Self.result("run"), count: 9), in: folder))
        try tab.wait(for: "document.documentElement.dataset.state === 'drawn'")
        let series = "document.querySelectorAll('[data-chart=\"Latency by percentile\"] path[data-series]')"
        try tab.wait(for: "\(series).length === 8")
        #expect(try tab.evaluate("new Set([...\(series)].map((path) => path.dataset.series)).size") as? Int == 8)
        // Apart also for who sees no colours: no two lines are broken alike.
        #expect(
            try tab.evaluate("new Set([...\(series)].map((path) => path.getAttribute('stroke-dasharray'))).size")
                as? Int
                == 8)
        #expect(try tab.text("document.querySelector('.note').textContent").contains("first 8 of 9 runs"))
        try expectSilence(tab)
    }

    @Test("a wrong file, a page that cannot be written and wrong arguments end the program with their reason")
    func errors() throws {
        let folder = try TemporaryFolder("report")
        let wrong = try folder.write("{\"tool\": \"rookery-bench fanout\", \"version\": 1,}", to: "wrong.json")
        let cases: [([String], Int32, String)] = [
            ([wrong, "--html", folder.file("a.html")], 1, "\(wrong):1:47: byte 0x7d where a name should stand"),
            ([Self.result("run"), "--html", folder.file("no/a.html")], 1, "for writing: No such file or directory"),
            ([Self.result("run"), "--html", "/dev/full"], 1, "write /dev/full: No space left on device"),
            ([folder.path, "--html", folder.file("a.html")], 1, "read \(folder.path): Is a directory"),
            ([Self.result("run")], 2, "--html FILE is missing"),
        ]
        for (arguments, status, words) in cases {
            let process = try ChildProcess(#require(BenchBinary.path), ["report"] + arguments)
            #expect(process.waitForExit(seconds: 30) == .exited(status))
            #expect(process.output.contains(words), "\(process.output)")
        }
        #expect(!FileManager.default.fileExists(atPath: folder.file("a.html")))
    }
}

extension ReportTests {
    private static func result(_ name: String) -> String {
        PackageFolder.path("Tests/IntegrationTests/Pages/Results/\(name).json")
    }

    /// Runs the program; the path of its page.
    private func page(of results: [String], in folder: TemporaryFolder, title: String = "Results") throws -> String {
        let path = folder.file("report.html")
        let process = try ChildProcess(
            #require(BenchBinary.path), ["report"] + results + ["--html", path, "--title", title])
        #expect(process.waitForExit(seconds: 30) == .exited(0), "\(process.output)")
        return path
    }

    private func look(_ tab: BrowserTab, dark: Bool, width: Int, isPaper: Bool) throws {
        try tab.look(width: width, height: 900, dark: dark, phone: width < 500)
        try tab.call(
            "Emulation.setEmulatedMedia",
            [
                "media": isPaper ? "print" : "screen",
                "features": [["name": "prefers-color-scheme", "value": dark ? "dark" : "light"]],
            ])
        if isPaper { _ = try tab.evaluate("dispatchEvent(new Event('beforeprint'))") }
        // Each picture is drawn for the width that it has now.
        try tab.wait(
            for: """
                [...document.querySelectorAll('.plot svg')].length > 0 && [...document.querySelectorAll('.plot svg')].every(
                (svg) => svg.viewBox.baseVal.width === (\(isPaper) ? 680 : Math.round(svg.parentElement.clientWidth)))
                """)
    }

    private func press(_ key: String, _ tab: BrowserTab) throws {
        for type in ["keyDown", "keyUp"] {
            try tab.call("Input.dispatchKeyEvent", ["type": type, "key": key, "code": key])
        }
    }

    /// No complaint of the browser, and nothing loaded but the file itself.
    private func expectSilence(_ tab: BrowserTab) throws {
        #expect(try tab.problems() == [])
        #expect(
            try tab.evaluate("performance.getEntriesByType('resource').map((entry) => entry.name)") as? [String] == [])
    }

    /// Texts of one picture that touch each other, and texts that leave their figure.
    private static let overlaps = """
        [...document.querySelectorAll('.plot svg')].flatMap((svg) => {
          const frame = svg.closest('figure').getBoundingClientRect();
          const texts = [...svg.querySelectorAll('text')].filter((text) => text.textContent)
            .map((text) => ({ word: text.textContent, box: text.getBoundingClientRect() }));
          const out = texts.filter(({ box }) => box.left < frame.left || box.right > frame.right || box.bottom > frame.bottom);
          const pairs = texts.flatMap((a, index) => texts.slice(index + 1).filter((b) => a.box.left < b.box.right - 1 &&
            b.box.left < a.box.right - 1 && a.box.top < b.box.bottom - 3 && b.box.top < a.box.bottom - 3).map((b) => `${a.word} on ${b.word}`));
          return [...out.map((text) => `${text.word} sticks out`), ...pairs];
        })
        """

    /// Colours too near to the card they stand on: WCAG 2.2 §1.4.3 (4.5 for text), §1.4.11 (3 for what is drawn).
    private static let faint = """
        (() => {
          const canvas = document.createElement('canvas').getContext('2d', { willReadFrequently: true });
          const light = (name) => {
            canvas.fillStyle = getComputedStyle(document.documentElement).getPropertyValue(name).trim();
            canvas.fillRect(0, 0, 1, 1);
            const [r, g, b] = [...canvas.getImageData(0, 0, 1, 1).data].map((value) => value / 255)
              .map((value) => (value <= 0.04045 ? value / 12.92 : ((value + 0.055) / 1.055) ** 2.4));
            return 0.2126 * r + 0.7152 * g + 0.0722 * b;
          };
          const contrast = (a, b) => (Math.max(light(a), light(b)) + 0.05) / (Math.min(light(a), light(b)) + 0.05);
          const pairs = [
            ...['--ink', '--soft', '--accent', '--good', '--bad', '--warn'].map((name) => [name, '--card', 4.5]),
            ...['--ink', '--soft'].map((name) => [name, '--paper', 4.5]), ['--ink', '--warn-paper', 4.5],
            ...[0, 1, 2, 3, 4, 5, 6, 7].map((slot) => [`--series-${slot}`, '--card', 3]), ['--line', '--card', 3],
          ];
          return pairs.filter(([a, b, least]) => !(contrast(a, b) >= least)).map(([a, b]) => `${a} on ${b}: ${contrast(a, b).toFixed(2)}`);
        })()
        """
}
