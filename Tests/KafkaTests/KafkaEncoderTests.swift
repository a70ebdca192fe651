#if Kafka
    import AgentCore
    import EventModel
    import Testing

    @testable import Sinks

    @Suite struct KafkaEncoderTests {
        static let event = Event(
            id: "i\"1", source: "vsphere://vc1", type: "vm.powered-on", time: Timestamp(nanoseconds: 0),
            guest: Guest(kind: .vm, id: "vm-4", name: "ü\\", host: nil),
            data: JSONText(["subject": "not this", "id": ["}", "\""]]))

        func message(_ mode: KafkaSinkConfiguration.Mode, _ event: Event = event) -> KafkaEncoder.Message {
            KafkaEncoder(mode: mode, journal: "k3j2h1g0f9d8").message(
                of: Entry(
                    sequence: 7, type: event.type, severity: event.severity, body: EventEncoder.encode(event)[...]))
        }

        private func texts(_ message: KafkaEncoder.Message) -> [String] {
            message.headers.map { "\($0.name): \(String(decoding: $0.value, as: UTF8.self))" }
        }

        @Test("structured: the event is the value; id, source and type are headers too; the guest is the key")
        func structured() throws {
            let message = message(.structured)
            #expect(String(decoding: message.key, as: UTF8.self) == "vm/vm-4")
            let placed = try EventDecoder.decode(message.value)
            #expect(placed == PlacedEvent(event: Self.event, sequence: 7, journal: "k3j2h1g0f9d8"))
            #expect(
                texts(message) == [
                    "content-type: application/cloudevents+json; charset=UTF-8", "ce_id: i\"1",
                    "ce_source: vsphere://vc1", "ce_type: guestwatch.vm.powered-on",
                ])
        }

        @Test("binary: every attribute is a header with its escapes resolved; the data is the value")
        func binary() {
            let message = message(.binary)
            #expect(String(decoding: message.key, as: UTF8.self) == "vm/vm-4")
            #expect(String(decoding: message.value, as: UTF8.self) == #"{"subject":"not this","id":["}","\""]}"#)
            #expect(
                texts(message) == [
                    "ce_specversion: 1.0", "ce_id: i\"1", "ce_source: vsphere://vc1",
                    "ce_type: guestwatch.vm.powered-on",
                    "ce_time: 1970-01-01T00:00:00Z", "ce_subject: vm/vm-4", "ce_guestname: ü\\", "ce_severity: info",
                    "content-type: application/json", "ce_sequence: 00000000000000000007", "ce_journal: k3j2h1g0f9d8",
                ])
        }

        @Test("without a guest the source is the key")
        func sourceKey() {
            var event = Self.event
            event.guest = nil
            for mode in KafkaSinkConfiguration.Mode.allCases {
                #expect(String(decoding: message(mode, event).key, as: UTF8.self) == "vsphere://vc1")
            }
        }

        @Test(
            "a body that is no event ends the walk, whatever it is",
            arguments: [
                "", "{", "{\"", "{\"id", "{\"id\":", "{\"id\":\"x\\", "{\"id\":{\"a\":[", "nonsense", "{\"a\":1}",
            ])
        func damaged(body: String) {
            for mode in KafkaSinkConfiguration.Mode.allCases {
                _ = KafkaEncoder(mode: mode, journal: "j").message(
                    of: Entry(sequence: 1, type: "vm.other", severity: .info, body: Array(body.utf8)[...]))
            }
        }
    }
#endif
