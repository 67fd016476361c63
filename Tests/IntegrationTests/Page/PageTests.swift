// The page in a real browser: what a person sees on two nodes, and that the browser has nothing to complain about.
import Foundation
import TestSupport
import Testing

@Suite(
    "The page works in a real browser", .needs(.rookery), .needs(.redis), .needs(.chromium), .ownsWhatItStarts,
    .serialized)
struct PageTests {
    @Test("two tabs on two nodes see each other's messages, and markup stays text")
    func twoTabs() throws {
        let redis = try RedisServer()
        let nodes = try (0..<2).map { _ in try RookeryServer(["--redis", redis.url]) }
        for node in nodes { try node.waitUntilReady() }
        let browser = try Chromium()
        let tabs = try nodes.map { try ChatTab(browser.open($0.pageURL())) }
        for tab in tabs { try tab.waitUntilConnected() }

        try tabs[0].say("hello from one")
        try tabs[1].waitForText("hello from one")
        try tabs[0].waitUntilSent("hello from one")
        try tabs[1].say("and back")
        try tabs[0].waitForText("and back")

        let markup = "<img src=x onerror=\"document.title='owned'\"><script>document.title='owned'</script>"
        try tabs[0].say(markup)
        for tab in tabs {
            try tab.waitForText(markup)
            #expect(
                try tab.tab.evaluate("document.querySelectorAll('#messages img[src=x], #messages script').length")
                    as? Int == 0)
            #expect(try tab.tab.text("document.title").contains("Rookery"))
            #expect(try tab.tab.problems().isEmpty)
        }
    }

    @Test("killing and restarting the node reconnects the page; what was typed meanwhile is sent once")
    func reconnect() throws {
        let node = try RookeryServer()
        let browser = try Chromium()
        let tab = try ChatTab(browser.open(node.pageURL()))
        try tab.waitUntilConnected()
        try tab.say("before")
        try tab.waitUntilSent("before")
        node.kill()
        try tab.tab.wait(for: "document.documentElement.dataset.state !== 'connected'")
        try tab.say("typed offline")
        try node.start()
        let witness = try TestWebSocket(node.webSocketURL("/ws/witness"))
        try tab.waitUntilConnected(seconds: 20)
        try tab.waitUntilSent("typed offline")
        #expect(try witness.receiveText().hasSuffix(" says: typed offline"))
        #expect(try witness.receiveIfAny(seconds: 0.5) == nil)
        // The browser itself reports each refused connection; nothing else may be there.
        #expect(try tab.tab.problems(except: ["WebSocket connection to", "ERR_CONNECTION_REFUSED"]).isEmpty)
    }

    @Test("what was sent and never echoed stays as not confirmed, and resending works")
    func notConfirmed() throws {
        let redis = try RedisServer()
        let proxied = try FaultProxy(to: redis.port)
        let node = try RookeryServer(["--redis", "redis://127.0.0.1:\(proxied.port)", "--redis-timeout", "1s"])
        try node.waitUntilReady()
        let browser = try Chromium()
        let tab = try ChatTab(browser.open(node.pageURL()))
        try tab.waitUntilConnected()
        proxied.mode = .blackhole
        try tab.say("lost words")
        try tab.waitForText("not confirmed", seconds: 15)
        proxied.mode = .pass
        try tab.waitUntilConnected(seconds: 20)
        try node.waitUntilReady()
        try tab.tab.click("#messages button.resend")
        try tab.waitUntilSent("lost words")
        #expect(try tab.tab.problems(except: ["WebSocket connection to"]).isEmpty)
    }

    @Test("a page written to the tutorial runs from a file")
    func tutorialPage() throws {
        let node = try RookeryServer(["--allow-origin", "null"])
        let folder = try TemporaryFolder("page")
        let source = try String(
            contentsOfFile: PackageFolder.path("Tests/IntegrationTests/Pages/tutorial.html"), encoding: .utf8)
        let file = try folder.write(source.replacing("localhost:8000", with: "localhost:\(node.port)"), to: "chat.html")
        let browser = try Chromium()
        let tab = try browser.open("file://" + file)
        try tab.wait(for: "socket.readyState === WebSocket.OPEN")
        let other = try TestWebSocket(node.webSocketURL("/ws/other"))
        try tab.type("hello <b>room</b>", into: "#text")
        try tab.click("#send")
        let line = try other.receiveText()
        #expect(line.hasPrefix("Client #") && line.hasSuffix(" says: hello <b>room</b>"))
        try other.sendText("welcome")
        try tab.wait(for: "document.querySelectorAll('#lines p').length === 2")
        #expect(try tab.text("document.querySelectorAll('#lines p')[0].textContent") == line)
        #expect(try tab.text("document.querySelectorAll('#lines p')[1].textContent") == "Client #other says: welcome")
        #expect(try tab.problems().isEmpty)
    }

    @Test("the page fits a phone and a desktop, light and dark")
    func looks() throws {
        let node = try RookeryServer()
        let browser = try Chromium()
        let tab = try ChatTab(browser.open(node.pageURL()))
        try tab.waitUntilConnected()
        try tab.say("A message that is long enough to need more than one line on the small screen of a phone.")
        try tab.waitUntilSent("A message that is long")
        let folder = try TemporaryFolder("looks")
        for (name, width, height, phone) in [("phone", 390, 844, true), ("desktop", 1280, 800, false)] {
            for dark in [false, true] {
                try tab.tab.look(width: width, height: height, dark: dark, phone: phone)
                // Nothing sticks out at the side, and the field to type in is on the screen.
                try tab.tab.wait(for: "document.documentElement.scrollWidth <= innerWidth")
                try tab.tab.wait(
                    for: "document.querySelector('#message').getBoundingClientRect().bottom <= innerHeight")
                // ROOKERY_SCREENSHOTS=folder keeps the pictures.
                let kept = ProcessInfo.processInfo.environment["ROOKERY_SCREENSHOTS"] ?? folder.path
                try tab.tab.screenshot(to: "\(kept)/\(name)-\(dark ? "dark" : "light").png")
            }
        }
        #expect(try tab.tab.problems().isEmpty)
    }
}

/// Rookery's page in a tab, in a person's words.
struct ChatTab {
    let tab: BrowserTab

    init(_ tab: BrowserTab) { self.tab = tab }

    func waitUntilConnected(seconds: Double = 10) throws {
        try tab.wait(for: "document.documentElement.dataset.state === 'connected'", seconds: seconds)
    }

    func say(_ text: String) throws {
        try tab.type(text, into: "#message")
        try tab.pressEnter()
    }

    func waitForText(_ text: String, seconds: Double = 10) throws {
        try tab.wait(
            for: "document.querySelector('#messages').innerText.includes(\(BrowserTab.literal(text)))", seconds: seconds
        )
    }

    /// Waits until an own message with this text has been echoed.
    func waitUntilSent(_ text: String, seconds: Double = 10) throws {
        try tab.wait(
            for: """
                [...document.querySelectorAll('.message.own[data-state=sent]')].some(
                (message) => message.innerText.includes(\(BrowserTab.literal(text))))
                """, seconds: seconds)
    }
}
