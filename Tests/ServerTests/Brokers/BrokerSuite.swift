// What every broker must do, whatever stands behind it. Each case gets a driver with a started broker.
import Server
import TestSupport
import Testing

struct BrokerCase: Sendable, CustomTestStringConvertible {
    let name: String
    let run: @Sendable (BrokerDriver) throws -> Void

    var testDescription: String { name }

    static let all = [
        BrokerCase(name: "a publication comes back byte for byte") { driver in
            let name = "suite.bytes"
            driver.subscribe(3, name)
            let payloads: [[UInt8]] = [
                [], [0], Array("\r\n$5\r\n".utf8), Array(0...255), Array("grüß\u{0}".utf8),
                Array(repeating: 0x61, count: 65_536),
            ]
            for payload in payloads { driver.publish(payload, on: 3, name, from: BrokerDriver.sender(1)) }
            try driver.turn(until: "all are back") { driver.received[3]?.count ?? 0 >= payloads.count }
            #expect(driver.received[3] == payloads)
            #expect(driver.refused.isEmpty)
        },
        BrokerCase(name: "a message published in the turn of the subscription comes back") { driver in
            driver.subscribe(0, "suite.first")
            driver.publish("first", on: 0, "suite.first", from: BrokerDriver.sender(1))
            try driver.turn(until: "it is back") { driver.texts(0) == ["first"] }
        },
        BrokerCase(name: "publications of several senders arrive in the order they were made") { driver in
            driver.subscribe(1, "suite.order")
            var expected: [String] = []
            for round in 0..<50 {
                for number in 0..<20 {
                    let text = "\(round).\(number)"
                    expected.append(text)
                    driver.publish(text, on: 1, "suite.order", from: BrokerDriver.sender(UInt32(number % 3)))
                }
                driver.turn(milliseconds: 1)
            }
            try driver.turn(until: "all are back") { driver.texts(1).count >= 1_000 }
            #expect(driver.texts(1) == expected)
        },
        BrokerCase(name: "channels are told apart by their bytes") { driver in
            // Two spellings of one word: composed and decomposed.
            let names = ["suite.caf\u{E9}", "suite.cafe\u{301}", "suite.caf", "suite.caf\u{E9}\u{0}"]
            for (number, name) in names.enumerated() { driver.subscribe(ChannelNumber(number), name) }
            for (number, name) in names.enumerated() { driver.publish("\(number)", on: ChannelNumber(number), name) }
            try driver.turn(until: "each has its own") {
                names.indices.allSatisfy { driver.texts(ChannelNumber($0)).count >= 1 }
            }
            driver.turn(milliseconds: 30)
            for number in names.indices { #expect(driver.texts(ChannelNumber(number)) == ["\(number)"]) }
        },
        BrokerCase(name: "each subscription is confirmed") { driver in
            for number in 0..<300 { driver.subscribe(ChannelNumber(number), "suite.many.\(number)") }
            try driver.turn(until: "all are confirmed") { Set(driver.confirmed).count == 300 }
            #expect(driver.confirmed.count == 300)
        },
        BrokerCase(name: "nothing is handed out after unsubscribe, and the number may be used anew") { driver in
            driver.subscribe(5, "suite.left")
            try driver.turn(until: "it is confirmed") { driver.confirmed == [5] }
            driver.publish("before", on: 5, "suite.left")
            try driver.turn(until: "it is back") { driver.texts(5) == ["before"] }
            driver.unsubscribe(5, "suite.left")
            driver.subscribe(5, "suite.other")
            driver.publish("late", on: .max, "suite.left")
            driver.publish("other", on: 5, "suite.other")
            try driver.turn(until: "the other is back") { driver.texts(5).count > 1 }
            driver.turn(milliseconds: 30)
            #expect(driver.texts(5) == ["before", "other"])
        },
        BrokerCase(name: "a channel left and joined again at once is heard") { driver in
            for round in 0..<10 {
                driver.subscribe(2, "suite.again")
                driver.publish("\(round)", on: 2, "suite.again", from: BrokerDriver.sender(2))
                if round % 2 == 0 {
                    try driver.turn(until: "\(round) is back") { driver.texts(2).last == "\(round)" }
                }
                driver.unsubscribe(2, "suite.again")
            }
            driver.subscribe(2, "suite.again")
            driver.publish("last", on: 2, "suite.again", from: BrokerDriver.sender(2))
            try driver.turn(until: "the last is back") { driver.texts(2).last == "last" }
            #expect(driver.refused.isEmpty)
        },
        BrokerCase(name: "publishing where nobody listens is no failure") { driver in
            driver.publish("x", on: .max, "suite.nobody", from: BrokerDriver.sender(4))
            driver.publish("x", on: 77, "suite.nobody")
            driver.turn(milliseconds: 50)
            #expect(driver.refused.isEmpty)
        },
        BrokerCase(name: "a broker that stops has confirmed everything first") { driver in
            driver.subscribe(0, "suite.drain")
            try driver.turn(until: "it is confirmed") { driver.confirmed == [0] }
            for number in 0..<100 { driver.publish("\(number)", on: 0, "suite.drain", from: BrokerDriver.sender(1)) }
            for number in 0..<100 { driver.publish("left \(number)", on: 0, "suite.drain") }
            driver.broker.drain()
            try driver.turn(until: "it is drained") { driver.broker.isDrained }
            #expect(driver.refused.isEmpty)
            try driver.turn(until: "all are back") { driver.texts(0).count == 200 }
        },
        BrokerCase(name: "a sender that was never told may be forgotten") { driver in
            driver.subscribe(0, "suite.forget")
            driver.broker.forget(BrokerDriver.sender(9))
            driver.publish("still there", on: 0, "suite.forget", from: BrokerDriver.sender(9))
            try driver.turn(until: "it is back") { driver.texts(0) == ["still there"] }
        },
    ]
}
