/// What the kernel's process connector tells: `struct proc_event`, for the events that matter here.
package enum ProcessNotice: Sendable, Hashable {
    /// A process has another program from now on.
    case executed(pid: Int32)
    /// A process has ended, with this wait status.
    case ended(pid: Int32, waitStatus: Int32)

    /// Behind the netlink header stands a `struct cn_msg` of 20 bytes.
    private static let connectorBytes = 20

    /// Takes a datagram apart; all else than program starts and process ends is passed over.
    package static func notices(in bytes: [UInt8]) -> [ProcessNotice] {
        NetlinkMessages(bytes).compactMap { message in
            let event = message.body.dropFirst(connectorBytes)
            guard let what = event.word(at: 0), let thread = event.word(at: 16), let process = event.word(at: 20)
            else { return nil }
            // Threads come and go too: only the first of a process stands for it.
            guard thread == process else { return nil }
            let pid = Int32(bitPattern: process)
            switch what {
            case 0x2: return .executed(pid: pid)
            case 0x8000_0000:
                return event.word(at: 24).map { .ended(pid: pid, waitStatus: Int32(bitPattern: $0)) }
            default: return nil
            }
        }
    }
}
