import AgentCore
import Collectors
import EventModel
import Journals
import Sinks
import WebAPI

extension FuzzTarget {
    /// What people write.
    static let configurations: [FuzzTarget] = [
        FuzzTarget(name: "configuration", seeds: seeds) { bytes in
            guard let document = try? JSONDocument(bytes, comments: true) else { return }
            // A whole file, or the object of one collector.
            var nodes = [document.root]
            if case .object(let members, _) = document.root,
                case .array(let collectors, _)? = members.first(where: { $0.name == "collectors" })?.node
            {
                nodes += collectors
            }
            for node in nodes {
                for read in readers { read(node) }
            }
        },
        FuzzTarget(
            name: "line-pattern",
            seeds: { _ in
                ["(?<a>\\w+)=(?<b>.*?);?", "^(a+)+$", "(?J)(?<x>a)|(?<x>b)", "[^\\]]*\\d{4}"].map { Array($0.utf8) }
            }
        ) { bytes in
            // The pattern, a line end, a line.
            let parts = bytes.split(separator: UInt8(ascii: "\n"), maxSplits: 1, omittingEmptySubsequences: false)
            guard let pattern = try? RegularExpression(String(decoding: parts[0], as: UTF8.self)) else { return }
            let line = Array(parts.count > 1 ? parts[1] : [])
            var places: [Range<Int>?] = []
            guard pattern.match(line, in: 0..<line.count, captures: &places) == .matched else { return }
            check(places.count == pattern.groups.count, "every group has a place")
            check(places.allSatisfy { $0.map { $0.upperBound <= line.count } ?? true }, "groups lie in the line")
        },
        FuzzTarget(
            name: "line-template", seeds: { _ in ["${a|b} on ${host.name}", "${", "x"].map { Array($0.utf8) } }
        ) { bytes in
            _ = LineTemplate(String(decoding: bytes, as: UTF8.self))?.names
        },
        FuzzTarget(name: "zone-file", seeds: zoneFiles) { bytes in
            guard let zone = ZoneFile(bytes) else { return }
            for time in stride(from: -5_000_000_000, to: 9_000_000_000, by: 999_999_937) {
                check(abs(zone.offset(at: time)) <= 86_400 * 60, "an offset is an offset")
            }
        },
    ]

    /// What every plugin and the API make of an object.
    private static let readers: [@Sendable (JSONNode) -> Void] =
        [
            reader(FileWatchConfiguration.self), reader(VSphereEventsConfiguration.self),
            reader(ReplayConfiguration.self), reader(CommandConfiguration.self), reader(ContainersConfiguration.self),
            reader(EngineConfiguration.self), reader(OsctldConfiguration.self), reader(QEMUConfiguration.self),
            reader(NATSCollectorConfiguration.self), reader(APIConfiguration.self),
            reader(SQLiteJournal.Configuration.self), reader(FileSinkConfiguration.self),
            reader(StdoutConfiguration.self), reader(SQLiteConfiguration.self), reader(SyslogConfiguration.self),
            reader(WebhookConfiguration.self), reader(ElasticsearchConfiguration.self),
            reader(SplunkConfiguration.self), reader(LokiConfiguration.self), reader(OTLPConfiguration.self),
            reader(EtcdConfiguration.self), reader(MQTTConfiguration.self), reader(NATSSinkConfiguration.self),
        ] + traitReaders

    private static var traitReaders: [@Sendable (JSONNode) -> Void] {
        var readers: [@Sendable (JSONNode) -> Void] = []
        #if Kafka
            readers += [reader(KafkaCollectorConfiguration.self), reader(KafkaSinkConfiguration.self)]
        #endif
        #if PostgreSQL
            readers.append(reader(PostgresConfiguration.self))
        #endif
        #if RabbitMQ
            readers.append(reader(RabbitMQConfiguration.self))
        #endif
        #if Redis
            readers.append(reader(RedisSinkConfiguration.self))
        #endif
        return readers
    }

    private static func reader<Value: Configurable>(_ type: Value.Type) -> @Sendable (JSONNode) -> Void {
        { node in
            var source = ConfigurationSource(node: node, path: .init(), directory: ".")
            _ = ConfigurationType<Value>.object().read(&source)
        }
    }

    private static func seeds(_ files: SeedFiles) -> [[UInt8]] {
        files.files(in: "Fixtures", "collectors.json") + ShippedTranslator.all.map { Array($0.text.utf8) }
            + files.files(in: "Packaging", "collectors.json")
    }

    private static func zoneFiles(_ files: SeedFiles) -> [[UInt8]] {
        // Two heads, one type of 3600 s, one change, and a rule: a whole file.
        func head(_ times: UInt8) -> [UInt8] {
            Array("TZif2".utf8) + [UInt8](repeating: 0, count: 15 + 8) + [
                0, 0, 0, 0, 0, 0, 0, times, 0, 0, 0, 1, 0, 0, 0, 4,
            ]
        }
        let type: [UInt8] = [0, 0, 0x0E, 0x10, 0, 0] + Array("CET\0".utf8)
        let change: [UInt8] = [0, 0, 0, 0, 0x60, 0, 0, 0, 0]
        return [
            head(0) + type + head(1) + change + type + Array("\nCET-1CEST,M3.5.0,M10.5.0/3\n".utf8),
            head(0) + type + head(0) + type + Array("\n<+0330>-3:30\n".utf8),
        ]
    }
}
