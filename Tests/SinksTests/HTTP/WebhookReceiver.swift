import AgentTestKit
import EventModel
import Foundation
import HTTPClient
import Platform

/// A receiver of CloudEvents in all three modes, as a user would write one: it shows each event once, by `source` and
/// `id`, and answers as the test wants.
final class WebhookReceiver: Sendable {
    struct Received: Sendable, Hashable {
        var source: String
        var id: String
        var type: String
        var sequence: UInt64
        var subject: String
    }

    private struct State: Sendable {
        var requests: [HTTPRequest] = []
        var events: [Received] = []
        var seen: Set<String> = []
        var repeats = 0
        var isBroken = false
        var answer: @Sendable (HTTPRequest, _ number: Int) -> ServedAnswer? = { _, _ in nil }
    }

    private let state: Locked<State>
    let server: FaultyServer

    init() throws {
        let state = Locked(State())
        (self.state, server) = (state, try FaultyServer { Self.serve($0, state) })
    }

    var url: String { "\(server.url)/hook" }
    var requests: [HTTPRequest] { state.withLock(\.requests) }
    var events: [Received] { state.withLock(\.events) }
    var sequences: [UInt64] { events.map(\.sequence) }
    var repeats: Int { state.withLock(\.repeats) }
    var connectionsTaken: Int { server.connectionsTaken }

    /// What it answers instead of 204, before it takes anything; nil: it takes what came. Requests count from 0.
    func answer(_ answer: @escaping @Sendable (HTTPRequest, _ number: Int) -> ServedAnswer?) {
        state.withLock { $0.answer = answer }
    }

    private static func serve(_ request: HTTPRequest, _ state: Locked<State>) -> ServedAnswer {
        let (answer, number) = state.withLock { state in
            state.requests.append(request)
            return (state.answer, state.requests.count - 1)
        }
        let wanted = answer(request, number)
        if let wanted, wanted.ending != .cutBeforeHead { return wanted }
        let events = Self.events(of: request)
        guard !events.isEmpty else { return ServedAnswer(415, body: Array("no CloudEvent".utf8)) }
        state.withLock { state in
            for event in events {
                if state.seen.insert("\(event.source) \(event.id)").inserted {
                    state.events.append(event)
                } else {
                    state.repeats += 1
                }
            }
        }
        // Taken, but the answer is lost.
        return wanted ?? ServedAnswer(204)
    }

    private static func events(of request: HTTPRequest) -> [Received] {
        let body = Data(request.body)
        switch request.headers["Content-Type"] {
        case "application/cloudevents-batch+json; charset=UTF-8":
            let list = (try? JSONSerialization.jsonObject(with: body)) as? [[String: Any]] ?? []
            let events = list.compactMap { event(from: $0) }
            return events.count == list.count ? events : []
        case "application/cloudevents+json; charset=UTF-8":
            let object = (try? JSONSerialization.jsonObject(with: body)) as? [String: Any] ?? [:]
            return [event(from: object)].compactMap(\.self)
        case "application/json":
            var attributes: [String: Any] = [:]
            for field in request.headers.fields where field.name.hasPrefix("ce-") {
                attributes[String(field.name.dropFirst(3))] = field.value.removingPercentEncoding
            }
            attributes["data"] = try? JSONSerialization.jsonObject(with: body)
            return [event(from: attributes)].compactMap(\.self)
        default: return []
        }
    }

    private static func event(from members: [String: Any]) -> Received? {
        guard members["specversion"] as? String == "1.0", let id = members["id"] as? String,
            let source = members["source"] as? String, let type = members["type"] as? String,
            let digits = members["sequence"] as? String, digits.utf8.count == 20, let sequence = UInt64(digits),
            members["data"] is [String: Any]
        else { return nil }
        return Received(
            source: source, id: id, type: type, sequence: sequence, subject: members["subject"] as? String ?? "")
    }
}
