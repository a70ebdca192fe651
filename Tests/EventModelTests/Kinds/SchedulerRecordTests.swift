import EventModel
import Testing

/// YK-62, YK-48, YK-49: each constructor makes one record with the type, ids, change, detail and resource it is to
/// have.
@Suite struct SchedulerRecordTests {
    struct Row: Sendable, CustomTestStringConvertible {
        var record: SchedulerRecord
        var type: String
        var change: Change
        var code: Int
        var object: String
        var reference: String?
        var hasResource: Bool
        /// What stands in the message.
        var says = ""

        var testDescription: String { "\(type) \(code)" }

        init(
            _ record: SchedulerRecord, _ type: String, _ change: Change, _ code: Int, _ object: String,
            _ reference: String? = nil, resource: Bool = false, says: String = ""
        ) {
            (self.record, self.type, self.change, self.code) = (record, type, change, code)
            (self.object, self.reference, hasResource, self.says) = (object, reference, resource, says)
        }
    }

    static let resource: SchedulerRecord.Resource = ["vcore": 100, "memory": 1024]

    static let requests: [Row] = [
        Row(
            .placeholderLarger(
                "ph", of: "app", group: "tg", placeholderResource: resource, requestResource: ["memory": 512]),
            "request.placeholder-larger", .none, 0, "ph", "app", resource: true,
            says: "\"tg\" holds memory 1024, vcore 100, more than the memory 512"),
        Row(
            .queueHeadroomExceeded(by: "ask", of: "app", queue: "root.a", resource: resource),
            "request.queue-headroom-exceeded", .none, 0, "ask", "app", resource: true, says: "exceeds"),
        Row(
            .queueHeadroomRegained(for: "ask", of: "app", queue: "root.a", resource: resource),
            "request.queue-headroom-regained", .none, 0, "ask", "app", resource: true, says: "fits"),
        Row(
            .userQuotaExceeded(by: "ask", of: "app", resource: resource), "request.user-quota-exceeded", .none, 0,
            "ask", "app", resource: true, says: "exceeds"),
        Row(
            .userQuotaRegained(for: "ask", of: "app", resource: resource), "request.user-quota-regained", .none, 0,
            "ask", "app", resource: true, says: "fits"),
        Row(
            .predicateFailed(for: "ask", of: "app", reasons: ["port": 1, "full": 3], resource: resource),
            "request.predicate-failed", .none, 0, "ask", "app", resource: true, says: "full (3), port (1)"),
        Row(
            .requiredNodePreemptionFailed(
                for: "ask", of: "app", node: "n1", reasons: ["pinned": 2], resource: resource),
            "request.preemption-failed", .none, 0, "ask", "app", resource: true, says: "\"n1\": pinned (2)"),
        Row(
            .preempted("ask", of: "app", by: "other", resource: resource), "request.preempted", .none, 0, "ask", "app",
            resource: true, says: "other"),
        Row(
            .preemptedByQuota("ask", of: "app", queue: "root.a", resource: resource), "request.preempted-by-quota",
            .none, 0, "ask", "app", resource: true, says: "quota"),
    ]

