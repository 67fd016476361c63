import TestSupport
import Testing
import WSProtocol

@Suite("RFC 3986 §2.1, §3.4 what stands in a target")
struct TargetTests {
    @Test(
        "percent-encoded text is decoded as other programs decode it, and nothing is repaired",
        arguments: Fixture.load("http/percent.jsonl"))
    func percent(_ fixture: Fixture) throws {
        let raw = try #require(fixture.json["raw"] as? String)
        let isForm = fixture.json["form"] as? Bool ?? false
        do {
            let text = try PercentDecoding.text(raw.utf8, plusIsSpace: isForm)
            #expect(text == fixture.json["expect"] as? String)
        } catch {
            #expect(error.status.rawValue == fixture.json["error"] as? Int)
        }
    }

    @Test("a query is split and decoded as browsers write it", arguments: Fixture.load("http/queries.jsonl"))
    func query(_ fixture: Fixture) throws {
        let items = try QueryItems(try #require(fixture.json["raw"] as? String))
        #expect(items.all.map { [$0.name, $0.value] } == fixture.json["expect"] as? [[String]])
    }

    @Test("an item that must be unique is refused when it comes twice")
    func unique() throws {
        let items = try QueryItems("a=1&b=2&a=3")
        #expect(try items.value(of: "b") == "2")
        #expect(try items.value(of: "c") == nil)
        #expect(items.values(of: "a") == ["1", "3"])
        let refusal = HeadRunner.refusal { () throws(HTTPRefusal) in _ = try items.value(of: "a") }
        #expect(refusal?.status == .badRequest)
    }
}
