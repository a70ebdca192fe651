/// A sink that is measured, and how much of it at once.
enum Kind: String, CaseIterable {
    case file, sqlite, nats, kafka, redis, rabbitmq, mqtt, postgres, etcd, syslog
    case webhook, elasticsearch, splunk, loki, otlp

    /// What one delivery brings, unless configured.
    static let batch = 1000

    /// Deliveries of a round: a tenth of a second or more, where it can be had.
    var batches: Int {
        switch self {
        case .etcd: 1
        case .rabbitmq, .mqtt, .postgres, .sqlite: 4
        case .nats, .kafka, .redis: 8
        default: 20
        }
    }

    /// What an HTTP destination answers; nil for other protocols, and where it answers nothing.
    var answer: String? {
        switch self {
        case .elasticsearch:
            let items = repeatElement(#"{"create":{"status":201}}"#, count: Self.batch).joined(separator: ",")
            return #"{"items":[\#(items)]}"#
        case .splunk: return #"{"text":"Success","code":0}"#
        case .otlp: return "{}"
        case .etcd: return #"{"header":{},"succeeded":true}"#
        default: return nil
        }
    }

    /// Whether its requests go through our HTTP client, and to a receiver that takes anything.
    var isStub: Bool {
        switch self {
        case .webhook, .elasticsearch, .splunk, .loki, .otlp: true
        default: false
        }
    }

    /// What `collectors.json` says of it. `place`: where its server listens.
    func configuration(_ place: String, folder: String) -> String {
        switch self {
        case .file: #"{ "path": "\#(folder)/ours.jsonl" }"#
        case .sqlite: #"{ "path": "\#(folder)/ours.db" }"#
        case .nats: #"{ "url": "nats://127.0.0.1:\#(place)", "stream": "GUESTWATCH", "create": {} }"#
        case .kafka: #"{ "brokers": [ "\#(place.replacing(",", with: #"", ""#))" ], "topic": "guestwatch" }"#
        case .redis: #"{ "server": "127.0.0.1:\#(place)", "stream": "ours" }"#
        case .rabbitmq: #"{ "url": "amqp://127.0.0.1:\#(place)" }"#
        case .mqtt: #"{ "url": "mqtt://127.0.0.1:\#(place)" }"#
        case .postgres: #"{ "hosts": [ "127.0.0.1:\#(place)" ], "database": "postgres", "username": "postgres" }"#
        case .etcd: #"{ "endpoints": [ "http://127.0.0.1:\#(place)" ] }"#
        case .syslog: #"{ "url": "tcp://127.0.0.1:\#(place)" }"#
        case .webhook: #"{ "url": "http://127.0.0.1:\#(place)/", "mode": "batched" }"#
        case .elasticsearch, .loki, .otlp: #"{ "url": "http://127.0.0.1:\#(place)", "compression": "none" }"#
        case .splunk:
            #"{ "url": "http://127.0.0.1:\#(place)", "compression": "none","#
                + #" "auth": { "token": { "env": "TOKEN" } }, "acknowledgement": { "enabled": false } }"#
        }
    }
}
