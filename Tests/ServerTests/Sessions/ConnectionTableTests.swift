import Testing

@testable import Server

@Suite("The connection table")
struct ConnectionTableTests {
    @Test("E8 what was meant for a former connection of a place never reaches the next one")
    func generations() {
        let table = ConnectionTable()
        let slot = table.allocate()
        table[slot].phase = .http
        let former = table[slot].generation
        #expect(table.isCurrent(slot, former) && table.isInUse(slot) && table.count == 1)
        table.release(slot)
        #expect(!table.isCurrent(slot, former) && !table.isInUse(slot) && table.count == 0)
        let again = table.allocate()
        #expect(again == slot)
        table[again].phase = .open
        #expect(!table.isCurrent(slot, former))
        #expect(table.isCurrent(again, table[again].generation))
    }

    @Test("E8 a place begins each life as if it were new")
    func clean() {
        let table = ConnectionTable()
        let slot = table.allocate()
        table[slot].phase = .open
        table[slot].clientID = "someone"
        table[slot].output = [1, 2, 3]
        table[slot].countsForAddress = true
        table.release(slot)
        let again = table.allocate()
        #expect(table[again].clientID.isEmpty && table[again].output.isEmpty && !table[again].countsForAddress)
        #expect(table[again].channel == .max && table[again].timerAt == .never)
    }

    @Test("E8 numbers wrap after 65,536 lives without a trap; numbers that were never given are not current")
    func wrap() {
        let table = ConnectionTable()
        for _ in 0..<70_000 { table.release(table.allocate()) }
        #expect(table.count == 0)
        #expect(!table.isCurrent(9, 0))
        #expect(table.slotsInUse.isEmpty)
    }
}
