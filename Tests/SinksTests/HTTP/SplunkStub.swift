import AgentTestKit
import Foundation
import HTTPClient
import Platform

/// Splunk's HTTP Event Collector with indexer acknowledgement: its codes, the event an error is about, acknowledgements
/// that come later and are told once, its health.
final class SplunkStub: Sendable {
    struct State: Sendable {
        var sequences: [UInt64] = []
        var requests: [HTTPRequest] = []
        var token = "t0ken"
        var isDisabled = false
        var isBusy = false
        var isHealthy = true
        var acknowledges = true
        /// An id that is refused, and with which code.
        var refusals: [String: Int] = [:]
        var limit = 5 << 20
        /// Questions that are answered with "not yet" for each acknowledgement.
        var patience = 0
        /// Acknowledgements by channel and number: questions left.
        var pending: [String: Int] = [:]
        var next = 0
    }

    let state: Locked<State>
    let server: FaultyServer

    init() throws {
        let state = Locked(State())
        (self.state, server) = (
            state, try FaultyServer { request in state.withLock { Self.serve(request, &$0) } }
        )
    }

    var url: String { server.url }
    var sequences: [UInt64] { state.withLock(\.sequences) }

    private static func serve(_ request: HTTPRequest, _ state: inout State) -> ServedAnswer {
        state.requests.append(request)
        let path = "/" + (request.url.split(separator: "/", maxSplits: 2).last ?? "")
        if path.hasPrefix("/services/collector/health") {
            return state.isHealthy ? say(200, 17, "HEC is healthy") : say(503, 18, "HEC is unhealthy, queues are full")
        }
        guard let authorization = request.headers["Authorization"] else { return say(401, 2, "Token is required") }
        guard authorization.hasPrefix("Splunk ") else { return say(401, 3, "Invalid authorization") }
        guard authorization == "Splunk \(state.token)" else { return say(403, 4, "Invalid token") }
        if state.isDisabled { return say(403, 1, "Token disabled") }
        let channel = request.headers["X-Splunk-Request-Channel"] ?? ""
        if path.hasPrefix("/services/collector/ack?") { return acknowledge(request.body, channel, &state) }
        guard path.hasPrefix("/services/collector/event?") else { return ServedAnswer(404) }
        if state.isBusy { return say(503, 9, "Server is busy") }
        if request.body.count > state.limit { return ServedAnswer(413) }
        if state.acknowledges, UUID(uuidString: channel) == nil { return say(400, 11, "Invalid data channel") }
        return take(request.body, channel, &state)
    }

    private static func take(_ body: [UInt8], _ channel: String, _ state: inout State) -> ServedAnswer {
        var sequences: [UInt64] = []
        let events = objects(in: body)
        if events.isEmpty { return say(400, 5, "No data") }
        for (number, object) in events.enumerated() {
            guard let members = (try? JSONSerialization.jsonObject(with: Data(object))) as? [String: Any] else {
                return say(400, 6, "Invalid data format", event: number)
            }
            guard let event = members["event"] as? [String: Any] else {
                return say(400, 12, "Event field is required", event: number)
            }
            guard members["time"] is Double, let text = event["sequence"] as? String, let sequence = UInt64(text) else {
                return say(400, 6, "Invalid data format", event: number)
            }
            if let code = state.refusals[event["id"] as? String ?? ""] {
                return say(400, code, "Refused", event: number)
            }
            sequences.append(sequence)
        }
        state.sequences += sequences
        guard state.acknowledges else { return say(200, 0, "Success") }
        defer { state.next += 1 }
        state.pending["\(channel) \(state.next)"] = state.patience
        return say(200, 0, "Success", more: #","ackId":\#(state.next)"#)
    }

    private static func acknowledge(_ body: [UInt8], _ channel: String, _ state: inout State) -> ServedAnswer {
        let asked = (try? JSONSerialization.jsonObject(with: Data(body))) as? [String: [Int]]
        var answers: [String] = []
        for number in asked?["acks"] ?? [] {
            let key = "\(channel) \(number)"
            let left = state.pending[key]
            if left == 0 { state.pending[key] = nil } else { state.pending[key] = left.map { $0 - 1 } }
            answers.append("\"\(number)\":\(left == 0)")
        }
        return ServedAnswer(200, body: Array(#"{"acks":{\#(answers.joined(separator: ","))}}"#.utf8))
    }

    private static func say(
        _ status: Int, _ code: Int, _ text: String, event: Int? = nil, more: String = ""
    ) -> ServedAnswer {
        let number = event.map { #","invalid-event-number":\#($0)"# } ?? ""
        return ServedAnswer(status, body: Array(#"{"text":"\#(text)","code":\#(code)\#(number)\#(more)}"#.utf8))
    }

    /// The objects of a body, one after another without anything between them.
    private static func objects(in body: [UInt8]) -> [ArraySlice<UInt8>] {
        var (objects, start, depth, isText, isEscaped) = ([ArraySlice<UInt8>](), 0, 0, false, false)
        for (index, byte) in body.enumerated() {
            if isEscaped { isEscaped = false; continue }
            switch byte {
            case UInt8(ascii: "\\"): isEscaped = isText
            case UInt8(ascii: "\""): isText.toggle()
            case UInt8(ascii: "{") where !isText: depth += 1
            case UInt8(ascii: "}") where !isText:
                depth -= 1
                if depth == 0 {
                    objects.append(body[start...index])
                    start = index + 1
                }
            default: break
            }
        }
        return objects
    }
}
