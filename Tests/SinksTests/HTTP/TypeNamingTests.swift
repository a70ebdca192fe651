import AgentCore
import AgentTestKit
import EventModel
import HTTPClient
import Platform
import Testing

@testable import Sinks

@Suite("Types as VEBA and Tanzu named them") struct TypeNamingTests {
    private static let name = "com.vmware.vsphere.VmPoweredOnEvent.v0"

    private static let event = Event(
        id: "1", source: "vsphere://vc", type: "vm.powered-on", time: Timestamp(nanoseconds: 1_795_242_000_000_000_000),
        guest: Guest(kind: .vm, id: "vm-41", name: "web"),
        data: JSONText(["_typeName": "VmPoweredOnEvent", "key": 7]))

    private static let entry = Entry(
        sequence: 7, type: event.type, severity: .info, body: EventEncoder.encode(event)[...])

    /// What a sink around which the names were changed is given.
    private actor KeepingSink: Sink {
        typealias Configuration = ScriptedConfiguration
        static let kind = "keeping"
        static let traits = SinkTraits(workers: 3, takesOlderEntries: false)
        private(set) var entries: [Entry] = []
        private(set) var stops = 0

        init() {}
        init(_ configuration: Configuration, in context: SinkContext) throws {}

        func deliver(_ entries: [Entry]) async throws(DeliveryError) {
            self.entries += entries
            throw .retryable(reason: "kept")
        }

        func stop() async { stops += 1 }
    }

    @Test("a sink gets its entries under the other name, as whole as they were, and what it answers is told")
    func around() async throws {
        let inner = KeepingSink()
        let sink = TypeNamingSink(inner, naming: .vmware)
        let plain = Entry.numbered(8)
        #expect(await retryReason { try await sink.deliver([Self.entry, plain]) } == "kept")
        await sink.stop()
        let got = await inner.entries
        #expect(got.map(\.sequence) == [7, 8] && got[0].type == "vm.powered-on" && got[1] == plain)
        let value = try JSONDocument(Array(got[0].body)).root.value
        #expect(value["type"]?.string == Self.name && value["eventclass"] == "event")
        #expect(value["id"] == "1" && value["source"] == "vsphere://vc" && value["subject"] == "vm/vm-41")
        #expect(await inner.stops == 1)
        #expect(TypeNamingSink<KeepingSink>.kind == "keeping" && TypeNamingSink<KeepingSink>.traits.workers == 3)
        let own = try EventDecoder.decode(got[0].ownBody).event
        #expect(own == Self.event)
    }

