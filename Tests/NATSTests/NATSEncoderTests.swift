#if NATS
    import AgentCore
    import AgentTestKit
    import EventModel
    import Testing

    @testable import NATSClient
    @testable import Sinks

    @Suite("What the nats sink writes")
    struct NATSEncoderTests {
        private static func encoded(
            _ event: Event, subject: NATSSubject = .standard, sequence: UInt64 = 42
        ) -> (subject: String, id: String, writer: String, payload: String) {
            var encoder = NATSEncoder(subject, sink: "bus/1", journal: "k3j2h1g0f9d8", host: "hv 1.example")
            encoder.encode(
                Entry(
                    sequence: sequence, type: event.type, severity: event.severity,
                    body: EventEncoder.encode(event)[...]))
            func text(_ bytes: [UInt8]) -> String { String(decoding: bytes.dropLast(), as: UTF8.self) }
            return (
                text(encoder.subject), text(encoder.messageID), text(encoder.writer),
                String(decoding: encoder.payload, as: UTF8.self)
            )
        }

        private static func event(
            _ type: EventType = "vm.powered-on", id: String = "4711", guest: String? = "vm-41"
        ) -> Event {
            Event(
                id: id, source: "vsphere://vc1.example", type: type, time: Timestamp(nanoseconds: 0),
                guest: guest.map { Guest(kind: .vm, id: $0, name: "web \"1\"") }, data: JSONText(["a": 1]))
        }

        @Test("an event becomes this message")
        func golden() {
            let message = Self.encoded(Self.event())
            #expect(message.subject == "guestwatch.vm.powered-on.vm-41")
            #expect(message.id == "vsphere://vc1.example#4711")
            #expect(message.writer == "bus_1/k3j2h1g0f9d8/42")
            #expect(
                message.payload == #"{"sequence":"00000000000000000042","journal":"k3j2h1g0f9d8","specversion":"1.0","#
                    + #""id":"4711","source":"vsphere://vc1.example","type":"guestwatch.vm.powered-on","#
                    + #""time":"1970-01-01T00:00:00Z","subject":"vm/vm-41","guestname":"web \"1\"","severity":"info","#
                    + #""datacontenttype":"application/json","data":{"a":1}}"#)
        }

        @Test(
            "words of a subject hold nothing that NATS reads as its own",
            arguments: [
                ("vm-41", "vm-41"), ("a.b", "a_b"), ("*", "_"), (">", "_"), ("a b\t", "a_b_t"), ("", "_"),
                ("ü", "ü"), ("a\"b", "a_\"b"), ("\u{0}", "_u0000"),
                (String(repeating: "x", count: 500), String(repeating: "x", count: 128)),
            ])
        func words(guest: String, word: String) {
            #expect(Self.encoded(Self.event(guest: guest)).subject == "guestwatch.vm.powered-on.\(word)")
        }

        @Test(
            "a type's dots are dots, but no word is empty",
            arguments: [
                ("vm.powered-on", "vm.powered-on"), ("a..b", "a._b"), (".a.", "_a_"), ("a b.*", "a_b._"), ("", "_"),
            ])
        func types(type: String, words: String) {
            let subject = Self.encoded(Self.event(EventType(rawValue: type), guest: nil)).subject
            #expect(subject == "guestwatch.\(words)._")
        }

        @Test("the ids of different events differ, however long or strange, and are one line of ASCII")
        func ids() {
            let strange = [
                "1", "2", "a\nb", "a\r\nb", "ü", "u", String(repeating: "x", count: 200),
                String(repeating: "x", count: 201),
            ]
            let ids = strange.map { Self.encoded(Self.event(id: $0)).id }
            #expect(Set(ids).count == strange.count)
            for id in ids {
                #expect(!id.isEmpty && id.utf8.allSatisfy { (0x21...0x7E).contains($0) } && id.utf8.count <= 160)
            }
        }

        @Test("a template makes subjects and the pattern that matches them")
        func templates() throws {
            let template = try #require(NATSSubject("site7.<host>.<guest>.x"))
            #expect(Self.encoded(Self.event(), subject: template).subject == "site7.hv_1_example.vm-41.x")
            #expect(template.pattern == "site7.*.*.x")
            #expect(NATSSubject.standard.pattern == "guestwatch.>")
            for wrong in ["", "<type>", "a..b", "a.*", "a.>", "a b", "a.<typ>", "$JS.API", "a."] {
                #expect(NATSSubject(wrong) == nil, "\(wrong)")
            }
        }

        @Test("stored sequences are kept exactly, in any order")
        func storedSequences() {
            for seed in 1...200 as ClosedRange<UInt64> {
                var random = SeededGenerator(seed: seed)
                var (ranges, plain) = (StoredSequences(), Set<UInt64>())
                for _ in 0..<300 {
                    let value = UInt64.random(in: 0..<200, using: &random)
                    ranges.insert(value)
                    plain.insert(value)
                }
                #expect((0...201).allSatisfy { ranges.contains($0) == plain.contains($0) })
                #expect(zip(ranges.ranges, ranges.ranges.dropFirst()).allSatisfy { $0.upperBound + 1 < $1.lowerBound })
            }
            var edge = StoredSequences()
            for value in [UInt64.max, UInt64.max - 1, 0, 1] as [UInt64] { edge.insert(value) }
            let ends: [ClosedRange<UInt64>] = [0...1, UInt64.max - 1...UInt64.max]
            #expect(edge.ranges == ends)
        }
    }
#endif
