import AgentCore
import AgentTestKit
import EventModel
import HTTPClient
import Platform

@testable import Sinks

/// The error of a delivery; nil when there was none.
func deliveryError(_ deliver: () async throws(DeliveryError) -> Void) async -> DeliveryError? {
    do throws(DeliveryError) {
        try await deliver()
        return nil
    } catch { return error }
}

extension DeliveryError {
    /// The case, without what it says.
    var name: String {
        switch self {
        case .retryable: "retryable"
        case .held: "held"
        case .permanent: "permanent"
        case .tooLarge: "tooLarge"
        case .refused: "refused"
        case .partial: "partial"
        }
    }

    /// What it says.
    var reason: String {
        switch self {
        case .retryable(let reason, _), .held(let reason, _), .permanent(let reason), .tooLarge(let reason),
            .refused(let reason):
            reason
        case .partial(let rejected): rejected.values.joined(separator: "; ")
        }
    }

    /// The destination's own delay.
    var delay: Duration? {
        switch self {
        case .retryable(_, let after), .held(_, let after): after
        default: nil
        }
    }
}

extension SinkContext {
    /// The context of a test with these secrets by the name of their variable.
    static func http(secrets: [String: String] = [:], clock: AgentClock = .system) -> SinkContext {
        var context = SinkContext.conformance
        context.clock = clock
        context.secrets = SecretStore { reference throws(SecretError) in
            guard case .environment(let name) = reference, let secret = secrets[name] else {
                throw SecretError("the variable is not set")
            }
            return secret
        }
        return context
    }
}

extension Entry {
    /// Entries that cost little to make: many are wanted.
    static func plain(_ sequences: ClosedRange<UInt64>) -> [Entry] {
        sequences.map { sequence in
            let text =
                #"{"specversion":"1.0","id":"event-\#(sequence)","source":"test://plain","type":"guestwatch.vm.other","#
                + #""time":"2026-11-21T06:18:00Z","subject":"vm/vm-\#(sequence % 50)","severity":"info","#
                + #""datacontenttype":"application/json","data":{"n":\#(sequence)}}"#
            return Entry(sequence: sequence, type: "vm.other", severity: .info, body: Array(text.utf8)[...])
        }
    }

    /// The sequence an event's id tells.
    static func sequence(ofID id: String) -> UInt64? { id.split(separator: "-").last.flatMap { UInt64($0) } }
}

/// A clock that stands still but for its sleeps, which take no time: it notes how long they were to be.
final class LeapingClock: Sendable {
    private let state: Locked<(now: Timestamp, slept: [Duration])>

    init(_ text: String = "2026-11-21T06:18:00Z") {
        state = Locked((Timestamp(rfc3339: text) ?? Timestamp(nanoseconds: 0), []))
    }

    var slept: [Duration] { state.withLock(\.slept) }

    var clock: AgentClock {
        AgentClock(
            now: { self.state.withLock(\.now) },
            sleep: { duration in
                self.state.withLock { state in
                    state.now = state.now.advanced(by: duration)
                    state.slept.append(duration)
                }
            })
    }
}