    static let applications: [Row] = {
        typealias Record = SchedulerRecord
        let ends: [(Record.AllocationEnd, Int)] = [
            (.canceled, 500), (.preempted, 501), (.timedOut, 502), (.placeholderReplaced, 503), (.nodeRemoved, 504),
        ]
        let requestEnds: [(Record.RequestEnd, Int)] = [(.canceled, 100), (.allocated, 101), (.timedOut, 102)]
        let states: [(Record.ApplicationState, Int)] = [
            (.rejected, 202), (.accepted, 204), (.running, 206), (.completing, 207), (.completed, 208),
            (.failing, 209), (.failed, 210), (.resuming, 211), (.expired, 212),
        ]
        return [
            Row(.applicationAdded("app"), "application.added", .add, 203, "app"),
            Row(.applicationRemoved("app"), "application.removed", .remove, 0, "app"),
            Row(
                .allocationAdded("alloc", of: "app", resource: resource), "application.allocation-added", .add, 200,
                "app", "alloc", resource: true),
            Row(
                .requestAdded("ask", of: "app", resource: resource), "application.request-added", .add, 201, "app",
                "ask", resource: true),
            Row(.applicationRunnable("app", byQueue: false), "application.queue-blocked", .none, 213, "app"),
            Row(.applicationRunnable("app", byQueue: true), "application.queue-unblocked", .none, 214, "app"),
            Row(.applicationRunnable("app", byQuota: false), "application.quota-blocked", .none, 215, "app"),
            Row(.applicationRunnable("app", byQuota: true), "application.quota-unblocked", .none, 216, "app"),
        ]
            + ends.map { end, code in
                Row(
                    .allocationRemoved("alloc", of: "app", because: end, resource: resource),
                    "application.allocation-removed", .remove, code, "app", "alloc", resource: true)
            }
            + requestEnds.map { end, code in
                Row(
                    .requestRemoved("ask", of: "app", because: end, resource: resource), "application.request-removed",
                    .remove, code, "app", "ask", resource: true)
            }
            + states.map { state, code in
                Row(
                    .applicationStateChanged("app", to: state, info: "why"), "application.state-changed", .set, code,
                    "app", says: "why")
            }
    }()

    static let nodes: [Row] = [
        Row(.nodeAdded("n", capacity: resource), "node.added", .add, 0, "n", resource: true),
        Row(.nodeRemoved("n"), "node.removed", .remove, 300, "n"),
        Row(
            .nodeAllocationAdded("alloc", on: "n", resource: resource), "node.allocation-added", .add, 303, "n",
            "alloc", resource: true),
        Row(
            .nodeAllocationRemoved("alloc", on: "n", resource: resource), "node.allocation-removed", .remove, 303, "n",
            "alloc", resource: true),
        Row(
            .nodeOccupiedChanged("n", occupied: resource), "node.occupied-changed", .set, 305, "n", resource: true),
        Row(
            .nodeCapacityChanged("n", capacity: resource), "node.capacity-changed", .set, 304, "n", resource: true),
        Row(
            .nodeSchedulableChanged("n", isSchedulable: true), "node.schedulable-changed", .set, 302, "n",
            says: "true"),
        Row(
            .nodeSchedulableChanged("n", isSchedulable: false), "node.schedulable-changed", .set, 302, "n",
            says: "false"),
        Row(
            .nodeReserved("n", for: "ask", resource: resource), "node.reservation-added", .add, 306, "n", "ask",
            resource: true),
        Row(
            .nodeUnreserved("n", for: "ask", resource: resource), "node.reservation-removed", .remove, 306, "n", "ask",
            resource: true),
    ]

    static let queues: [Row] = [
        Row(.queueAdded("q", isDynamic: true), "queue.added", .add, 401, "q"),
        Row(.queueAdded("q", isDynamic: false), "queue.added", .add, 0, "q"),
        Row(.queueRemoved("q", isDynamic: true), "queue.removed", .remove, 401, "q"),
        Row(.queueRemoved("q", isDynamic: false), "queue.removed", .remove, 0, "q"),
        Row(.queueApplicationAdded("app", to: "q"), "queue.application-added", .add, 405, "q", "app"),
        Row(.queueApplicationRemoved("app", from: "q"), "queue.application-removed", .remove, 405, "q", "app"),
        Row(.queueTypeChanged("q", isLeaf: true), "queue.type-changed", .set, 402, "q", says: "true"),
        Row(.queueTypeChanged("q", isLeaf: false), "queue.type-changed", .set, 402, "q", says: "false"),
        Row(.queueMaximumChanged("q", maximum: resource), "queue.maximum-changed", .set, 403, "q", resource: true),
        Row(
            .queueGuaranteedChanged("q", guaranteed: resource), "queue.guaranteed-changed", .set, 404, "q",
            resource: true),
        Row(
            .queueQuotaPreempted("q", result: "3 of 4 preempted", resource: resource), "queue.quota-preempted", .set,
            407, "q", resource: true, says: "3 of 4 preempted"),
    ]

