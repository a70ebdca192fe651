/// What LXC writes of the end of a container's first process into its log, where that is detailed enough.
package enum LXCLog {
    /// How a container ended, as seen by its monitor.
    package enum Ending: Sendable, Hashable {
        case halted
        case rebooted
    }

    /// Read from the end of a log: lines of the last end are in it. In bytes.
    static let tailBytes = 64 << 10

    /// Finds the last `Child <4711> ended on signal Hangup(1)` of the process; nil when there is none, or it says
    /// another signal: reboot(2) in a process namespace ends its first process by SIGHUP, halt and poweroff by SIGINT.
    package static func ending(of pid: Int32, in bytes: [UInt8]) -> Ending? {
        for line in bytes.split(separator: UInt8(ascii: "\n")).reversed() {
            let text = String(decoding: line, as: UTF8.self)
            guard
                let child = text.firstRange(of: "Child <\(pid)> ended on signal ")
                    ?? text.firstRange(of: "Child \(pid) ended on signal ")
            else { continue }
            if text[child.upperBound...].hasPrefix("Hangup(1)") { return .rebooted }
            if text[child.upperBound...].hasPrefix("Interrupt(2)") { return .halted }
            return nil
        }
        return nil
    }
}
