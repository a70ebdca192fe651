import AgentTestKit
import Foundation
import HTTPClient
import Platform

/// `_bulk` of a data stream as Elasticsearch has it: only `create`, an `@timestamp` in each document, 409 for an `_id`
/// the backing index has, errors of single events in an answer with status 200, `filter_path`.
final class ElasticsearchStub: Sendable {
    struct State: Sendable {
        /// Documents by `_id`, and the order they came in: those of the backing index that is written to.
        var documents: [String: Int] = [:]
        var order: [UInt64] = []
        var bodies: [HTTPRequest] = []
        /// The most bytes of a request.
        var limit = 100 << 20
        /// What single events are answered, by `_id`, the next one first: a status and its error.
        var itemErrors: [String: [(status: Int, type: String)]] = [:]
        /// What whole requests are answered, the next one first; the connection is cut instead where it is 0.
        var answers: [Int] = []
        /// The documents are kept, and the answer is lost, as often.
        var lostAnswers = 0
        var key = "k3y"
        /// The answer says something else about the events.
        var isNonsense = false
    }

    let state: Locked<State>
    let server: FaultyServer

    init() throws {
        let state = Locked(State())
        (self.state, server) = (state, try FaultyServer { Self.serve($0, state) })
    }

    var url: String { server.url }
    var sequences: [UInt64] { state.withLock(\.order) }

    private static func serve(_ request: HTTPRequest, _ state: Locked<State>) -> ServedAnswer {
        state.withLock { state in
            state.bodies.append(request)
            if !state.answers.isEmpty {
                let status = state.answers.removeFirst()
                return status == 0 ? ServedAnswer(ending: .cutBeforeHead) : error(status, "scripted")
            }
            guard request.headers["Authorization"] == "ApiKey \(state.key)" else {
                return error(401, "security_exception")
            }
            guard request.body.count <= state.limit else { return ServedAnswer(413) }
            guard request.headers["Content-Type"] == "application/x-ndjson" else { return error(406, "media_type") }
            guard request.url.contains("/logs-guestwatch-default/_bulk?") else { return error(404, "no_such_path") }
            guard let items = take(request.body, &state) else { return error(400, "illegal_argument_exception") }
            if state.lostAnswers > 0 {
                state.lostAnswers -= 1
                return ServedAnswer(ending: .cutBeforeHead)
            }
            if state.isNonsense { return ServedAnswer(200, body: Array(#"{"items":[{"create":{}}]}"#.utf8)) }
            return ServedAnswer(200, body: Array(#"{"items":[\#(items.joined(separator: ","))]}"#.utf8))
        }
    }

    private static func error(_ status: Int, _ type: String) -> ServedAnswer {
        ServedAnswer(status, body: Array(#"{"error":{"type":"\#(type)"},"status":\#(status)}"#.utf8))
    }

    /// Nil for a body that is no `_bulk` request.
    private static func take(_ body: [UInt8], _ state: inout State) -> [String]? {
        guard body.last == UInt8(ascii: "\n") else { return nil }
        let lines = body.split(separator: UInt8(ascii: "\n")).map { object($0) }
        guard lines.count.isMultiple(of: 2) else { return nil }
        var items: [String] = []
        for start in stride(from: 0, to: lines.count, by: 2) {
            guard let action = lines[start], let (operation, target) = action.first, let document = lines[start + 1]
            else { return nil }
            let id = (target as? [String: Any])?["_id"] as? String ?? ""
            items.append(create(id, operation, document, &state))
        }
        return items
    }

    private static func create(
        _ id: String, _ operation: String, _ document: [String: Any], _ state: inout State
    ) -> String {
        if operation != "create" { return item(400, "illegal_argument_exception") }
        if id.isEmpty || id.utf8.count > 512 { return item(400, "illegal_argument_exception") }
        if state.itemErrors[id]?.isEmpty == false, let next = state.itemErrors[id]?.removeFirst() {
            return item(next.status, next.type)
        }
        guard document["@timestamp"] is String, let text = document["sequence"] as? String, let sequence = UInt64(text)
        else { return item(400, "document_parsing_exception") }
        if state.documents[id] != nil { return item(409, "version_conflict_engine_exception") }
        state.documents[id] = state.order.count
        state.order.append(sequence)
        return item(201, nil)
    }

    private static func item(_ status: Int, _ type: String?) -> String {
        let error = type.map { #","error":{"type":"\#($0)","reason":"because of \#($0)"}"# } ?? ""
        return #"{"create":{"status":\#(status)\#(error)}}"#
    }

    private static func object(_ line: ArraySlice<UInt8>) -> [String: Any]? {
        (try? JSONSerialization.jsonObject(with: Data(line))) as? [String: Any]
    }
}
