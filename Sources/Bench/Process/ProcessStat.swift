// A line of /proc/PID/stat: proc(5).

struct ProcessStat: Equatable {
    /// The numbers of fields 14 to 17, in ticks (`ProcessorTime.ticksPerSecond`); those of children count once these have ended and were waited for.
    var userTicks: UInt64
    var systemTicks: UInt64
    var childrenUserTicks: UInt64
    var childrenSystemTicks: UInt64

    /// Nil when it is no such line.
    init?(_ line: String) {
        // Field 2 is the program's name in parentheses, which may hold spaces and parentheses itself.
        guard let end = line.utf8.lastIndex(of: UInt8(ascii: ")")) else { return nil }
        let fields = line[line.utf8.index(after: end)...].split(separator: " ")
        // The first of them is field 3.
        guard fields.count > 14 else { return nil }
        let numbers = fields[11...14].compactMap { UInt64($0) }
        guard numbers.count == 4 else { return nil }
        userTicks = numbers[0]
        systemTicks = numbers[1]
        childrenUserTicks = numbers[2]
        childrenSystemTicks = numbers[3]
    }
}
