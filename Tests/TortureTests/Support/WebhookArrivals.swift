import AgentTestKit
import Glibc
import HTTPClient
import Platform

/// A destination for webhooks: takes batches while it is up, and keeps the order in which a number of each event came.
final class WebhookArrivals: Sendable {
    private struct State {
        var isUp: Bool
        var seen: Set<Int> = []
        var last = 0
        var disorder = 0
        var repeats = 0
        var refusals = 0
    }

    private let state: Locked<State>
    private let mark: [UInt8]

    /// `mark`: what stands before the number in the JSON of an event.
    init(mark: String, isUp: Bool = true) {
        state = Locked(State(isUp: isUp))
        self.mark = Array(mark.utf8)
    }

    /// Events that arrived, each counted once.
    var distinct: Int { state.withLock { $0.seen.count } }
    /// Events that came after a later one and had not come before.
    var disorder: Int { state.withLock { $0.disorder } }
    var repeats: Int { state.withLock { $0.repeats } }
    var refusals: Int { state.withLock { $0.refusals } }

    func set(up isUp: Bool) {
        state.withLock { $0.isUp = isUp }
    }

    /// Answers one delivery.
    func take(_ request: HTTPRequest) -> ServedAnswer {
        let isUp = state.withLock { state in
            if !state.isUp { state.refusals += 1 }
            return state.isUp
        }
        guard isUp else { return ServedAnswer(503) }
        let numbers = Self.numbers(in: request.body, after: mark)
        state.withLock { state in
            for number in numbers {
                if !state.seen.insert(number).inserted {
                    state.repeats += 1
                } else if number < state.last {
                    state.disorder += 1
                }
                state.last = max(state.last, number)
            }
        }
        return ServedAnswer(204)
    }

    /// The numbers after each mark. By strstr: an unoptimised loop over a gigabyte would take minutes.
    private static func numbers(in body: [UInt8], after mark: [UInt8]) -> [Int] {
        var found: [Int] = []
        // JSON holds no zero byte: what is behind the last one is the end for C.
        (body + [0]).withUnsafeBufferPointer { body in
            (mark + [0]).withUnsafeBufferPointer { mark in
                guard let text = body.baseAddress, let word = mark.baseAddress else { return }
                text.withMemoryRebound(to: CChar.self, capacity: body.count) { text in
                    word.withMemoryRebound(to: CChar.self, capacity: mark.count) { word in
                        var place = strstr(text, word)
                        while let start = place {
                            let number = start + (mark.count - 1)
                            found.append(strtol(number, nil, 10))
                            place = strstr(number, word)
                        }
                    }
                }
            }
        }
        return found
    }
}
