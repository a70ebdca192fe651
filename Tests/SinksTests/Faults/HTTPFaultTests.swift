import AgentCore
import AgentTestKit
import Foundation
import HTTPClient
import Testing

@testable import Sinks

/// What `Docs/Sinks.md` says a sink does when something is wrong, for every kind that speaks HTTP.
@Suite("Sinks over HTTP in trouble") struct HTTPFaultTests {
    /// Something wrong, and what a delivery is told by it.
    struct Fault: Sendable, CustomTestStringConvertible {
        var name: String
        var fault: FaultyServer.Fault
        var told: String
        /// Where a kind says otherwise.
        var except: [HTTPSinkKind: String] = [:]
        /// What the destination had of the delivery nevertheless.
        var isTaken = false

        var testDescription: String { name }
    }

    private static let page = Array("<html>hello</html>".utf8)

    static let faults = [
        Fault(name: "late, but in time", fault: .late(.milliseconds(150)), told: "delivered", isTaken: true),
        Fault(name: "silent", fault: .silent, told: "retryable", isTaken: true),
        Fault(name: "its answer lost", fault: .lost, told: "retryable", isTaken: true),
        // Where a status is all that is promised, a 2xx of anybody is one.
        Fault(
            name: "nonsense with status 200", fault: .answer(ServedAnswer(200, body: page)), told: "delivered",
            except: [.elasticsearch: "retryable", .splunk: "held"]),
        // OTLP allows 429, 502, 503 and 504 to be tried again, nothing else.
        Fault(
            name: "nonsense with status 500", fault: .answer(ServedAnswer(500, body: page)), told: "retryable",
            except: [.otlp: "refused"]),
        Fault(
            name: "a full disk, 507", fault: .answer(ServedAnswer(507)), told: "retryable", except: [.otlp: "refused"]),
        Fault(
            name: "overloaded, 503", fault: .answer(ServedAnswer(503, headers: ["Retry-After": "7"])), told: "retryable"
        ),
        Fault(
            name: "gone elsewhere, 302", fault: .answer(ServedAnswer(302, headers: ["Location": "/x"])), told: "held"),
        Fault(
            name: "a wrong password, 401",
            fault: .answer(ServedAnswer(401, body: Array("not \(HTTPSinkTrial.secret)".utf8))), told: "held"),
        Fault(name: "no permission, 403", fault: .answer(ServedAnswer(403)), told: "held"),
    ]

    @Test(
        "each has its documented outcome, and nothing is missing once it is over", arguments: HTTPSinkKind.allCases,
        faults)
    func outcome(kind: HTTPSinkKind, fault: Fault) async throws {
        let trial = try HTTPSinkTrial(kind, timeout: .milliseconds(700))
        try await trial.sink.deliver(Entry.numbered(1...3))
        trial.server.fail(fault.fault)
        let error = await deliveryError { () throws(DeliveryError) in
            try await trial.sink.deliver(Entry.numbered(4...9))
        }
        #expect(error?.name ?? "delivered" == fault.except[kind] ?? fault.told, "\(error?.reason ?? "")")
        #expect(error?.reason.contains(HTTPSinkTrial.secret) != true)
        if case .answer(let answer) = fault.fault, answer.response.status == 503 {
            #expect(error?.delay == .seconds(7))
        }
        trial.server.fail(nil)
        if error != nil { try await trial.sink.deliver(Entry.numbered(4...9)) }
        try await trial.sink.deliver(Entry.numbered(10...12))
        await trial.sink.stop()
        let expected = error == nil && !fault.isTaken ? [1, 2, 3, 10, 11, 12] : Array(1...12) as [UInt64]
        let found = trial.sequences()
        #expect(Set(found) == Set(expected))
        if kind.removesRepeats || !fault.isTaken { #expect(found == expected) }
    }

    @Test(
        "a destination that was stopped is retried, and has all once it is started again",
        arguments: HTTPSinkKind.allCases)
    func stopped(kind: HTTPSinkKind) async throws {
        let trial = try HTTPSinkTrial(kind)
        try await trial.sink.deliver(Entry.numbered(1...3))
        trial.server.stop()
        for _ in 1...2 {
            let error = await deliveryError { () throws(DeliveryError) in
                try await trial.sink.deliver(Entry.numbered(4...9))
            }
            #expect(error?.name == "retryable", "\(String(describing: error))")
        }
        try trial.server.restart()
        try await trial.sink.deliver(Entry.numbered(4...9))
        await trial.sink.stop()
        #expect(trial.sequences() == Array(1...9))
    }

    @Test("an expired certificate, or a stranger's, is held", arguments: HTTPSinkKind.allCases)
    func certificates(kind: HTTPSinkKind) async throws {
        let (authority, stranger) = (Self.certificates.pem("authority"), Self.certificates.pem("stranger"))
        for (url, trusted, words) in [
            (Self.expired.url, authority, "expired"), (Self.good.url, stranger, "not trusted"),
        ] {
            let trial = try HTTPSinkTrial(kind, url: url, trust: .authorities(file: trusted))
            let error = await deliveryError { () throws(DeliveryError) in try await trial.sink.deliver([.numbered(1)]) }
            #expect(error?.name == "held" && error?.reason.contains(words) == true, "\(String(describing: error))")
            await trial.sink.stop()
        }
    }

    private static let certificates = Made { try SinkCertificates() }.value
    private static let expired = Made { try TLSReceiver(certificates, "expired") }.value
    private static let good = Made { try TLSReceiver(certificates, "good") }.value

    /// Made once for all tests, which cannot go on without it.
    private struct Made<Value> {
        let value: Value

        init(_ make: () throws -> Value) {
            do { value = try make() } catch { preconditionFailure("\(error)") }
        }
    }
}
