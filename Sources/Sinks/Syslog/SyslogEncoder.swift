package import AgentCore
import EventModel

/// Writes entries as RFC 5424: PRI by severity and facility, the time of the event, the agent's host, `guestwatch`, the
/// type as MSGID, what names the event as structured data, and the event itself.
///
///     <134>1 2026-03-04T05:06:07.8Z hv1 guestwatch - vm.powered-on [guestwatch@32473 id="…" source="…"
///     sequence="…" journal="…" guest="vm/vm-41" guestname="web"] {"sequence":"…",…}
///
/// Text has a byte order mark before it (MSG-UTF8), JSON has none, as RFC 8259 asks for. No control character and no
/// line end is left in either.
package struct SyslogEncoder {
    /// Lengths of RFC 5424, 6.
    private static let (hostLimit, typeLimit) = (255, 32)
    private static let byteOrderMark: [UInt8] = [0xEF, 0xBB, 0xBF]
    private static let application = " guestwatch - "

    private let configuration: SyslogConfiguration
    private let journal: String
    /// The agent's host and the name behind it.
    private let origin: [UInt8]
    /// Used again for every event.
    private var head: [UInt8] = []
    private var message: [UInt8] = []

    package init(_ configuration: SyslogConfiguration, host: String, journal: String) {
        (self.configuration, self.journal) = (configuration, journal)
        var origin: [UInt8] = [UInt8(ascii: " ")]
        SyslogText.appendHeader(host.utf8, limit: Self.hostLimit, to: &origin)
        self.origin = origin + Array(Self.application.utf8)
    }

    /// Appends an entry with its framing; false when not even its beginning fits into the limit.
    package mutating func append(_ entry: Entry, to bytes: inout [UInt8]) -> Bool {
        guard encode(entry) else { return false }
        if configuration.usedFraming == .octetCounting {
            bytes.appendDecimal(Int64(head.count + message.count))
            bytes.append(UInt8(ascii: " "))
        }
        bytes.append(contentsOf: head)
        bytes.append(contentsOf: message)
        if configuration.usedFraming == .newline { bytes.append(UInt8(ascii: "\n")) }
        return true
    }

    /// Makes `head` and `message`; false when the head alone is longer than the limit.
    private mutating func encode(_ entry: Entry) -> Bool {
        appendHead(of: entry)
        message.removeAll(keepingCapacity: true)
        switch configuration.message {
        case .cloudevents:
            EventEncoder.append(entry.body, sequence: entry.sequence, journal: journal, to: &message)
            SyslogText.makeHarmless(&message, from: 0)
        case .text:
            message.append(contentsOf: Self.byteOrderMark)
            appendSentence(of: entry)
        }
        let end = "] "
        if head.count + end.utf8.count + message.count > configuration.limit {
            head.append(contentsOf: " cut=\"\(message.count)\"".utf8)
            let room = configuration.limit - head.count - end.utf8.count
            if room < 0 { return false }
            message = Array(SyslogText.prefix(message, limit: room))
        }
        head.append(contentsOf: end.utf8)
        return true
    }

    /// The header and the structured data, without its last bracket.
    private mutating func appendHead(of entry: Entry) {
        var (time, parameters): (ArraySlice<UInt8>, [UInt8]) = ([], [])
        var members = EventMembers(entry.body)
        // `data` comes last: there is no need to walk through it.
        while let member = members.next(), !member.isNamed("datacontenttype") {
            if member.isNamed("time") { time = member.value }
            appendParameter(of: member, to: &parameters)
        }
        head.removeAll(keepingCapacity: true)
        head.append(UInt8(ascii: "<"))
        head.appendDecimal(Int64(configuration.facility.priority(entry.severity)))
        head.append(contentsOf: ">1 ".utf8)
        SyslogText.appendTime(time, to: &head)
        head.append(contentsOf: origin)
        SyslogText.appendHeader(entry.type.rawValue.utf8, limit: Self.typeLimit, to: &head)
        head.append(contentsOf: " [guestwatch@".utf8)
        head.appendDecimal(Int64(configuration.enterprise))
        head.append(contentsOf: parameters)
        head.append(contentsOf: " sequence=\"".utf8)
        head.append(contentsOf: EventEncoder.text(of: entry.sequence).utf8)
        head.append(contentsOf: "\" journal=\"".utf8)
        head.append(contentsOf: journal.utf8)
        head.append(UInt8(ascii: "\""))
    }

    private func appendParameter(of member: EventMembers.Member, to bytes: inout [UInt8]) {
        switch member.name.count {
        case 2 where member.isNamed("id"): SyslogText.appendParameter("id", member, to: &bytes)
        case 4 where member.isNamed("type"): SyslogText.appendParameter("type", member, to: &bytes)
        case 6 where member.isNamed("source"): SyslogText.appendParameter("source", member, to: &bytes)
        case 7 where member.isNamed("subject"): SyslogText.appendParameter("guest", member, to: &bytes)
        case 9 where member.isNamed("guestname"):
            SyslogText.appendParameter("guestname", member, to: &bytes)
        case 9 where member.isNamed("guesthost"):
            SyslogText.appendParameter("guesthost", member, to: &bytes)
        default: break
        }
    }

    /// The source's own sentence, or the type and the guest.
    private mutating func appendSentence(of entry: Entry) {
        var (guest, sentence): (ArraySlice<UInt8>?, ArraySlice<UInt8>?) = (nil, nil)
        var members = EventMembers(entry.body)
        while let member = members.next() {
            if member.isNamed("guestname") { guest = member.text }
            if guest == nil, member.isNamed("subject") { guest = member.text }
            if member.isNamed("data") { sentence = Self.sentence(in: member.value) }
        }
        let usual = [entry.type.rawValue] + (guest.map { [String(decoding: $0, as: UTF8.self)] } ?? [])
        let text = sentence.map { String(decoding: $0, as: UTF8.self) } ?? usual.joined(separator: " ")
        HarmlessText.append(text, to: &message)
    }

    private static func sentence(in data: ArraySlice<UInt8>) -> ArraySlice<UInt8>? {
        var found: [String: ArraySlice<UInt8>] = [:]
        var members = EventMembers(data)
        while let member = members.next() {
            guard member.isText, !member.value.isEmpty else { continue }
            for name in Event.messageMembers where member.name.elementsEqual(name.utf8) { found[name] = member.text }
        }
        return Event.messageMembers.lazy.compactMap { found[$0] }.first
    }
}
