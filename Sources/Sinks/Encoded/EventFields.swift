import AgentCore
import EventModel

/// The attributes of an event, found in its encoded form without decoding it: for sinks whose destinations want some
/// of them beside the body.
struct EventFields {
    // SAFETY: made by `read` only, which lends the bytes of the body for the time of its closure.

    private(set) var id = FieldText("")
    private(set) var source = FieldText("")
    private(set) var type = FieldText("")
    private(set) var time = FieldText("")
    private(set) var severity = FieldText("")
    /// `vm/ID` or `container/ID`.
    private(set) var subject: FieldText?
    private(set) var guestName: FieldText?
    private(set) var guestHost: FieldText?
    private(set) var related: FieldText?
    private let text: UnsafeBufferPointer<UInt8>
    private var dataRange = 0..<0

    /// Reads the body of an entry. Nothing of the fields may leave the closure.
    static func read<Result>(_ body: ArraySlice<UInt8>, _ use: (EventFields) -> Result) -> Result {
        body.withUnsafeBufferPointer { use(EventFields($0)) }
    }

    private init(_ text: UnsafeBufferPointer<UInt8>) {
        self.text = text
        var members = JSONMembers(in: text.indices)
        while let member = members.next(in: text) {
            let name = FieldText(escaped: UnsafeBufferPointer(rebasing: text[member.name]))
            if name.equals("data") { dataRange = member.value } else { take(name, member.value) }
        }
    }

    private mutating func take(_ name: FieldText, _ value: Range<Int>) {
        guard let text = string(value) else { return }
        switch name.bytes.count {
        case 2 where name.equals("id"): id = text
        case 4 where name.equals("type"): type = text
        case 4 where name.equals("time"): time = text
        case 6 where name.equals("source"): source = text
        case 7 where name.equals("subject"): subject = text
        case 7 where name.equals("related"): related = text
        case 8 where name.equals("severity"): severity = text
        case 9 where name.equals("guestname"): guestName = text
        case 9 where name.equals("guesthost"): guestHost = text
        default: break
        }
    }

    /// The content of the string that stands there; nil for another value.
    private func string(_ value: Range<Int>) -> FieldText? {
        guard value.count >= 2, text[value.lowerBound] == UInt8(ascii: "\"") else { return nil }
        return FieldText(
            escaped: UnsafeBufferPointer(rebasing: text[value.lowerBound + 1..<value.upperBound - 1]))
    }

    /// All that the source said, a JSON object; empty where there is none.
    var data: UnsafeBufferPointer<UInt8> { UnsafeBufferPointer(rebasing: text[dataRange]) }

    /// The member of `data` that is a text, if it is not empty.
    func text(ofDataMember name: String) -> FieldText? {
        var members = JSONMembers(in: dataRange)
        while let member = members.next(in: text) {
            guard text[member.name].elementsEqual(name.utf8) else { continue }
            return string(member.value).flatMap { $0.isEmpty ? nil : $0 }
        }
        return nil
    }

    /// The sentence a person reads, as `Event.message` has it.
    var message: FieldText? {
        Event.messageMembers.lazy.compactMap { text(ofDataMember: $0) }.first
    }

    /// The word before the slash of the subject: `vm`, `container`.
    var guestKind: FieldText? {
        subject.flatMap { subject in
            subject.firstIndex(of: UInt8(ascii: "/")).map { subject.slice(0..<$0) }
        }
    }

    /// What stands after it.
    var guestID: FieldText? {
        subject.flatMap { subject in
            subject.firstIndex(of: UInt8(ascii: "/")).map { subject.slice($0 + 1..<subject.bytes.count) }
        }
    }
}
