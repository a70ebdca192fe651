import Platform

/// What is read of `/proc/PID/stat`.
package struct ProcessStat: Sendable, Hashable {
    package var pid: Int32
    package var name: ProcessName
    /// The letter of its state: `R`, `S`, `D`, `Z`, …
    package var state: UInt8
    /// Its parent as the host counts it; 0 for the first process, and where the parent is outside this procfs.
    package var parent: Int32
    /// Clock ticks since boot.
    package var startTicks: UInt64

    package var key: ProcessKey { ProcessKey(pid: pid, startTicks: startTicks) }

    /// Ended, and not yet waited for by its parent.
    package var isZombie: Bool { state == UInt8(ascii: "Z") || state == UInt8(ascii: "X") }

    /// Reads the line; nil when it is cut off or no such line. The name may hold spaces, parentheses and line feeds: it
    /// ends with the last `)`.
    package static func read(_ line: Span<UInt8>) -> ProcessStat? {
        var index = 0
        guard let pid = Decimal.next(in: line, at: &index).flatMap({ Int32(exactly: $0) }),
            index + 1 < line.count, line[index] == UInt8(ascii: " "), line[index + 1] == UInt8(ascii: "(")
        else { return nil }
        let start = index + 2
        var end = line.count - 1
        while end >= start, line[end] != UInt8(ascii: ")") { end -= 1 }
        guard end >= start, end + 4 < line.count, line[end + 1] == UInt8(ascii: " ") else { return nil }
        let state = line[end + 2]
        index = end + 3
        guard let parent = field(4, in: line, from: 4, at: &index).flatMap({ Int32(exactly: $0) }),
            let startTicks = field(22, in: line, from: 5, at: &index)
        else { return nil }
        return ProcessStat(
            pid: pid, name: ProcessName(line.extracting(start..<end)), state: state, parent: parent,
            startTicks: startTicks)
    }

    /// As `read`, of an array.
    package static func read(_ line: [UInt8]) -> ProcessStat? {
        read(line.span)
    }

    /// The number that is field `wanted`, when `index` stands before the space of field `current`. A field that is cut
    /// off by the end of the line does not count.
    private static func field(_ wanted: Int, in line: Span<UInt8>, from current: Int, at index: inout Int) -> UInt64? {
        for number in current...wanted {
            guard index < line.count, line[index] == UInt8(ascii: " ") else { return nil }
            index += 1
            if number == wanted { break }
            while index < line.count, line[index] != UInt8(ascii: " ") { index += 1 }
        }
        guard let value = Decimal.next(in: line, at: &index), index < line.count, line[index] <= UInt8(ascii: " ")
        else { return nil }
        return value
    }
}
