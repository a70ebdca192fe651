/// What `/proc/PID/stat` says of a process, as far as it is asked here. Pure.
package struct ProcessState: Sendable, Hashable {
    package var parent: Int32
    package var session: Int32
    /// Clock ticks since boot, 100 a second; with the process id and the boot it names the process for ever.
    package var startTicks: UInt64
    /// It has ended, and only its entry is left until its parent has asked for it.
    package var isGone: Bool

    /// Reads the file; nil where it is damaged. The name in it may hold anything, even brackets.
    package init?(_ bytes: [UInt8]) {
        guard let close = bytes.lastIndex(of: UInt8(ascii: ")")) else { return nil }
        let fields = bytes[(close + 1)...].split(separator: 0x20).map { String(decoding: $0, as: UTF8.self) }
        guard fields.count >= 20, let parent = Int32(fields[1]), let session = Int32(fields[3]),
            let ticks = UInt64(fields[19])
        else { return nil }
        (self.parent, self.session, startTicks) = (parent, session, ticks)
        isGone = ["Z", "X", "x"].contains(fields[0])
    }
}
