import AgentCore
import AgentTestKit
import EventModel
import Pipeline
import Platform
import Testing

/// Lines VIC-03 to VIC-10 and VIC-24: subscribers. A topic is an exact type.
@Suite("Conformance: vic", .timeLimit(.minutes(1)))
struct VICTests {
    @Test("VIC-03 VIC-04 VIC-05 VIC-06 subscribers are counted as they come and go, whoever wants the same type")
    func counting() async throws {
        try await Backend.memory.withReaders { rig in
            let hub = rig.subscribers
            #expect(hub.list.isEmpty)
            let topics: [EventFilter] = [
                types("vm.powered-on"), types("vm.powered-on"),
                EventFilter(types: [TypePattern(EventType("vm.powered-on").rawValue)].compactMap(\.self)),
            ]
            for (number, topic) in topics.enumerated() {
                _ = try hub.subscribe(SubscriberRequest("\(number)", filter: topic), onEach: { _ in })
                #expect(hub.list.count == number + 1)
                #expect(Set(hub.list.map(\.filter)).count == 1)
            }
            hub["1"]?.unsubscribe()
            #expect(hub.list.map(\.name) == ["0", "2"])
            hub["0"]?.unsubscribe()
            #expect(hub.list.map(\.name) == ["2"])
            #expect(hub["0"] == nil)
        }
    }

    @Test("VIC-07 an event manager without collectors runs")
    func noCollectors() async throws {
        let rig = Rig()
        try await rig.manager.start()
        #expect(await rig.manager.status().collectors.isEmpty)
        await rig.stop()
    }

    @Test("VIC-08 what is published while suspended with queueing comes after resume, each event once")
    func queueing() async throws {
        try await Backend.memory.withReaders { rig in
            let (received, other) = (Received(), Received())
            let subscription = try rig.subscribers.subscribe(SubscriberRequest("s")) { received.note($0) }
            _ = try rig.subscribers.subscribe(SubscriberRequest("other")) { other.note($0) }
            try await rig.publish(50)
            subscription.suspend(.queueing)
            #expect(subscription.isSuspended)
            try await rig.publish(50)
            await eventually("the other has all") { other.count == 100 }
            #expect(received.count <= 50)
            await eventually("looked at") { subscription.status.queued >= 50 }
            subscription.resume()
            await eventually("the rest came") { received.count == 100 }
            #expect(!subscription.isSuspended)
            #expect(received.sequences == Array(1...100))
        }
    }

    @Test("VIC-09 what is published while suspended without queueing is discarded and counted")
    func discarding() async throws {
        try await Backend.memory.withReaders { rig in
            let (received, other) = (Received(), Received())
            let subscription = try rig.subscribers.subscribe(SubscriberRequest("s")) { received.note($0) }
            _ = try rig.subscribers.subscribe(SubscriberRequest("other")) { other.note($0) }
            subscription.suspend(.discarding)
            try await rig.publish(50)
            await eventually("the other has all") { other.count == 50 }
            #expect(received.count == 0)
            await eventually("counted") { subscription.status.counts.discarded == 50 }
            #expect(subscription.status.counts.dropped == 0)
            subscription.resume()
            try await rig.publish(1)
            await eventually("it goes on") { received.sequences == [51] }
        }
    }

    @Test(
        "VIC-10 one event more than the queue holds drops the oldest, and is counted once", arguments: [1, 100, 1000])
    func overflow(limit: Int) async throws {
        try await Backend.memory.withReaders { rig in
            let received = Received()
            let request = SubscriberRequest("s", suspension: .queueing, queueLimit: limit)
            let subscription = try rig.subscribers.subscribe(request, onBatch: { received.noteAll($0) })
            try await rig.publish(limit + 1)
            subscription.resume()
            await eventually("all that was queued") { received.count == limit }
            #expect(received.sequences == Array(2...UInt64(limit + 1)))
            // Counted when the callback has returned.
            await eventually("counted") { subscription.status.counts.delivered >= limit }
            let counts = subscription.status.counts
            #expect((counts.dropped, counts.discarded, counts.delivered) == (1, 0, limit))
        }
    }

    @Test("VIC-24 a subscriber to container events gets one about its container, with its id and name")
    func container() async throws {
        let got = Locked<[Event]>([])
        let off = Event(
            id: "1", source: "test://a", type: "container.stopped", time: TestClock.start,
            guest: Guest(kind: .container, id: "c1", name: "web"))
        let on = Event(id: "2", source: "test://a", type: "vm.powered-off", time: TestClock.start)
        let rig = Rig(collectors: ["c": ScriptedCollector([.batch(Batch(events: [on, off], checkpoint: nil))])])
        _ = try await rig.manager.subscribe(SubscriberRequest("s", filter: types("container.*"))) { entry in
            let event = try EventDecoder.decode(entry.body).event
            got.withLock { $0.append(event) }
        }
        try await rig.manager.start()
        await eventually("it came") { got.withLock { $0.count == 1 } }
        #expect(got.withLock { $0.first?.guest } == Guest(kind: .container, id: "c1", name: "web"))
        #expect(rig.manager.subscriberList.map(\.counts.delivered) == [1])
        await rig.stop()
    }
}
