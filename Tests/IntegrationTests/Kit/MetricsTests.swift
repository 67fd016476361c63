// The kit's reader of /metrics.
import TestSupport
import Testing

@Suite("The kit reads Prometheus text")
struct MetricsTests {
    @Test("samples are found by name and labels, and summed")
    func values() throws {
        let metrics = try Metrics(
            """
            # HELP rookery_closes_total Connections closed, by reason.
            # TYPE rookery_closes_total counter
            rookery_closes_total{reason="slow",door="plain"} 2
            rookery_closes_total{reason="gone",door="plain"} 3
            rookery_up 1
            odd{text="a \\"quoted\\", b"} 1.5e3
            """)
        #expect(metrics.types["rookery_closes_total"] == "counter")
        #expect(metrics.value("rookery_closes_total") == 5)
        #expect(metrics.value("rookery_closes_total", ["reason": "slow"]) == 2)
        #expect(metrics.value("rookery_closes_total", ["reason": "none"]) == nil)
        #expect(metrics.value("odd", ["text": "a \"quoted\", b"]) == 1500)
    }

    @Test("a broken line is an error", arguments: ["a b", "a{b=\"c\" 1", "a{b} 1"])
    func broken(_ line: String) { #expect(throws: KitError.self) { try Metrics(line) } }
}