    static let accounts: [Row] =
        SchedulerRecord.Account.allCases.flatMap { account in
            let (family, usage, limit) = account == .user ? ("user", 603, 600) : ("group", 604, 601)
            return [
                Row(
                    .usageRaised(account, "u", queue: "q", resource: resource), "\(family).usage-raised", .add, usage,
                    "u", "q", resource: true),
                Row(
                    .usageLowered(account, "u", queue: "q", resource: resource), "\(family).usage-lowered", .remove,
                    usage, "u", "q", resource: true),
                Row(
                    .limitSet(account, "u", queue: "q", resource: resource), "\(family).limit-set", .set, limit, "u",
                    "q", resource: true),
                Row(.limitCleared(account, "u", queue: "q"), "\(family).limit-cleared", .remove, limit, "u", "q"),
            ]
        } + [
            Row(.applicationLinked("app", to: "g"), "group.application-linked", .set, 602, "g", "app"),
            Row(.applicationUnlinked("app", from: "g"), "group.application-unlinked", .remove, 602, "g", "app"),
        ]

    static let all = requests + applications + nodes + queues + accounts

    @Test("YK-62: every emitter makes one record of the right type, ids, change, detail and resource", arguments: all)
    func emitter(row: Row) throws {
        let event = row.record.event(id: "7", source: "scheduler://one", at: Timestamp(nanoseconds: 1))
        #expect(event.type.rawValue == row.type && event.change == row.change && event.id == "7")
        #expect(event.related.map(\.id) == [row.object] && event.related.first?.kind == String(event.type.family))
        let data = try event.data.parsed()
        #expect(data["object"]?.string == row.object)
        #expect(data["reference"]?.string == row.reference)
        #expect(data["code"]?.integer ?? 0 == Int64(row.code))
        #expect((data["detail"] == nil) == (row.code == 0))
        #expect(data["resource"]?["memory"]?.integer == (row.hasResource ? 1024 : nil))
        #expect(data["resource"]?["vcore"]?.integer == (row.hasResource ? 100 : nil))
        let message = try #require(event.message)
        #expect(row.says.isEmpty ? message.hasSuffix(".") : message.contains(row.says))
        #expect(EventCatalogue.sentence(of: event.type) != nil)
    }

    @Test("every type of a scheduler that the catalogue has is made by an emitter")
    func complete() {
        let families: Set<Substring> = ["application", "request", "node", "queue", "user", "group"]
        let known = EventCatalogue.entries.map(\.type).filter { families.contains($0.family) }.map(\.rawValue)
        #expect(Set(known) == Set(Self.all.map(\.type)))
        #expect(Self.all.count > 50)
    }

    @Test("YK-48: a record keeps what it was made of, and its event the time")
    func fields() throws {
        let record = SchedulerRecord.nodeAllocationAdded("alloc", on: "n", resource: Self.resource)
        #expect(record.object == "n" && record.reference == "alloc" && record.resource == Self.resource)
        #expect(record.change == .add && record.detail == .nodeAllocation && !record.message.isEmpty)
        let event = record.event(id: "1", source: "s://a", at: Timestamp(nanoseconds: 42))
        #expect(event.time.nanoseconds == 42)
        #expect(try EventDecoder.decode(EventEncoder.encode(event)[...]).event == event)
    }

    @Test(
        "YK-49: each kind of record has the family of its thing",
        arguments: [
            (requests, ["request"]), (applications, ["application"]), (nodes, ["node"]), (queues, ["queue"]),
            (accounts, ["user", "group"]),
        ])
    func families(rows: [Row], families: [String]) {
        #expect(Set(rows.map { String($0.record.type.family) }) == Set(families))
    }

    @Test("a detail's word leaves out what the type says already")
    func words() {
        #expect(SchedulerDetail.allocationNodeRemoved.word == "node-removed")
        #expect(SchedulerDetail.requestTimedOut.word == "timed-out")
        #expect(SchedulerDetail.none.word == "none")
        #expect(Set(SchedulerDetail.allCases.map(\.rawValue)).isDisjoint(with: [205, 301]))
    }
}
