import AgentCore
import CRawClients
import EventModel
import HTTPClient
import Measuring
import Sinks

/// The other side of a bout: the client library with bytes that are ready.
final class RawSide {
    private let kind: Kind
    private let client: RawClient
    /// Makes the requests of HTTP sinks, without sending them.
    private let recorder: RecordingTransport?
    private let recorded: (any Sink)?
    private var rows = PostgresRows(journal: Ours.journal)
    private var syslog: SyslogEncoder?

    /// Connects, and makes what a server must have before the first event.
    init(_ kind: Kind, place: String, folder: String) throws {
        self.kind = kind
        let port = Int32(place) ?? 0
        let schema = PostgresSchema(name: "guestwatch")
        let tables = (SQLiteEventTable.settings + SQLiteEventTable.migrations.joined())
        let handle =
            switch kind {
            case .file: gw_raw_file("\(folder)/raw.jsonl")
            case .sqlite: gw_raw_sqlite("\(folder)/raw.db", tables, SQLiteEventTable.insert)
            case .nats: gw_raw_nats("nats://127.0.0.1:\(place)")
            case .kafka: gw_raw_kafka(place, "guestwatch")
            case .redis: gw_raw_redis(port, "raw")
            case .rabbitmq: gw_raw_rabbitmq(port, "guestwatch")
            case .mqtt: gw_raw_mqtt(port)
            case .postgres:
                gw_raw_postgres(port, schema.makeStaging, "BEGIN; \(PostgresSchema.copy)", "\(schema.insert); COMMIT")
            case .syslog: gw_raw_tcp(port)
            case .etcd, .webhook, .elasticsearch, .splunk, .loki, .otlp: gw_raw_http()
            }
        guard let client = RawClient(handle) else { throw MeasuringError("\(kind): the library cannot connect") }
        self.client = client
        let text = kind.configuration(place, folder: folder)
        if kind == .syslog {
            syslog = SyslogEncoder(
                try Ours.configuration(text, as: SyslogConfiguration.self), host: "localhost", journal: Ours.journal)
        }
        let recorder =
            kind.isStub || kind == .etcd
            ? RecordingTransport(HTTPConnection(), answer: kind.answer ?? "") : nil
        self.recorder = recorder
        recorded = try recorder.map { try Ours.sink(kind, text, in: Ours.context($0)) }
    }

    /// Sends what was made ready.
    func deliver(_ batch: RawBatch) throws {
        try client.deliver(batch)
    }

    /// The bytes our sink would send for these entries.
    func prepared(_ entries: [Entry]) async throws -> RawBatch {
        var batch = RawBatch()
        if let recorder, let recorded {
            try await recorded.deliver(entries)
            for request in recorder.take() {
                let type = request.headers["Content-Type"] ?? "application/json"
                batch.add(key: request.url, id: "Content-Type: \(type)", body: request.body)
            }
            return batch
        }
        switch kind {
        case .postgres:
            rows.encode(entries, since: nil)
            batch.add(body: rows.bytes)
        case .syslog:
            var bytes: [UInt8] = []
            for entry in entries { _ = syslog?.append(entry, to: &bytes) }
            batch.add(body: bytes)
        case .file:
            var bytes: [UInt8] = []
            for entry in entries { Self.append(entry, to: &bytes, end: "\n") }
            batch.add(body: bytes)
        default:
            for entry in entries {
                var bytes: [UInt8] = []
                if kind == .sqlite { bytes = Array(entry.body) } else { Self.append(entry, to: &bytes) }
                let time = "measured/\(Ours.journal)/\(EventEncoder.text(of: entry.sequence))"
                batch.add(key: key(entry), id: "vsphere://measured#raw-\(entry.sequence)", time: time, body: bytes)
            }
        }
        return batch
    }

    /// Where an event goes.
    private func key(_ entry: Entry) -> String {
        let guest = "vm-\(entry.sequence % 977)"
        return switch kind {
        case .nats: "guestwatch.vm.powered-on.\(guest)"
        case .rabbitmq: "vm.powered-on.\(guest)"
        case .mqtt: "guestwatch/vm.powered-on/\(guest)"
        case .redis: "guestwatch.vm.powered-on"
        default: "vm/\(guest)"
        }
    }

    private static func append(_ entry: Entry, to bytes: inout [UInt8], end: String = "") {
        EventEncoder.append(entry.body, sequence: entry.sequence, journal: Ours.journal, to: &bytes)
        bytes.append(contentsOf: end.utf8)
    }
}
