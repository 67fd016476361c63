// How a load goes on, for who waits.

extension LiveLine {
    /// The second that has passed.
    func show(_ moment: FanoutResult.Moment) {
        func time(_ value: Double?) -> String { value.map { Decimal.text($0) + " ms" } ?? "–" }
        let cpu = moment.serverCPU.map { "server \(Int(($0 * 100).rounded())) %, " } ?? ""
        let text =
            "\(Decimal.text(moment.seconds)) s: \(Scaled.text(Double(moment.deliveries))) deliveries/s, p50 \(time(moment.p50)), "
            + "p99 \(time(moment.p99)), \(cpu)generator \(Int((moment.generatorCPU * 100).rounded())) %"
        show(text, isLast: isTerminal)
    }
}
