import EventModel
import Platform

/// A socket to a monitor, and the conversation on it.
struct QMPConnection {
    /// Read at once from one monitor, so that none keeps the others waiting. In bytes.
    private static let readLimit = 64 << 10
    private static let readsAtOnce = 16
    /// What a monitor does not take: it is broken. In bytes.
    private static let outgoingLimit = 64 << 10

    let socket: UnixSocket
    let life: QEMULife
    /// The socket it was found at; nil where QEMU came to us.
    let path: String?
    /// Without a greeting until then somebody else holds the monitor.
    let greetingDue: ContinuousClock.Instant
    /// Events held back for an answer about a job go out without it then.
    var answerDue: ContinuousClock.Instant?
    private(set) var isAttached = false
    private(set) var isEnded = false
    private var session = QMPSession()
    private var outgoing: [UInt8] = []

    init(_ socket: UnixSocket, life: QEMULife, path: String?, greetingDue: ContinuousClock.Instant) {
        (self.socket, self.life, self.path, self.greetingDue) = (socket, life, path, greetingDue)
    }

    var isGreeted: Bool { session.isGreeted }
    var isHolding: Bool { session.isHolding }

    /// Reads what is there and writes what it asks for; gives what was told.
    mutating func exchange(at now: Timestamp) -> [QMPSession.Output] {
        var told: [QMPSession.Output] = []
        for _ in 0..<Self.readsAtOnce where !isEnded {
            guard let bytes = read() else { break }
            for output in session.receive(bytes, at: now) { take(output, &told) }
        }
        write()
        if isEnded { told += session.letGo() }
        return told
    }

    /// Gives what is held back for an answer that does not come.
    mutating func letGo() -> [QMPSession.Output] {
        session.letGo()
    }

    private mutating func take(_ output: QMPSession.Output, _ told: inout [QMPSession.Output]) {
        switch output {
        case .send(let bytes): outgoing += bytes
        case .refused: isEnded = true
        case .attached:
            isAttached = true
            told.append(output)
        case .event, .unreadable: told.append(output)
        }
    }

    private mutating func write() {
        guard !outgoing.isEmpty, let written = try? socket.write(outgoing[...]) else { return }
        outgoing.removeFirst(written)
        if outgoing.count > Self.outgoingLimit { isEnded = true }
    }

    /// The next bytes; nil when none are there, or none will come any more.
    private mutating func read() -> [UInt8]? {
        do throws(SystemError) {
            guard let bytes = try socket.read(upTo: Self.readLimit) else { return nil }
            isEnded = bytes.isEmpty
            return bytes
        } catch {
            isEnded = true
            return nil
        }
    }
}
