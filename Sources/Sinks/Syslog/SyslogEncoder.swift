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

    /// Room for what stands in a head beside the texts in it.
    private static let headBytes = 256

    private let configuration: SyslogConfiguration
    private let framing: EventFraming
    private let journal: String
    private let isOctetCounting: Bool
    private let isNewline: Bool
    private let limit: Int
    /// Behind the time: the agent's host and the name behind it.
    private let origin: [UInt8]
    /// Behind the type: where the structured data begins.
    private let dataStart: [UInt8]
    /// Behind the sequence.
    private let afterSequence: [UInt8]
    /// Used again for every event.
    private var head: [UInt8] = []
    private var message: [UInt8] = []

    package init(_ configuration: SyslogConfiguration, host: String, journal: String) {
        (self.configuration, self.journal) = (configuration, journal)
        (limit, framing) = (configuration.limit, EventFraming(journal: journal))
        isOctetCounting = configuration.usedFraming == .octetCounting
        isNewline = configuration.usedFraming == .newline
        var origin: [UInt8] = [UInt8(ascii: " ")]
        SyslogText.appendHeader(host.utf8, limit: Self.hostLimit, to: &origin)
        self.origin = origin + Array(Self.application.utf8)
        dataStart = Array(" [guestwatch@\(configuration.enterprise)".utf8)
        afterSequence = Array("\" journal=\"\(journal)\"".utf8)
    }

    /// Appends an entry with its framing; false when not even its beginning fits into the limit.
    package mutating func append(_ entry: Entry, to bytes: inout [UInt8]) -> Bool {
        EventFields.read(entry.body) { fields in
            makeHead(entry, fields)
            let length = head.count + Self.dataEnd.utf8CodeUnitCount + framing.length(of: entry)
            guard configuration.message == .cloudevents, length <= limit, SyslogText.isHarmless(fields.whole) else {
                return appendChanged(entry, fields, to: &bytes)
            }
            // Nothing of the event has to be changed: it is copied once, to its place.
            bytes.append(atMost: length + Self.framingBytes) { writer in
                beginFrame(length, to: &writer)
                writer.append(head)
                writer.append(text: Self.dataEnd)
                framing.append(entry, to: &writer)
                if isNewline { writer.append(UInt8(ascii: "\n")) }
            }
            return true
        }
    }

    private static let dataEnd: StaticString = "] "
    /// A length, a blank, a line end.
    private static let framingBytes = 22

    @inline(__always)
    private func beginFrame(_ length: Int, to writer: inout ByteWriter) {
        if !isOctetCounting { return }
        writer.appendDecimal(unsigned: UInt64(length))
        writer.append(UInt8(ascii: " "))
    }

    /// Appends an entry whose message is made anew: a sentence, one with control characters, or one that is cut.
    private mutating func appendChanged(_ entry: Entry, _ fields: EventFields, to bytes: inout [UInt8]) -> Bool {
        message.removeAll(keepingCapacity: true)
        switch configuration.message {
        case .cloudevents:
            EventEncoder.append(entry.body, sequence: entry.sequence, journal: journal, to: &message)
            SyslogText.makeHarmless(&message, from: 0)
        case .text:
            message.append(contentsOf: Self.byteOrderMark)
            appendSentence(of: entry, fields)
        }
        let end = Self.dataEnd.utf8CodeUnitCount
        if head.count + end + message.count > limit {
            head.append(contentsOf: " cut=\"\(message.count)\"".utf8)
            let room = limit - head.count - end
            if room < 0 { return false }
            message = Array(SyslogText.prefix(message, limit: room))
        }
        let length = head.count + end + message.count
        bytes.append(atMost: length + Self.framingBytes) { writer in
            beginFrame(length, to: &writer)
            writer.append(head)
            writer.append(text: Self.dataEnd)
            writer.append(message)
            if isNewline { writer.append(UInt8(ascii: "\n")) }
        }
        return true
    }

    /// Makes `head`: the header and the structured data, without its last bracket.
    @inline(__always)
    private mutating func makeHead(_ entry: Entry, _ fields: EventFields) {
        head.removeAll(keepingCapacity: true)
        let time = SyslogText.time(fields.time)
        head.append(atMost: Self.headBytes + time.count + origin.count + dataStart.count) { writer in
            writer.append(UInt8(ascii: "<"))
            writer.appendDecimal(unsigned: UInt64(configuration.facility.priority(entry.severity)))
            writer.append(text: ">1 ")
            SyslogText.append(time, to: &writer)
            writer.append(origin)
            var type = entry.type.rawValue
            type.withUTF8 { SyslogText.appendHeader($0, limit: Self.typeLimit, to: &writer) }
            writer.append(dataStart)
        }
        SyslogText.appendParameter(#" id=""#, fields.id, to: &head)
        SyslogText.appendParameter(#" source=""#, fields.source, to: &head)
        SyslogText.appendParameter(#" type=""#, fields.type, to: &head)
        SyslogText.appendParameter(#" guest=""#, fields.subject, to: &head)
        SyslogText.appendParameter(#" guestname=""#, fields.guestName, to: &head)
        SyslogText.appendParameter(#" guesthost=""#, fields.guestHost, to: &head)
        head.append(atMost: Self.headBytes + afterSequence.count) { writer in
            writer.append(text: #" sequence=""#)
            writer.appendTwentyDigits(entry.sequence)
            writer.append(afterSequence)
        }
    }

    /// The source's own sentence, or the type and the guest.
    private mutating func appendSentence(of entry: Entry, _ fields: EventFields) {
        let words = [entry.type.rawValue] + [fields.guestName ?? fields.subject].compactMap { $0?.plain }
        HarmlessText.append(fields.message?.plain ?? words.joined(separator: " "), to: &message)
    }
}
