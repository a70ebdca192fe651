import AgentCore
import AgentTestKit
import EventModel
import Pipeline
import Platform
import Testing

/// Lines VP-03 to VP-12: subscriptions of eventd, as far as they are not about its workers, which we have not.
@Suite("Conformance: vpsAdminOS eventd", .timeLimit(.minutes(1)))
struct VPSAdminTests {
    @Test("VP-03 VP-04 VP-07 VP-08 VP-10 every subscriber gets every event, the very same one")
    func everybody() async throws {
        try await Backend.memory.withReaders { rig in
            let got = Locked<[String: [Entry]]>([:])
            for name in ["a", "b", "c"] {
                _ = try rig.subscribers.subscribe(SubscriberRequest(name)) { entry in
                    got.withLock { $0[name, default: []].append(entry) }
                }
            }
            #expect(rig.subscribers.list.count == 3)
            try await rig.publish(batch: 3, type: "ct.started")
            await eventually("all have all") {
                got.withLock { $0.count == 3 && $0.values.allSatisfy { $0.count == 3 } }
            }
            let entries = got.withLock { Set($0.values) }
            #expect(entries.count == 1)
            let event = try EventDecoder.decode(try #require(entries.first?.first).body).event
            #expect(event.type == "ct.started")
            #expect(event.guest?.name == "web1")
        }
    }

    @Test("VP-05 VP-12 who unsubscribes gets nothing more, and may do it twice")
    func unsubscribe() async throws {
        try await Backend.memory.withReaders { rig in
            let (received, other) = (Received(), Received())
            let subscription = try rig.subscribers.subscribe(SubscriberRequest("s")) { received.note($0) }
            _ = try rig.subscribers.subscribe(SubscriberRequest("other")) { other.note($0) }
            try await rig.publish(1)
            await eventually("it came") { received.count == 1 }
            await subscription.unsubscribe()
            await subscription.unsubscribe()
            try await rig.publish(1)
            await eventually("the other has it") { other.count == 2 }
            #expect(received.count == 1)
            #expect(rig.subscribers.list.map(\.name) == ["other"])
        }
    }

    @Test(
        "VP-06 VP-09 what was published before the stop is delivered, the agent's stop last, and then nobody subscribes"
    )
    func shutdown() async throws {
        let rig = Rig(
            collectors: ["c": ScriptedCollector([.batch(batch(1...50))])], settings: PipelineSettings(host: "test"))
        let got = Locked<[EventType]>([])
        _ = try await rig.manager.subscribe(SubscriberRequest("s")) { entry in got.withLock { $0.append(entry.type) } }
        let iterated = try await rig.manager.subscribe(SubscriberRequest("t"))
        let iterating = Task {
            var count = 0
            for await batch in iterated.batches { count += batch.count }
            return count
        }
        try await rig.manager.start()
        await eventually("committed") { rig.journal.history.head == 51 }
        await rig.stop()
        #expect(got.withLock { $0.count } == 52)
        #expect(got.withLock { $0.first } == "agent.started")
        #expect(got.withLock { $0.last } == "agent.stopped")
        #expect(await iterating.value == 52)
        await #expect(throws: SubscriberError.stopped) { try await rig.manager.subscribe(SubscriberRequest("late")) }
    }

    /// A filter, and which of four events it lets pass.
    static let given: [(line: String, filter: EventFilter, passes: [UInt64])] = [
        ("no filter accepts", EventFilter(), [1, 2, 3, 4]),
        ("equal type", types("ct.started"), [1, 2]),
        ("other type", types("ct.exited"), []),
        ("a list of types accepts members only", types("ct.stopped", "host.*"), [3, 4]),
        ("an option that is equal", EventFilter(fields: [FieldFilter(path: "state", values: ["running"])]), [1, 2]),
        (
            "an option that is one of several",
            EventFilter(fields: [FieldFilter(path: "state", values: ["stopped", "frozen"])]), [3]
        ),
        ("the guest", EventFilter(guest: GuestFilter(kind: .container, id: "c2")), [2]),
        (
            "type, guest and severity at once",
            EventFilter(types: types("ct.*").types, severity: .notice, guest: GuestFilter(host: "h1")), [3]
        ),
        ("an option within another", EventFilter(fields: [FieldFilter(path: "limits.cpu", values: ["2"])]), [1]),
        ("an option that is there", EventFilter(fields: [FieldFilter(path: "limits")]), [1]),
    ]

    @Test(
        "VP-11 VP-12 VP-13 a subscriber, a stream and a sink get what their filter accepts, and go on behind what not",
        arguments: given)
    func filters(_ given: (line: String, filter: EventFilter, passes: [UInt64])) async throws {
        let events = [
            event(
                1, "ct.started", .info, Guest(kind: .container, id: "c1"), #"{"state":"running","limits":{"cpu":2}}"#),
            event(2, "ct.started", .info, Guest(kind: .container, id: "c2", host: "h1"), #"{"state":"running"}"#),
            event(3, "ct.stopped", .notice, Guest(kind: .container, id: "c3", host: "h1"), #"{"state":"stopped"}"#),
            event(4, "host.connected", .notice, nil, "{}"),
        ]
        let (received, sink) = (Received(), ScriptedSink())
        let rig = Rig(
            collectors: ["c": ScriptedCollector([.batch(Batch(events: events, checkpoint: nil))])],
            sinks: [NamedSink(name: "x", filter: given.filter, sink: sink)])
        let subscription = try await rig.manager.subscribe(SubscriberRequest("s", filter: given.filter)) {
            received.note($0)
        }
        let stream = try await rig.manager.stream(StreamRequest("s", filter: given.filter))
        try await rig.manager.start()
        await eventually("all seen") { rig.journal.history.head == 4 && subscription.status.lag == 0 }
        await rig.stop()
        #expect(received.sequences == given.passes, "\(given.line)")
        #expect(sink.delivered.map(\.sequence) == given.passes)
        #expect(subscription.status.counts.filtered == 4 - given.passes.count)
        var streamed: [UInt64] = []
        for await part in stream {
            if case .entries(let entries) = part { streamed += entries.map(\.sequence) }
        }
        #expect(streamed == given.passes)
    }

    private func event(_ id: Int, _ type: EventType, _ severity: Severity, _ guest: Guest?, _ data: String) -> Event {
        Event(
            id: "\(id)", source: "test://a", type: type, time: TestClock.start, severity: severity, guest: guest,
            data: JSONText(trusted: Array(data.utf8)[...]))
    }
}
