import AgentCore
import AgentTestKit
import EventModel
import Foundation
import HTTPClient
import Platform
import Testing

@testable import Sinks

@Suite("The elasticsearch sink") struct ElasticsearchSinkTests {
    private func sink(
        _ stub: ElasticsearchStub, in context: SinkContext = .http(), key: String = "k3y",
        compression: HTTPDestinationConfiguration.Compression = .none
    ) throws -> ElasticsearchSink {
        var context = context
        context.secrets = SecretStore { _ throws(SecretError) in key }
        return try ElasticsearchSink(
            .init(
                .init(
                    url: stub.url, authentication: .token(.environment("KEY"), scheme: nil), compression: compression)),
            in: context)
    }

    @Test("keeps the promises of a sink", arguments: SinkPromise.allCases)
    func conformance(promise: SinkPromise) async throws {
        let stub = try ElasticsearchStub()
        try await SinkConformance(
            repeats: .removed, start: { try sink(stub, in: $0) }, delivered: { stub.sequences },
            breakDestination: { stub.server.stop() }, mendDestination: { try stub.server.restart() }
        ).check(promise)
    }

    @Test("lines are create with source and id, and the document has an @timestamp")
    func encodes() {
        let body = Array(
            (#"{"specversion":"1.0","id":"a \"b\"","source":"s://x","type":"guestwatch.vm.other","#
                + #""time":"2026-11-21T06:18:00Z","data":{}}"#).utf8)
        let entry = Entry(sequence: 3, type: "vm.other", severity: .info, body: body[...])
        let none = Entry(sequence: 3, type: "vm.other", severity: .info, body: [0x7B])
        let encoded = ElasticsearchEncoder(journal: "k").encode([none, entry])
        #expect(
            String(decoding: encoded.body, as: UTF8.self) == #"""
                {"create":{"_id":"s://x a \"b\""}}
                {"@timestamp":"2026-11-21T06:18:00Z","sequence":"00000000000000000003","journal":"k",\#
                "specversion":"1.0","id":"a \"b\"","source":"s://x","type":"guestwatch.vm.other",\#
                "time":"2026-11-21T06:18:00Z","data":{}}

                """#)
        #expect(encoded.unwritten == [0] && encoded.written(of: [none, entry]) == [entry])
    }

    @Test("an id that is longer than an _id may be is its SHA-256")
    func longID() throws {
        let id = String(repeating: "x", count: 600)
        let body = Array(#"{"id":"\#(id)","source":"s","time":"2026-11-21T06:18:00Z","data":{}}"#.utf8)
        let entry = Entry(sequence: 3, type: "vm.other", severity: .info, body: body[...])
        let lines = ElasticsearchEncoder(journal: "k").encode([entry]).body
        let digest = try run("/usr/bin/sha256sum", input: Array("s \(id)".utf8)).prefix(64)
        #expect(lines.starts(with: Array(#"{"create":{"_id":""#.utf8) + digest + Array("\"}}".utf8)))
    }

    @Test("an event that is there already is delivered, also when the answer that said so was lost")
    func repeats() async throws {
        let stub = try ElasticsearchStub()
        let sink = try sink(stub)
        stub.state.withLock { $0.lostAnswers = 1 }
        let lost = await deliveryError { () throws(DeliveryError) in try await sink.deliver(Entry.numbered(1...5)) }
        #expect(lost?.name == "retryable")
        try await sink.deliver(Entry.numbered(1...8))
        #expect(stub.sequences == Array(1...8))
        await sink.stop()
    }

    @Test("what the cluster had no room for is sent again, and that alone", arguments: [429, 500, 503])
    func itemRetries(status: Int) async throws {
        let stub = try ElasticsearchStub()
        let sink = try sink(stub)
        stub.state.withLock {
            $0.itemErrors = ["test://conformance event-3": [(status, "rejected"), (status, "rejected")]]
        }
        for _ in 1...2 {
            let error = await deliveryError { () throws(DeliveryError) in try await sink.deliver(Entry.numbered(1...5))
            }
            #expect(
                error?.name == "retryable" && error?.reason.contains("1 of") == true, "\(String(describing: error))")
        }
        try await sink.deliver(Entry.numbered(1...5))
        #expect(stub.sequences == [1, 2, 4, 5, 3])
        let lines = stub.state.withLock { $0.bodies.map { $0.body.count { $0 == UInt8(ascii: "\n") } } }
        #expect(lines == [10, 2, 2])
        await sink.stop()
    }

    @Test("an event that is refused is a dead letter alone, told once the others are delivered")
    func itemRefused() async throws {
        let stub = try ElasticsearchStub()
        let sink = try sink(stub)
        stub.state.withLock {
            $0.itemErrors = [
                "test://conformance event-2": [(400, "document_parsing_exception")],
                "test://conformance event-4": [(429, "es_rejected_execution_exception")],
            ]
        }
        let first = await deliveryError { () throws(DeliveryError) in try await sink.deliver(Entry.numbered(1...5)) }
        #expect(first?.name == "retryable")
        let second = await deliveryError { () throws(DeliveryError) in try await sink.deliver(Entry.numbered(1...5)) }
        guard case .partial(let rejected) = second else { return #expect(Bool(false), "\(String(describing: second))") }
        #expect(Array(rejected.keys) == [2] && rejected[2]?.contains("because of document_parsing_exception") == true)
        #expect(stub.sequences == [1, 3, 5, 4])
        await sink.stop()
    }

    @Test("what a person must mend holds, as a whole or for single events", arguments: [401, 403, 404])
    func holds(status: Int) async throws {
        let stub = try ElasticsearchStub()
        let sink = try sink(stub)
        stub.state.withLock {
            $0.answers = [status]
            $0.itemErrors = ["test://conformance event-1": [(status, "index_not_found_exception")]]
        }
        for _ in 1...2 {
            let error = await deliveryError { () throws(DeliveryError) in try await sink.deliver(Entry.numbered(1...2))
            }
            #expect(error?.name == "held", "\(String(describing: error))")
        }
        try await sink.deliver(Entry.numbered(1...2))
        #expect(stub.sequences.sorted() == [1, 2])
        await sink.stop()
    }

    @Test("a wrong key holds, and is not repeated")
    func wrongKey() async throws {
        let stub = try ElasticsearchStub()
        let sink = try sink(stub, key: "wr0ng")
        let error = await deliveryError { () throws(DeliveryError) in try await sink.deliver(Entry.numbered(1...2)) }
        #expect(error?.name == "held" && error?.reason.contains("wr0ng") == false)
        await sink.stop()
    }

    @Test("too large a request comes again in halves, busy clusters and cut connections whole")
    func whole() async throws {
        let stub = try ElasticsearchStub()
        let sink = try sink(stub)
        // Cut twice: on a kept-alive connection the transport itself tries once more.
        stub.state.withLock { ($0.limit, $0.answers) = (100, [429, 503, 0, 0]) }
        var names: [String?] = []
        for _ in 1...4 {
            names.append(
                await deliveryError { () throws(DeliveryError) in try await sink.deliver(Entry.numbered(1...9)) }?.name)
        }
        #expect(names == ["retryable", "retryable", "retryable", "tooLarge"])
        await sink.stop()
    }

    @Test("an answer about other events than were sent delivers none of them")
    func nonsense() async throws {
        let stub = try ElasticsearchStub()
        let sink = try sink(stub)
        stub.state.withLock { $0.isNonsense = true }
        let error = await deliveryError { () throws(DeliveryError) in try await sink.deliver(Entry.numbered(1...9)) }
        #expect(error?.name == "retryable" && error?.reason.contains("something else") == true)
        stub.state.withLock { $0.isNonsense = false }
        try await sink.deliver(Entry.numbered(1...9))
        #expect(stub.sequences == Array(1...9))
        await sink.stop()
    }

    @Test("bodies are gzip when asked for")
    func gzip() async throws {
        let stub = try ElasticsearchStub()
        let sink = try sink(stub, compression: .gzip)
        // The stub takes no gzip: what came is looked at here.
        _ = await deliveryError { () throws(DeliveryError) in try await sink.deliver(Entry.numbered(1...9)) }
        let request = try #require(stub.state.withLock(\.bodies).first)
        #expect(request.headers["Content-Encoding"] == "gzip")
        #expect(try gunzip(request.body).count { $0 == UInt8(ascii: "\n") } == 18)
        await sink.stop()
    }

    @Test("100,000 events through an outage, busy items and lost answers are there, each once", .timeLimit(.minutes(3)))
    func outage() async throws {
        let stub = try ElasticsearchStub()
        let sink = try sink(stub)
        for start in stride(from: UInt64(1), through: 95_001, by: 5000) {
            let batch = Entry.plain(start...start + 4999)
            stub.state.withLock { state in
                state.lostAnswers = start % 3 == 0 ? 1 : 0
                state.itemErrors = ["test://plain event-\(start + 7)": [(429, "busy")]]
            }
            if start == 50_001 { stub.server.stop() }
            while let error = await deliveryError({ () throws(DeliveryError) in try await sink.deliver(batch) }) {
                try #require(error.name == "retryable", "\(error)")
                if start == 50_001, error.reason.contains("unreachable") { try? stub.server.restart() }
            }
        }
        await sink.stop()
        #expect(stub.sequences.count == 100_000 && Set(stub.sequences) == Set(1...100_000))
    }

    @Test("names of streams are checked", arguments: ["Logs-x", "_logs", "a/b", "a b", "ä"])
    func names(name: String) {
        let found = problems(#"{"url": "http://x", "dataStream": "\#(name)"}"#, of: ElasticsearchConfiguration.self)
        #expect(found.count == 1 && found[0].hasPrefix("dataStream"))
    }
}
