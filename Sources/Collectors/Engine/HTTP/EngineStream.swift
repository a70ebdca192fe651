import HTTPClient
import Platform

/// The endless answer to `/events`, while it arrives: taken apart into lines on the transport's thread.
///
/// An engine waits for no reader: Docker leaves out what a slow one did not take. So everything is taken at once, up to
/// `waitingLimit`; beyond that the stream is ended, and read again from where the reader is.
final class EngineStream: HTTPBodyReceiver {
    /// Bytes of lines that wait for the next poll; more than Docker and Podman keep themselves.
    static let waitingLimit = 16 << 20
    /// No report is longer; labels are a few kilobytes. In bytes.
    static let lineLimit = 1 << 20

    /// Of the engine's reason for a refusal. In bytes.
    private static let refusalLimit = 1024

    /// How the stream ended.
    enum End: Sendable, Equatable {
        /// The engine ended it.
        case finished
        /// It is time for a new one: nothing is wrong.
        case renewal
        /// There was none.
        case failed(HTTPError)
    }

    private struct State: Sendable {
        var splitter = LineSplitter(limit: EngineStream.lineLimit)
        var lines: [LineReader.Line] = []
        var waiting = 0
        var isRefused = false
        var refusal: [UInt8] = []
        var end: End?
        var task: Task<Void, Never>?
    }

    private let state = Locked(State())
    private let readiness: Readiness
    private let begun: @Sendable () -> Void

    /// `readiness` is woken whenever there is something to take; `begun` is called when the engine answers.
    init(waking readiness: Readiness, begun: @escaping @Sendable () -> Void) {
        (self.readiness, self.begun) = (readiness, begun)
    }

    /// Asks, and goes on in a task of its own until the end or `stop`.
    func start(_ request: HTTPRequest, on transport: any HTTPTransport) {
        let task = Task { @concurrent in
            do throws(HTTPError) {
                let response = try await transport.send(request, to: self)
                end(response.status == 200 ? .finished : .failed(refusal(response.status)))
            } catch .refusedByReceiver, .timedOut("whole"), .timedOut("idle") {
                end(.renewal)
            } catch {
                end(.failed(error))
            }
        }
        state.withLock { $0.task = task }
    }

    /// The lines that came since the last call, and the end, once there are no more.
    func take() -> (lines: [LineReader.Line], end: End?) {
        state.withLock { state in
            defer { (state.lines, state.waiting) = ([], 0) }
            return (state.lines, state.lines.isEmpty ? state.end : nil)
        }
    }

    /// Ends it and waits until it has.
    func stop() async {
        let task = state.withLock { $0.task }
        task?.cancel()
        await task?.value
    }

    func begin(_ response: HTTPResponse) {
        state.withLock { $0.isRefused = response.status != 200 }
        if response.status == 200 { begun() }
    }

    func receive(_ piece: RawSpan) -> Bool {
        let isWanted = state.withLock { state in
            // SAFETY: the bytes are copied before the closures return.
            if state.isRefused {
                state.refusal += piece.withUnsafeBytes { Array($0.prefix(Self.refusalLimit - state.refusal.count)) }
                return true
            }
            let lines = piece.withUnsafeBytes { state.splitter.take($0) }
            state.lines += lines
            state.waiting += lines.reduce(0) { $0 + $1.bytes.count }
            return state.waiting <= Self.waitingLimit
        }
        readiness.wake()
        return isWanted
    }

    private func end(_ end: End) {
        // What an engine that dies has not ended is no line: it will be said whole the next time.
        state.withLock { $0.end = end }
        readiness.wake()
    }

    /// What an answer without a stream means; its body, as text, is the engine's reason.
    private func refusal(_ status: Int) -> HTTPError {
        let text = state.withLock { String(decoding: $0.refusal, as: UTF8.self) }
        return .unreachable("the engine answers /events with \(status): \(text)")
    }
}
