import AgentCore
import EventModel
import Foundation
import HTTPClient
import Platform

/// An engine without containers: answers `/version`, the list and `/events` as dockerd does, from memory.
final class FakeEngine: HTTPTransport {
    struct Line: Sendable {
        var text: String
        var time: Timestamp
    }

    private struct State: Sendable {
        var lines: [Line] = []
        var streams: [Int: AsyncStream<String>.Continuation] = [:]
        var unheard: [String] = []
        var next = 0
        var containers = "[]"
        var status = 200
        var asked: [String] = []
        var isDown = false
    }

    /// What the engine keeps for readers that come back.
    let buffered: Int
    private let state = Locked(State())

    init(buffered: Int = 256) {
        self.buffered = buffered
    }

    /// The targets asked for so far.
    var asked: [String] { state.withLock { $0.asked } }
    /// How many streams are open.
    var streams: Int { state.withLock { $0.streams.count } }

    func answers(events status: Int) {
        state.withLock { $0.status = status }
    }

    func holds(containers: String) {
        state.withLock { $0.containers = containers }
    }

    /// Says a line, and keeps it.
    func say(_ text: String, at time: Timestamp) {
        state.withLock { state in
            state.lines.append(Line(text: text, time: time))
            state.lines = Array(state.lines.suffix(buffered))
            for stream in state.streams.values { stream.yield(text + "\n") }
        }
    }

    /// Says what is no line of its own: a piece of one. To the next stream that is opened when none is.
    func say(piece: String) {
        state.withLock { state in
            if state.streams.isEmpty { state.unheard.append(piece) }
            for stream in state.streams.values { stream.yield(piece) }
        }
    }

    /// Ends all streams; `forgetting` as a restart does.
    func endStreams(forgetting: Bool = false) {
        state.withLock { state in
            if forgetting { state.lines = [] }
            for stream in state.streams.values { stream.finish() }
            state.streams = [:]
        }
    }

    /// One that is down answers nothing, and its streams end.
    func isDown(_ isDown: Bool) {
        state.withLock { $0.isDown = isDown }
        if isDown { endStreams() }
        if isDown { endStreams() }
    }

    func send(
        _ request: HTTPRequest, to receiver: any HTTPBodyReceiver
    ) async throws(HTTPError) -> HTTPResponse {
        let target = String(request.url.dropFirst("http://engine".count))
        let (isDown, containers, status) = state.withLock { state in
            state.asked.append(target)
            return (state.isDown, state.containers, state.status)
        }
        if isDown { throw .unreachable("nobody listens") }
        if target == "/version" {
            let text =
                #"{"Version":"20.10.24","ApiVersion":"1.41","MinAPIVersion":"1.12","Components":[{"Name":"Engine"}]}"#
            return answer(200, text, receiver)
        }
        if target.contains("/containers/json") { return answer(200, containers, receiver) }
        guard status == 200 else { return answer(status, #"{"message":"no events today"}"#, receiver) }
        let since = target.split(separator: "since=").last.flatMap { Double($0) } ?? 0
        return try await stream(since: Timestamp(nanoseconds: Int64(since * 1e9) - 1000), receiver)
    }

    func close() async {}

    private func stream(
        since: Timestamp, _ receiver: any HTTPBodyReceiver
    ) async throws(HTTPError) -> HTTPResponse {
        let (pieces, continuation) = AsyncStream<String>.makeStream()
        let number = state.withLock { state in
            for line in state.lines where line.time >= since { continuation.yield(line.text + "\n") }
            state.next += 1
            state.streams[state.next] = continuation
            for piece in state.unheard { continuation.yield(piece) }
            state.unheard = []
            if state.isDown { continuation.finish() }
            return state.next
        }
        receiver.begin(HTTPResponse(status: 200))
        for await piece in pieces {
            let bytes = Array(piece.utf8)
            guard receiver.receive(bytes.span.bytes) else { throw .refusedByReceiver }
        }
        _ = state.withLock { $0.streams.removeValue(forKey: number) }
        if Task.isCancelled { throw .cancelled }
        return HTTPResponse(status: 200)
    }

    private func answer(_ status: Int, _ text: String, _ receiver: any HTTPBodyReceiver) -> HTTPResponse {
        let response = HTTPResponse(status: status)
        receiver.begin(response)
        let bytes = Array(text.utf8)
        _ = receiver.receive(bytes.span.bytes)
        return response
    }
}

/// A line as dockerd writes it.
func dockerLine(
    _ action: String, _ id: String, at time: Timestamp, attributes: [String: String] = [:], object: String = "container"
) -> String {
    let named = attributes.merging(["name": "web", "image": "busybox"]) { old, _ in old }
    let members = named.sorted { $0.key < $1.key }.map { JSONValue.Member($0.key, .string($0.value)) }
    let value: JSONValue = [
        "status": .string(action), "id": .string(id), "Type": .string(object), "Action": .string(action),
        "Actor": ["ID": .string(id), "Attributes": .object(members)], "scope": "local",
        "time": .number("\(time.nanoseconds / 1_000_000_000)"), "timeNano": .number("\(time.nanoseconds)"),
    ]
    return String(decoding: JSONText(value).bytes, as: UTF8.self)
}

extension Timestamp {
    /// So many milliseconds after the tests' beginning.
    static func test(_ milliseconds: Int) -> Timestamp {
        Timestamp(nanoseconds: 1_767_323_045_000_000_000 + Int64(milliseconds) * 1_000_000)
    }
}
