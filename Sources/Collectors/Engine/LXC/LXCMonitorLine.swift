package import EventModel

/// A line of lxc-monitor(1).
package struct LXCMonitorLine: Sendable, Hashable {
    /// What it says.
    package enum Report: Sendable, Hashable {
        /// `changed state to [RUNNING]`.
        case state(String)
        /// `exited with status [0]`: of a first process that ended by itself; 0 where a signal ended it.
        case exited(Int32)
    }

    package var container: String
    package var report: Report

    private static let stateMark = Array("' changed state to [".utf8)
    private static let exitMark = Array("' exited with status [".utf8)

    /// Reads a line. The name may hold anything but a line end, also what looks like the rest of a line: the last mark
    /// counts. Throws what is wrong with it.
    package static func decode(_ bytes: [UInt8]) throws(EventDecodingError) -> LXCMonitorLine {
        let line = bytes.last == UInt8(ascii: "\r") ? bytes.dropLast() : bytes[...]
        guard line.first == UInt8(ascii: "'"), line.last == UInt8(ascii: "]") else {
            throw EventDecodingError("not a line of lxc-monitor")
        }
        let inner = line.dropFirst().dropLast()
        let state = lastMark(stateMark, in: inner)
        let exit = lastMark(exitMark, in: inner)
        guard let mark = [state, exit].compactMap({ $0 }).max(by: { $0.lowerBound < $1.lowerBound }) else {
            throw EventDecodingError("it says nothing that is known")
        }
        let name = String(decoding: inner[..<mark.lowerBound], as: UTF8.self)
        let word = String(decoding: inner[mark.upperBound...], as: UTF8.self)
        guard !name.isEmpty else { throw EventDecodingError("it names no container") }
        if mark == state {
            guard !word.isEmpty, word.utf8.allSatisfy({ (0x41...0x5A).contains($0) || $0 == 0x5F }) else {
                throw EventDecodingError("\"\(word)\" is no state")
            }
            return LXCMonitorLine(container: name, report: .state(word))
        }
        guard let code = Int32(word) else { throw EventDecodingError("\"\(word)\" is no exit status") }
        return LXCMonitorLine(container: name, report: .exited(code))
    }

    private static func lastMark(_ mark: [UInt8], in bytes: ArraySlice<UInt8>) -> Range<Int>? {
        guard bytes.count >= mark.count else { return nil }
        let starts = bytes.startIndex...(bytes.endIndex - mark.count)
        guard let start = starts.last(where: { bytes[$0..<($0 + mark.count)].elementsEqual(mark) }) else { return nil }
        return start..<(start + mark.count)
    }
}
