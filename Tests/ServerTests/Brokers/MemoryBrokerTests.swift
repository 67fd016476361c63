@testable import Server
import Testing

@Suite("The memory broker")
struct MemoryBrokerTests {
    @Test("does what every broker must", arguments: BrokerCase.all)
    func suite(test: BrokerCase) throws {
        let driver = try BrokerDriver { _ in MemoryBroker(status: MemoryBroker.makeStatus()) }
        driver.broker.start()
        try test.run(driver)
    }
}
