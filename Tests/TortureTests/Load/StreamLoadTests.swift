import AgentTestKit
import EventModel
import Testing

/// `CLIENTS=n EVENTS=n`: so many clients of the stream, of which half read nothing.
@Suite("Load: streams", .serialized)
struct StreamLoadTests {
    @Test("readers get every event in order, whatever those do who read nothing")
    func halfReadNothing() async throws {
        let (clients, events) = (number("CLIENTS", default: 60), number("EVENTS", default: 500))
        let folder = try TemporaryDirectory("load")
        try #require(TestFile.write([], to: folder.path("app.log")))
        let agent = try await LoadAgent(
            collectors: [["name": "log", "kind": "file-watch", "paths": ["app.log"], "start": "beginning"]],
            limits: [
                "streams": .number("\(clients + 10)"), "streamsPerClient": .number("\(clients + 10)"),
                "connections": .number("\(min(10_000, clients + 10))"), "stallTime": "3s",
                "streamLag": .number("\(max(1000, events * 2))"),
            ], folder: folder)
        let idle = agent.count
        let crowd = try StreamCrowd(agent.socket, readers: clients - clients / 2, mute: clients / 2)
        try await waitUntil("all streams are open", limit: .seconds(120)) {
            try await agent.metric("guestwatch_streams") >= Double(clients)
        }
        let begin = ContinuousClock.now
        let filler = String(repeating: "x", count: 200)
        let text = (1...events).map { "line \($0) \(filler)\n" }.joined()
        try #require(TestFile.write(Array(text.utf8), to: folder.path("app.log")))
        try await waitUntil("every reader has all", limit: .seconds(600)) {
            crowd.counts.allSatisfy { $0 >= events }
        }
        let took = ContinuousClock.now - begin
        let full = agent.count
        // What a socket holds unread is not enough to cut anybody off: only who fell behind is.
        #expect(crowd.disorder == 0)
        #expect(crowd.ended == 0, "no reader was ended")
        crowd.close()
        let usage = try await agent.stop()
        print(
            "streams: \(clients) clients, half mute, \(events) events: \(took); idle \(idle.memoryMiB) MiB, "
                + "full \(full.memoryMiB) MiB with \(full.descriptors) descriptors; "
                + "\(usage.text)")
        #expect(full.memoryMiB <= 64 + clients / 4, "a quarter of a MiB for a client is the most")
    }
}
