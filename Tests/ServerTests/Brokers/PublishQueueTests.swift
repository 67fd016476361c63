@testable import Server
import Testing

@Suite("The node's queue")
struct PublishQueueTests {
    private func entry(_ number: Int, isLeave: Bool, bytes: Int = 10, deadline: UInt64 = 100) -> PublishQueue.Entry {
        var command = Array("\(number)".utf8)
        command += [UInt8](repeating: 0x20, count: max(0, bytes - command.count))
        return PublishQueue.Entry(
            command: command, sender: isLeave ? nil : Sender(worker: 0, slot: UInt32(number), generation: 0),
            channel: 0,
            generation: 0, deadline: isLeave ? .max : deadline)
    }

    private func numbers(_ queue: inout PublishQueue) -> [Int] {
        var numbers: [Int] = []
        queue.sweep { entry in
            numbers.append(Int(String(decoding: entry.command, as: UTF8.self).split(separator: " ")[0])!)
            return .keep
        }
        return numbers
    }

    @Test("entries leave from the front and from the middle, and the rest keeps its order")
    func order() {
        var queue = PublishQueue(bytesMax: 1 << 20)
        for number in 0..<1_000 { queue.append(entry(number, isLeave: number % 5 == 0)) }
        queue.sweep { entry in entry.sender.map { $0.slot % 2 == 0 } == true ? .take : .keep }
        #expect(numbers(&queue) == (0..<1_000).filter { $0 % 5 == 0 || $0 % 2 == 1 })
        for _ in 0..<100 { _ = queue.dropOldestLeave() }
        #expect(numbers(&queue) == (0..<1_000).filter { $0 % 5 == 0 && $0 >= 500 || $0 % 5 != 0 && $0 % 2 == 1 })
        queue.sweep { _ in .take }
        #expect(queue.isEmpty)
        #expect(queue.bytes == 0)
    }

    @Test("messages expire in their order; leaves never do")
    func expiry() {
        var queue = PublishQueue(bytesMax: 1 << 20)
        for number in 0..<10 { queue.append(entry(number, isLeave: number % 2 == 0, deadline: UInt64(100 + number))) }
        #expect(queue.nextDeadline() == 101)
        var expired: [UInt32] = []
        while let entry = queue.takeExpired(now: 105) { expired.append(entry.sender!.slot) }
        #expect(expired == [1, 3, 5])
        #expect(queue.nextDeadline() == 107)
        while queue.takeExpired(now: .max) != nil {}
        #expect(queue.nextDeadline() == nil)
        #expect(numbers(&queue) == [0, 2, 4, 6, 8])
    }

    @Test("random use never loses count, and both kinds keep their share")
    func random() {
        var generator = SystemRandomNumberGenerator()
        var queue = PublishQueue(bytesMax: 10_000)
        var model: [(number: Int, isLeave: Bool, bytes: Int)] = []
        for number in 0..<20_000 {
            let isLeave = Bool.random(using: &generator)
            let new = entry(number, isLeave: isLeave, bytes: Int.random(in: 10...300, using: &generator))
            let admitted = isLeave ? queue.admits(leaveBytes: new.bytes) : queue.admits(messageBytes: new.bytes)
            if admitted {
                queue.append(new)
                model.append((number, isLeave, new.bytes))
                while queue.isOverfull, queue.dropOldestLeave() != nil {
                    model.remove(at: model.firstIndex { $0.isLeave }!)
                }
            }
            if Int.random(in: 0..<20, using: &generator) == 0 {
                var budget = 5
                queue.sweep { _ in
                    budget -= 1
                    return budget >= 0 ? .take : .stop
                }
                model.removeFirst(min(5, model.count))
            }
            #expect(queue.bytes <= 10_000)
            #expect(queue.count == model.count)
            #expect(queue.bytes == model.reduce(0) { $0 + $1.bytes })
        }
        #expect(numbers(&queue) == model.map(\.number))
    }
}

@Suite("What became of each publication")
struct PublishLedgerTests {
    private func sender(_ slot: UInt32) -> Sender { Sender(worker: 0, slot: slot, generation: 0) }

    @Test("a publication is in flight until answered and unproven until probed")
    func stages() {
        var ledger = PublishLedger()
        for slot in 0..<4 { ledger.append(sender: sender(UInt32(slot)), bytes: 10) }
        #expect(ledger.inFlightBytes == 40)
        #expect(!ledger.wantsProbe)
        _ = ledger.answer(failed: false)
        _ = ledger.answer(failed: false)
        #expect(ledger.inFlightBytes == 20)
        #expect(ledger.wantsProbe)
        ledger.beginProbe()
        _ = ledger.answer(failed: false)
        #expect(!ledger.wantsProbe)
        ledger.probed()
        #expect(ledger.unprovenBytes == 20)
        // The third was answered after the probe was sent: not proven by it.
        #expect(ledger.wantsProbe)
        let lost = ledger.loseUnproven()
        #expect(lost.senders == [sender(2), sender(3)])
        #expect(ledger.unansweredCount == 1)
    }

    @Test("losing the command link leaves what was answered to be proven")
    func commandLink() {
        var ledger = PublishLedger()
        for slot in 0..<3 { ledger.append(sender: sender(UInt32(slot)), bytes: 10) }
        _ = ledger.answer(failed: false)
        let lost = ledger.loseUnanswered()
        #expect(lost.senders == [sender(1), sender(2)])
        #expect(ledger.inFlightBytes == 0)
        #expect(ledger.unprovenBytes == 10)
        ledger.append(sender: sender(9), bytes: 5)
        #expect(ledger.answer(failed: true) == sender(9))
        ledger.beginProbe()
        ledger.probed()
        #expect(ledger.unprovenBytes == 0)
    }

    @Test("an answer without a publication is nobody's")
    func surplus() {
        var ledger = PublishLedger()
        #expect(ledger.answer(failed: true) == nil)
    }
}

@Suite("Names of channels to their numbers")
struct NameTableTests {
    @Test("random names come and go as in a dictionary")
    func random() {
        var generator = SystemRandomNumberGenerator()
        var table = NameTable(key: (generator.next(), generator.next()))
        var model: [[UInt8]: ChannelNumber] = [:]
        for step in 0..<30_000 {
            let name = Array("name.\(UInt32.random(in: 0..<500, using: &generator))".utf8)
            switch UInt32.random(in: 0..<3, using: &generator) {
            case 0:
                table.set(name.span, ChannelNumber(step))
                model[name] = ChannelNumber(step)
            case 1:
                table.remove(name.span)
                model[name] = nil
            default:
                #expect(table.find(name.span) == model[name])
            }
            #expect(table.count == model.count)
        }
        for (name, number) in model { #expect(table.find(name.span) == number) }
    }
}
