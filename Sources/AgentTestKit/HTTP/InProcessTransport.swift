package import AgentCore
package import HTTPClient
import Platform

/// A transport without a network: requests go to a closure and its answers come back in pieces.
///
/// It keeps the promises of `HTTPTransport` about limits, cancellation and the receiver; a cut connection is
/// `.unreachable`, a hang `.timedOut` after the request's idle timeout by the given clock.
package final class InProcessTransport: HTTPTransport {
    private let answering: Answering
    private let clock: AgentClock
    private let pieceBytes: Int
    private let isClosed = Locked(false)

    /// `pieceBytes`: how much of a body the receiver gets at once; 16 KiB as from libcurl.
    package init(clock: AgentClock = .system, pieceBytes: Int = 16 * 1024, answering: @escaping Answering) {
        (self.clock, self.pieceBytes, self.answering) = (clock, max(1, pieceBytes), answering)
    }

    package func send(_ request: HTTPRequest, to receiver: any HTTPBodyReceiver) async throws(HTTPError) -> HTTPResponse
    {
        if isClosed.withLock({ $0 }) { throw .invalid("\(request.method) \"\(request.url)\": the transport is closed") }
        if Task.isCancelled { throw .cancelled }
        let answer = await answering(request)
        if Task.isCancelled { throw .cancelled }
        if answer.ending == .cutBeforeHead { throw .unreachable("\"\(request.url)\": empty reply from server") }
        receiver.begin(answer.response)
        try hand(answer, of: request, to: receiver)
        switch answer.ending {
        case .complete: return answer.response
        case .cut, .cutBeforeHead: throw .unreachable("\"\(request.url)\": the connection was cut")
        case .hang: throw await hang(request)
        }
    }

    package func close() async {
        isClosed.withLock { $0 = true }
    }

    private func hand(
        _ answer: ServedAnswer, of request: HTTPRequest, to receiver: any HTTPBodyReceiver
    ) throws(HTTPError) {
        let end =
            switch answer.ending {
            case .complete, .cutBeforeHead: answer.body.count
            case .cut(let bytes), .hang(let bytes): min(bytes, answer.body.count)
            }
        var start = 0
        while start < end {
            let next = min(start + pieceBytes, end)
            if next > request.bodyLimit { throw .bodyTooLarge(limit: request.bodyLimit) }
            if !receiver.receive(answer.body.span.bytes.extracting(start..<next)) { throw .refusedByReceiver }
            start = next
        }
    }

    private func hang(_ request: HTTPRequest) async -> HTTPError {
        do {
            try await clock.sleep(request.timeouts.idle)
            return .timedOut("idle")
        } catch {
            return .cancelled
        }
    }
}
