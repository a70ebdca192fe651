import EventModel
import HTTPClient
import Platform

/// Takes a streamed answer apart into lines; the body of a refusal is kept whole.
final class LineStream: HTTPBodyReceiver {
    /// Longer than any event the agent takes in.
    private static let lineLimit = 64 << 20
    private static let problemLimit = 64 << 10

    private struct State {
        var response: HTTPResponse?
        var lines = LineSplitter(limit: LineStream.lineLimit)
        var refusal: [UInt8] = []
    }

    private let state = Locked(State())
    private let begun: @Sendable () -> Void
    private let take: @Sendable ([[UInt8]]) -> Bool

    init(begun: @escaping @Sendable () -> Void, take: @escaping @Sendable ([[UInt8]]) -> Bool) {
        (self.begun, self.take) = (begun, take)
    }

    /// Why the agent did not begin a stream; nil when it did.
    var problem: APIError? {
        state.withLock { state in
            guard let response = state.response, response.status != 200 else { return nil }
            return APIError(response, state.refusal)
        }
    }

    func begin(_ response: HTTPResponse) {
        state.withLock { $0.response = response }
        if response.status == 200 { begun() }
    }

    func receive(_ bytes: RawSpan) -> Bool {
        // SAFETY: the bytes are copied before the closure returns.
        let piece = bytes.withUnsafeBytes { Array($0) }
        let lines: [[UInt8]]? = state.withLock { state in
            guard state.response?.status == 200 else {
                state.refusal += piece.prefix(Self.problemLimit - state.refusal.count)
                return nil
            }
            return state.lines.take(piece).map(\.bytes)
        }
        return lines.map { $0.isEmpty || take($0) } ?? true
    }
}
