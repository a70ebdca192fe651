import AgentCore
import EventModel
import HTTPClient
import Pipeline
import Platform

@testable import Collectors

/// A collector that is broken on purpose, in a way others are: the torture must find it.
enum PlantedFault: String, Sendable, CaseIterable {
    /// A read whose answer was lost is simply sent again, though the server's position has moved.
    case readsAreRepeated
    /// The place moves on though handing over what was read there failed.
    case failuresAreSkipped
    /// The checkpoint is the last event's time, a second later.
    case checkpointIsASecondLate
    /// The checkpoint is a time without keys, and events are named anew each time they are read.
    case keysAreForgotten
    /// The session is forgotten instead of ended.
    case sessionsAreLeft

    /// Whether a life shows it.
    func isFound(in outcome: HostileLife.Outcome) -> Bool {
        switch self {
        case .readsAreRepeated, .failuresAreSkipped, .checkpointIsASecondLate: outcome.lost > 0
        case .keysAreForgotten: outcome.twice > 0
        case .sessionsAreLeft: outcome.sessionsLeft > 0
        }
    }

    /// The collector, or one that spoils its batches.
    func named(_ name: String, _ collector: VSphereEventsCollector) -> NamedCollector {
        switch self {
        case .failuresAreSkipped, .checkpointIsASecondLate, .keysAreForgotten:
            NamedCollector(name: name, collector: SpoiltCollector(collector, self))
        default: NamedCollector(name: name, collector: collector)
        }
    }

    /// The transport, or one that spoils what is sent.
    func transport(_ inner: any HTTPTransport) -> any HTTPTransport {
        switch self {
        case .readsAreRepeated, .sessionsAreLeft: SpoiltTransport(inner: inner, fault: self)
        default: inner
        }
    }

    /// `number`: of the poll; `hasFailed`: the one before threw.
    fileprivate func spoil(_ batch: Batch, _ number: Int, hasFailed: Bool) throws -> Batch {
        if self == .failuresAreSkipped {
            return Batch(events: hasFailed ? [] : batch.events, checkpoint: batch.checkpoint)
        }
        guard let checkpoint = batch.checkpoint else { return batch }
        var (batch, place) = (batch, try VSphereCheckpoint(checkpoint))
        guard let last = place.boundary.last else { return batch }
        let delay = self == .checkpointIsASecondLate ? Duration.seconds(1) : .zero
        place.boundary = ReadingBoundary(begin: last.time.advanced(by: delay))
        batch.checkpoint = place.encoded()
        if self == .keysAreForgotten {
            batch.events = batch.events.map { event in
                var event = event
                event.id += "/\(number)"
                return event
            }
        }
        return batch
    }
}

/// A collector whose batches are spoilt.
private final class SpoiltCollector: Collector {
    static let kind = VSphereEventsCollector.kind
    private let inner: VSphereEventsCollector
    private let fault: PlantedFault?
    private let polls = Locked((count: 0, haveFailed: false))

    init(_ inner: VSphereEventsCollector, _ fault: PlantedFault) {
        (self.inner, self.fault) = (inner, fault)
    }

    init(_ configuration: VSphereEventsConfiguration, in context: CollectorContext) throws {
        (inner, fault) = (try VSphereEventsCollector(configuration, in: context), nil)
    }

    func poll(after checkpoint: Checkpoint?) async throws -> Batch {
        let batch: Batch
        do {
            batch = try await inner.poll(after: checkpoint)
        } catch {
            polls.withLock { $0.haveFailed = true }
            throw error
        }
        let (number, hasFailed) = polls.withLock { polls in
            defer { polls = (polls.count + 1, polls.haveFailed && batch.events.isEmpty) }
            return polls
        }
        return try fault?.spoil(batch, number, hasFailed: hasFailed) ?? batch
    }

    func stop() async { await inner.stop() }

    func probe() async throws -> String { try await inner.probe() }
}

/// A transport that spoils what is sent.
private final class SpoiltTransport: HTTPTransport {
    private let inner: any HTTPTransport
    private let fault: PlantedFault

    init(inner: any HTTPTransport, fault: PlantedFault) {
        (self.inner, self.fault) = (inner, fault)
    }

    func send(_ request: HTTPRequest, to receiver: any HTTPBodyReceiver) async throws(HTTPError) -> HTTPResponse {
        let body = String(decoding: request.body, as: UTF8.self)
        if fault == .sessionsAreLeft, body.contains("<Logout ") { return Self.give(Self.empty("Logout"), to: receiver) }
        guard fault != .sessionsAreLeft, body.contains("<ReadNextEvents ") else {
            return try await inner.send(request, to: receiver)
        }
        let (response, page): (HTTPResponse, [UInt8])
        do {
            (response, page) = try await inner.send(request)
        } catch {
            (response, page) = try await inner.send(request)
        }
        return Self.give(page, response, to: receiver)
    }

    func close() async { await inner.close() }

    private static func give(
        _ body: [UInt8], _ response: HTTPResponse = HTTPResponse(status: 200), to receiver: any HTTPBodyReceiver
    ) -> HTTPResponse {
        receiver.begin(response)
        _ = receiver.receive(body.span.bytes)
        return response
    }

    private static func empty(_ operation: String) -> [UInt8] {
        let name = "http://schemas.xmlsoap.org/soap/envelope/"
        return Array(
            """
            <e:Envelope xmlns:e="\(name)"><e:Body><\(operation)Response xmlns="urn:vim25"></\(operation)Response>\
            </e:Body></e:Envelope>
            """.utf8)
    }
}
