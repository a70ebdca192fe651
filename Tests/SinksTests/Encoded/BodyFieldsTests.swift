import AgentCore
import EventModel
import Testing

@testable import Sinks

@Suite("Attributes found in an event's bytes")
struct BodyFieldsTests {
    private static let written =
        #"{"specversion":"1.0","id":"a \"1\"","source":"s://x","type":"guestwatch.vm.other","#
        + #""time":"2026-11-21T06:18:00Z","subject":"vm/vm-1","guestname":"w\\","severity":"info","#
        + #""datacontenttype":"application/json","data":{"message":"hello","key":[1,{"a":"}"}]}}"#

    /// What is read of a body, as text.
    private static func fields(of body: String) -> [String] {
        EventFields.read(Array(body.utf8)[...]) { fields in
            let texts: [FieldText?] = [
                fields.id, fields.source, fields.type, fields.time, fields.severity, fields.subject, fields.guestName,
                fields.guestHost, fields.related, fields.guest.kind, fields.guest.id, fields.message,
            ]
            return texts.map { $0?.plain ?? "nil" } + [String(decoding: fields.data, as: UTF8.self)]
        }
    }

    @Test("as the encoder writes them")
    func asWritten() {
        #expect(
            Self.fields(of: Self.written) == [
                "a \"1\"", "s://x", "guestwatch.vm.other", "2026-11-21T06:18:00Z", "info", "vm/vm-1", "w\\", "nil",
                "nil",
                "vm", "vm-1", "hello", #"{"message":"hello","key":[1,{"a":"}"}]}"#,
            ])
    }

    @Test("with blanks, numbers and another order they are the same")
    func otherwise() {
        let expected = Self.fields(of: Self.written)
        let spaced = Self.written.replacing(#"{"specversion""#, with: #"{ "specversion" "#)
        #expect(Self.fields(of: spaced) == expected)
        let numbered = Self.written.replacing(#""severity""#, with: #""number":12,"severity""#)
        #expect(Self.fields(of: numbered) == expected)
    }

    @Test("of text that is no event nothing is made up", arguments: ["", "{", "{}", "[]", #"{"id"#, #"{"id":"x\"#])
    func nonsense(text: String) {
        #expect(Self.fields(of: text) == ["", "", "", "", "", "nil", "nil", "nil", "nil", "nil", "nil", "nil", ""])
    }

    @Test("wherever a body is cut, what is read of it stands in the whole one")
    func cut() {
        let whole = Self.fields(of: Self.written)
        for count in 0..<Self.written.utf8.count {
            let part = Self.fields(of: String(decoding: Self.written.utf8.prefix(count), as: UTF8.self))
            for (found, expected) in zip(part.prefix(9), whole) {
                #expect(found == expected || found.isEmpty || found == "nil")
            }
        }
    }
}