    @Test(
        "for vSphere's events only",
        arguments: [
            ("vsphere://vc", #"{"_typeName":"VmPoweredOnEvent","key":7}"#, name, "event"),
            (
                "vsphere://vc", #"{"_typeName":"EventEx","key":1,"eventTypeId":"com.vmware.cis.tagging.attach"}"#,
                "com.vmware.vsphere.com.vmware.cis.tagging.attach.v0", "eventex"
            ),
            (
                "vsphere://vc", #"{"_typeName":"ExtendedEvent","eventTypeId":"a.\"b\""}"#,
                #"com.vmware.vsphere.a."b".v0"#, "extendedevent"
            ),
            ("vsphere://vc", #"{"_typeName":"EventEx","key":1}"#, "com.vmware.vsphere.EventEx.v0", "eventex"),
            ("container://h", #"{"_typeName":"VmPoweredOnEvent"}"#, "guestwatch.vm.other", nil),
            ("vsphere://vc", #"{"key":7}"#, "guestwatch.vm.other", nil),
            ("vsphere://vc", "{}", "guestwatch.vm.other", nil),
        ] as [(String, String, String, String?)])
    func names(source: String, data: String, type: String, eventClass: String?) throws {
        let event = Event(
            id: "1", source: source, type: "vm.other", time: Timestamp(nanoseconds: 0),
            data: try JSONText(validating: Array(data.utf8)))
        let body = EventEncoder.encode(event)[...]
        let named = TypeNaming.vmware.named(body)
        let value = try JSONDocument(Array(named)).root.value
        #expect(value["type"]?.string == type && value["eventclass"]?.string == eventClass)
        #expect(value["data"] == (try JSONDocument(Array(data.utf8)).root.value) && value["id"] == "1")
        #expect(TypeNaming.guestwatch.named(body) == body)
        #expect(Entry(sequence: 1, type: event.type, severity: .info, body: body).ownBody == body)
    }

    /// Writes an entry as the sink of that kind does; what goes out.
    private static let encoders: [String: @Sendable (Entry) throws -> [UInt8]] = {
        var encoders: [String: @Sendable (Entry) throws -> [UInt8]] = [
            "file": { entry in
                var lines = JSONLines(journal: "k")
                lines.encode([entry])
                return lines.bytes
            },
            "webhook": { WebhookEncoder(journal: "k").structured($0).body },
            "webhook, binary": { entry in
                let message = WebhookEncoder(journal: "k").binary(entry)
                return Array((message?.headers["ce-type"] ?? "").utf8)
            },
            "elasticsearch": { ElasticsearchEncoder(journal: "k").encode([$0]).body },
            "splunk": { entry in
                let configuration = SplunkConfiguration(.init(url: "http://s"))
                return SplunkEncoder(journal: "k", host: "h", configuration).encode([entry]).body
            },
            "loki": { entry in
                var configuration = LokiConfiguration(.init(url: "http://l"))
                configuration.labelsFrom = [.source, .family]
                var encoder = LokiEncoder(configuration, journal: "k")
                return encoder.encode([entry]).body
            },
            "otlp": { entry in
                var encoder = OTLPEncoder(.protobuf, body: .message, resource: [])
                return encoder.encode([entry], observed: Timestamp(nanoseconds: 0))
            },
            "syslog": { entry in
                let configuration = SyslogConfiguration(url: Endpoint(scheme: "tcp", host: "h", port: 514))
                var encoder = SyslogEncoder(configuration, host: "h", journal: "k")
                var bytes: [UInt8] = []
                _ = encoder.append(entry, to: &bytes)
                return bytes
            },
            "etcd": { EtcdKeys(prefix: "/", journal: "k").put($0)?.value ?? [] },
            "nats": { entry in
                var encoder = NATSEncoder(.standard, sink: "s", journal: "k", host: "h")
                encoder.encode(entry)
                return encoder.payload
            },
        ]
        #if Redis
            encoders["redis"] = { entry in
                let encoder = RedisEncoder(stream: "s", sink: "s", journal: "k", maxLength: nil)
                let call = String(decoding: encoder.call("d", of: [entry], in: 0..<1), as: UTF8.self)
                // As the field `type` and in the event.
                return Array((call.split(separator: "\r\n").contains { $0 == name } ? call : "").utf8)
            }
        #endif
        return encoders
    }()

    @Test("every destination sees them, beside our own family, subject and severity", arguments: encoders.keys.sorted())
    func destinations(kind: String) throws {
        var entry = Self.entry
        entry.body = TypeNaming.vmware.named(entry.body)
        let encode = try #require(Self.encoders[kind])
        let text = String(decoding: try encode(entry), as: UTF8.self)
        #expect(text.contains(Self.name), "\(text)")
        #expect(!text.contains("guestwatch.vm.powered-on"), "\(text)")
        if kind == "loki" { #expect(text.contains(#""family":"vm""#), "\(text)") }
        if kind == "syslog" { #expect(text.contains(" vm.powered-on [guestwatch@"), "\(text)") }
    }

    @Test("subjects and topics keep our names, so that what is subscribed to them goes on")
    func routing() throws {
        var entry = Self.entry
        entry.body = TypeNaming.vmware.named(entry.body)
        var encoder = NATSEncoder(.standard, sink: "s", journal: "k", host: "h")
        encoder.encode(entry)
        #expect(String(decoding: encoder.subject.dropLast(), as: UTF8.self) == "guestwatch.vm.powered-on.vm-41")
        let template = try #require(RoutingTemplate("a/{type}/{family}/{guest}"))
        let topic = template.text(for: entry) { $0 != UInt8(ascii: "/") }
        #expect(String(decoding: topic, as: UTF8.self) == "a/vm.powered-on/vm/vm-41")
    }

    @Test("a line for people has our name, and is none of JSON")
    func lines() throws {
        var entry = Self.entry
        entry.body = TypeNaming.vmware.named(entry.body)
        let line = EventLineFormat(colored: false).lines(of: [entry])
        #expect(line == EventLineFormat(colored: false).lines(of: [Self.entry]))
    }
}
