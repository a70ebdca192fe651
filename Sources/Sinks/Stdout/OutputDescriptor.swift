import AgentCore
import Glibc
import Platform

/// A descriptor somebody reads at his own pace: a pipe, a terminal, a file.
///
/// Pipes and terminals are opened anew as non-blocking where the system allows it: the flag of the descriptor we were
/// given is shared with the shell and with every program that writes to the same terminal, and is never touched.
struct OutputDescriptor: ~Copyable, Sendable {
    // SAFETY: the buffers given to write(2) and poll(2) are alive for the call and their lengths are their counts;
    // `reopened` is closed once, by `close` or deinit.

    /// How often a wait for the reader looks whether its task was cancelled.
    private static let waitMilliseconds: Int32 = 100
    /// POSIX: a pipe that is ready takes as much as this without blocking.
    private static let safePieceBytes = 4096

    private let given: Int32
    private var reopened: Int32?
    private var mayBlock = false
    private var isOpen = false

    /// Borrows a descriptor; it is first touched by `write`.
    init(_ descriptor: Int32) {
        given = descriptor
    }

    deinit {
        if let reopened { Glibc.close(reopened) }
    }

    /// Writes everything, in one call where the reader takes it. Waits for the reader as long as the task is not
    /// cancelled.
    mutating func write(_ bytes: [UInt8]) throws(OutputFailure) {
        if bytes.isEmpty { return }
        open()
        let descriptor = reopened ?? given
        var written = 0
        while written < bytes.count {
            if mayBlock { try wait(for: descriptor, written) }
            let count = bytes.withUnsafeBytes { buffer in
                let rest = buffer[written...]
                let piece = mayBlock ? rest.prefix(Self.safePieceBytes) : rest
                return Glibc.write(descriptor, UnsafeRawBufferPointer(rebasing: piece).baseAddress, piece.count)
            }
            if count >= 0 {
                written += count
                continue
            }
            switch errno {
            case EINTR: continue
            case EAGAIN: try wait(for: descriptor, written)
            case EPIPE: throw OutputFailure(written: written, reason: .noReader)
            default: throw OutputFailure(written: written, reason: .system(errno))
            }
        }
    }

    /// Gives back what was opened here.
    mutating func close() {
        if let reopened { Glibc.close(reopened) }
        (reopened, isOpen) = (nil, false)
    }

    private mutating func open() {
        if isOpen { return }
        isOpen = true
        WriteSignals.ignore()
        var status = Glibc.stat()
        guard fstat(given, &status) == 0 else { return }
        let isFile = status.st_mode & S_IFMT == S_IFREG
        let isPipeOrTerminal = status.st_mode & S_IFMT == S_IFIFO || isatty(given) == 1
        if isPipeOrTerminal { reopened = DescriptorReopening.writingWithoutWaiting(to: given) }
        mayBlock = !isFile && reopened == nil
    }

    private func wait(for descriptor: Int32, _ written: Int) throws(OutputFailure) {
        while true {
            if Task.isCancelled { throw OutputFailure(written: written, reason: .cancelled) }
            var entry = pollfd(fd: descriptor, events: Int16(POLLOUT), revents: 0)
            let ready = poll(&entry, 1, Self.waitMilliseconds)
            if ready > 0 { return }
            if ready < 0, errno != EINTR { throw OutputFailure(written: written, reason: .system(errno)) }
        }
    }
}

/// Why a write did not get through, and how much of it did.
struct OutputFailure: Error, Equatable {
    enum Reason: Equatable {
        case noReader
        case cancelled
        case system(Int32)
    }

    var written: Int
    var reason: Reason

    var deliveryError: DeliveryError {
        switch reason {
        case .noReader:
            .retryable(
                reason: "standard output is closed: its reader has ended; start the agent again with a reader, "
                    + "or take the stdout sink out of the configuration")
        case .cancelled:
            .retryable(reason: "the reader of the standard output did not read before the sink was stopped")
        case .system(let code):
            .retryable(reason: "cannot write to the standard output: \(String(cString: strerror(code)))")
        }
    }
}
