package import AgentCore
import EventModel
import HTTPClient

extension SinkConformance {
    func checkOrder() async throws {
        let sink = try await start(.conformance)
        for batch in [1...10, 11...11, 12...40] as [ClosedRange<UInt64>] {
            try await sink.deliver(Entry.numbered(batch))
        }
        await sink.stop()
        try await expect(Array(1...40))
    }

    func checkSingle() async throws {
        let sink = try await start(.conformance)
        try await sink.deliver(Entry.numbered(1...1))
        await sink.stop()
        try await expect([1])
    }

    func checkGaps() async throws {
        let sink = try await start(.conformance)
        let sequences: [UInt64] = [3, 4, 9, 100, 1_000_000, .max - 1]
        for sequence in sequences { try await sink.deliver([.numbered(sequence)]) }
        await sink.stop()
        try await expect(sequences)
    }

    func checkLarge() async throws {
        let sink = try await start(.conformance)
        try await sink.deliver(Entry.numbered(1...5000))
        try await sink.deliver([.numbered(5001, dataBytes: 1 << 20)])
        await sink.stop()
        try await expect(Array(1...5001))
    }

    func checkRepeats() async throws {
        let sink = try await start(.conformance)
        try await sink.deliver(Entry.numbered(1...5))
        try await sink.deliver(Entry.numbered(1...5))
        await sink.stop()
        try await expect(shown(1...5, then: 1...5, afterRestart: false))
    }

    func checkOverlap() async throws {
        let sink = try await start(.conformance)
        try await sink.deliver(Entry.numbered(1...5))
        try await sink.deliver(Entry.numbered(4...8))
        await sink.stop()
        try await expect(shown(1...5, then: 4...8, afterRestart: false))
    }

    func checkRestart() async throws {
        let first = try await start(.conformance)
        try await first.deliver(Entry.numbered(1...5))
        await first.stop()
        let second = try await start(.conformance)
        try await second.deliver(Entry.numbered(3...9))
        await second.stop()
        try await expect(shown(1...5, then: 3...9, afterRestart: true))
    }

    func checkOutage() async throws {
        guard let breakDestination, let mendDestination else { return }
        let sink = try await start(.conformance)
        try await sink.deliver(Entry.numbered(1...3))
        try await breakDestination()
        for _ in 1...3 { try await expectRetryable { try await sink.deliver(Entry.numbered(4...200)) } }
        try await mendDestination()
        try await sink.deliver(Entry.numbered(4...200))
        await sink.stop()
        try await expect(Array(1...200))
    }

    func checkStop() async throws {
        let unused = try await start(.conformance)
        await unused.stop()
        await unused.stop()
        let used = try await start(.conformance)
        try await used.deliver(Entry.numbered(1...2))
        await used.stop()
        await used.stop()
        try await expect([1, 2])
    }

    /// What the destination shows after two overlapping batches.
    private func shown(
        _ first: ClosedRange<UInt64>, then second: ClosedRange<UInt64>, afterRestart: Bool
    ) -> [UInt64] {
        switch repeats {
        case .removed: Array(first) + second.filter { $0 > first.upperBound }
        case .keptAfterRestart where !afterRestart: Array(first) + second.filter { $0 > first.upperBound }
        case .kept, .keptAfterRestart: Array(first) + Array(second)
        }
    }

    private func expect(_ sequences: [UInt64]) async throws {
        let found = try await delivered()
        guard found != sequences else { return }
        let place = zip(found, sequences).prefix { $0 == $1 }.count
        throw ConformanceFailure(
            "the destination shows \(found.count) entries, expected \(sequences.count); they differ from number \(place + 1) on: "
                + "\(found.dropFirst(place).prefix(5)), expected \(sequences.dropFirst(place).prefix(5))")
    }

    private func expectRetryable(_ deliver: () async throws -> Void) async throws {
        do {
            try await deliver()
        } catch DeliveryError.retryable(let reason, _) {
            if reason.isEmpty { throw ConformanceFailure("a retryable error gives no reason") }
            return
        }
        throw ConformanceFailure("a delivery to a broken destination did not fail")
    }
}

extension SinkContext {
    /// The context sinks under test run in.
    package static let conformance = SinkContext(
        name: "under-test", journal: "k3j2h1g0f9d8", clock: .system, transport: { CurlTransport($0) },
        secrets: SecretStore { _ throws(SecretError) in throw SecretError("no secrets in this test") })
}

extension Entry {
    /// An ordinary entry whose id tells its sequence, with `dataBytes` of text in its data.
    package static func numbered(_ sequence: UInt64, dataBytes: Int = 0) -> Entry {
        let event = Event(
            id: "event-\(sequence)", source: "test://conformance", type: "vm.powered-on",
            time: Timestamp(nanoseconds: 1_795_242_000_000_000_000 + Int64(sequence % 1_000_000) * 1_000_000),
            guest: Guest(kind: .vm, id: "vm-\(sequence % 50)", name: "web \"\(sequence % 50)\" ü", host: "esx1"),
            data: JSONText(["message": .string("powered on\n" + String(repeating: "x", count: dataBytes))]))
        return Entry(
            sequence: sequence, type: event.type, severity: event.severity, body: EventEncoder.encode(event)[...])
    }

    /// Ordinary entries with these sequences.
    package static func numbered(_ sequences: ClosedRange<UInt64>) -> [Entry] {
        sequences.map { .numbered($0) }
    }
}
