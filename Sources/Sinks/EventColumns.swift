import AgentCore
import EventModel

/// What databases keep beside an event's JSON: its attributes, found in the entry's bytes without reading its `data`.
///
/// The values are UTF-8 without JSON's escapes; those that need no unescaping share the entry's memory.
struct EventColumns {
    /// `id` and `source` together name the event for ever.
    var id: ArraySlice<UInt8> = []
    var source: ArraySlice<UInt8> = []
    var time = Timestamp(nanoseconds: 0)
    /// `vm/vm-41`; nil where the event is about no guest.
    var subject: ArraySlice<UInt8>?
    var guestName: ArraySlice<UInt8>?
    var guestHost: ArraySlice<UInt8>?

    /// Why an entry that has no columns can never be stored.
    static let missing = "the event has no id, source or time that can be read"

    /// Nil when an attribute that names the event is missing: such a body is not ours.
    init?(_ entry: Entry) {
        var times: ArraySlice<UInt8>?
        var members = EventMembers(entry.body)
        // `data` comes last: there is no need to walk through it.
        while let member = members.next(), !member.isNamed("datacontenttype") {
            guard member.isText else { continue }
            switch member.name.count {
            case 2 where member.isNamed("id"): id = member.text
            case 4 where member.isNamed("time"): times = member.value
            case 6 where member.isNamed("source"): source = member.text
            case 7 where member.isNamed("subject"): subject = member.text
            case 9 where member.isNamed("guestname"): guestName = member.text
            case 9 where member.isNamed("guesthost"): guestHost = member.text
            default: break
            }
        }
        guard !id.isEmpty, !source.isEmpty, let text = times, let time = Timestamp(rfc3339: text) else { return nil }
        self.time = time
    }
}
