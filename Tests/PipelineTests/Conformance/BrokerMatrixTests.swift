import AgentCore
import AgentTestKit
import Foundation
import Pipeline
import Testing

/// Producers and sinks in all numbers, with sizes from a seed: `SEED=n` repeats one.
@Suite("BT-01 to BT-18: producers and consumers", .timeLimit(.minutes(2)))
struct BrokerMatrixTests {
    /// A line of the list.
    struct Line: Sendable, CustomTestStringConvertible {
        var number: String
        var producers: Int
        var consumers: Int
        /// How many of the producers count acknowledgements.
        var acknowledged: Int
        /// Deliveries bring so many at the most; nil: as many as there are.
        var isLimited: Bool

        var testDescription: String {
            "BT-\(number): \(producers) producers, \(consumers) consumers, \(acknowledged) with acknowledgements, "
                + (isLimited ? "limited batches" : "whole batches")
        }
    }

    static let lines: [Line] = {
        var lines: [Line] = []
        for (producers, consumers, acknowledged) in [
            (1, 1, 0), (1, 1, 1), (2, 1, 0), (2, 1, 2), (2, 1, 1), (1, 2, 0), (2, 2, 0), (2, 2, 2), (2, 2, 1),
        ] {
            for isLimited in [false, true] {
                lines.append(
                    Line(
                        number: String(format: "%02d", lines.count + 1), producers: producers, consumers: consumers,
                        acknowledged: acknowledged, isLimited: isLimited))
            }
        }
        return lines
    }()

    /// What a seed decides.
    struct Sizes {
        var events: Int
        var batch: Int
        var queue: Int

        init(seed: UInt64) {
            var chance = SeededGenerator(seed: seed)
            events = chance.draw(1024...2015)
            batch = chance.draw(4...300)
            queue = chance.draw(4...4096)
        }
    }

    @Test(
        "BT-01 to BT-18: all events arrive, once and in the order of their producer, and all are acknowledged",
        arguments: lines, Backend.allCases)
    func matrix(line: Line, backend: Backend) async throws {
        #expect(try await faults(of: line, on: backend, policy: DeliveryPolicy()) == [])
    }

    @Test("BT-20: the same where deliveries wait for full batches", arguments: lines, Backend.allCases)
    func lingering(line: Line, backend: Backend) async throws {
        #expect(try await faults(of: line, on: backend, policy: DeliveryPolicy(linger: .milliseconds(2))) == [])
    }

    /// Lives through a line; gives what was not as it must be, with the seed that repeats it.
    private func faults(of line: Line, on backend: Backend, policy: DeliveryPolicy) async throws -> [String] {
        let seed = ProcessInfo.processInfo.environment["SEED"].flatMap(UInt64.init) ?? .random(in: 0..<1_000_000)
        let sizes = Sizes(seed: seed)
        var faults: [String] = []
        let doubles = (0..<line.consumers).map { _ in ScriptedSink() }
        let batch = line.isLimited ? ReadLimit(entries: sizes.batch) : ReadLimit(entries: 100_000)
        let sinks = doubles.enumerated().map { NamedSink(name: "s\($0)", batch: batch, policy: policy, sink: $1) }
        try await backend.withManager(sinks: sinks) { manager in
            let counts = (0..<line.producers).map { _ in Count() }
            var producers: [Producer] = []
            for number in 0..<line.producers {
                let isAcknowledged = number < line.acknowledged
                producers.append(
                    try await manager.producer(
                        ProducerSettings(
                            name: "p\(number)", acknowledgement: isAcknowledged ? .delivered : .committed,
                            queue: ReadLimit(entries: sizes.queue),
                            onAcknowledged: { [count = counts[number]] in count.add($0) })))
            }
            await withTaskGroup { group in
                for (number, producer) in producers.enumerated() {
                    group.addTask {
                        for event in 0..<sizes.events {
                            _ = try? await producer.publish(published(event, by: "p\(number)"))
                        }
                        producer.close()
                        await producer.allAcknowledged()
                    }
                }
            }
            if counts.contains(where: { $0.value != sizes.events }) {
                faults.append("acknowledged: \(counts.map(\.value))")
            }
            await manager.finished()
            for sink in doubles {
                for number in 0..<line.producers {
                    let expected = (0..<sizes.events).map { "test://p\(number) \($0)" }
                    let found = sink.delivered.map(\.identity).filter { $0.hasPrefix("test://p\(number) ") }
                    if found != expected {
                        faults.append("p\(number): \(found.count) of \(expected.count), or another order")
                    }
                }
                if line.isLimited, sink.attempts.contains(where: { $0.count > sizes.batch }) {
                    faults.append("a batch of more than \(sizes.batch)")
                }
            }
        }
        return faults.map { "\($0); SEED=\(seed)" }
    }
}
