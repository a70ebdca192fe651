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
    private var text: UnsafeBufferPointer<UInt8>
    private var dataRange = 0..<0

    /// Reads the body of an entry. Nothing of the fields may leave the closure.
    @inline(__always)
    static func read<Result, Failure>(
        _ body: ArraySlice<UInt8>, _ use: (EventFields) throws(Failure) -> Result
    ) throws(Failure) -> Result {
        try body.withUnsafeBufferPointer { (body) throws(Failure) in try use(EventFields(body)) }
    }

    private init(_ text: UnsafeBufferPointer<UInt8>) {
        self.text = text
        if readAsWritten() { return }
        self = EventFields(of: text)
        var members = JSONMembers(in: text.indices)
        while let member = members.next(in: text) {
            let name = FieldText(escaped: UnsafeBufferPointer(rebasing: text[member.name]))
            if name.equals("data") {
                dataRange = member.value
            } else if let value = string(member.value) {
                take(name, value)
            }
        }
    }

    private init(of text: UnsafeBufferPointer<UInt8>) {
        self.text = text
    }

    /// Reads what `EventEncoder` writes: attributes that are texts, without blanks, and `data` last, which is not
    /// walked through. False for other text, perhaps when some of it was taken.
    private mutating func readAsWritten() -> Bool {
        var walk = WrittenMembers(text)
        while let name = walk.name() {
            if name.count == 4, FieldText(name, isEscaped: false).equals("data") {
                guard let range = walk.rest() else { return false }
                dataRange = range
                return true
            }
            guard let value = walk.text() else { return false }
            take(FieldText(name, isEscaped: false), FieldText(value.bytes, isEscaped: value.isEscaped))
        }
        return false
    }

    @inline(__always)
    private mutating func take(_ name: FieldText, _ text: FieldText) {
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

    /// The whole event.
    var whole: UnsafeBufferPointer<UInt8> { text }

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
        var members = JSONMembers(in: dataRange)
        var best: (rank: Int, text: FieldText)?
        while best?.rank != 0, let member = members.next(in: text) {
            let rank = Event.messageMembers.firstIndex { text[member.name].elementsEqual($0.utf8) }
            guard let rank, rank < best?.rank ?? .max, let found = string(member.value), !found.isEmpty else {
                continue
            }
            best = (rank, found)
        }
        return best?.text
    }

    /// The word before the slash of the subject: `vm`, `container`.
    var guestKind: FieldText? { guest.kind }

    /// The word before the slash of the subject, and what stands after it.
    var guest: (kind: FieldText?, id: FieldText?) {
        guard let subject, let slash = subject.firstIndex(of: UInt8(ascii: "/")) else { return (nil, nil) }
        return (subject.slice(0..<slash), subject.slice(slash + 1..<subject.bytes.count))
    }
}
