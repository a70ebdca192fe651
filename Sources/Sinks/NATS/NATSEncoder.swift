import AgentCore
import EventModel

/// Makes a NATS message of an entry: pure, in buffers used again for every entry.
///
/// The payload is the event as CloudEvents JSON with `sequence` and `journal` in front, its bytes copied from the
/// journal. `Nats-Msg-Id` is source and id joined by `#` as JSON has them, or a 128-bit hash of that where it is long:
/// the same event has the same one from every agent. `Guestwatch-Writer` tells which sink stored it, of which journal,
/// and the sequence there.
struct NATSEncoder {
    /// The longest id that is told as text. In bytes.
    private static let idBytes = 160
    /// Room for what is counted with a payload: the names of headers and the line ends.
    private static let headerBytes = 160

    /// Each ends in a zero byte.
    private(set) var subject: [UInt8] = []
    private(set) var messageID: [UInt8] = []
    private(set) var writer: [UInt8] = []
    private(set) var payload: [UInt8] = []
    private let template: NATSSubject
    private let framing: EventFraming
    private let host: [UInt8]
    /// `<sink>/<journal>/`.
    let writerPrefix: [UInt8]

    init(_ template: NATSSubject, sink: String, journal: String, host: String) {
        (self.template, self.host) = (template, Array(host.utf8))
        framing = EventFraming(journal: journal)
        let plain = sink.utf8.map { (0x21...0x7E).contains($0) && $0 != UInt8(ascii: "/") ? $0 : UInt8(ascii: "_") }
        writerPrefix = plain + Array("/\(journal)/".utf8)
    }

    /// What the server counts against its limit.
    var size: Int { payload.count + messageID.count + writer.count + Self.headerBytes }

    mutating func encode(_ entry: Entry) {
        EventFields.read(entry.body) { fields in
            subject.removeAll(keepingCapacity: true)
            let guest = (fields.guest.id ?? fields.subject)?.bytes
            template.append(type: entry.type.rawValue, guest: guest, host: host, to: &subject)
            subject.append(0)
            encodeID(fields.source, fields.id)
        }
        writer.removeAll(keepingCapacity: true)
        writer.append(contentsOf: writerPrefix)
        writer.appendDecimal(Int64(clamping: entry.sequence))
        writer.append(0)
        payload.removeAll(keepingCapacity: payload.capacity <= 1 << 20)
        payload.append(atMost: framing.length(of: entry)) { framing.append(entry, to: &$0) }
    }

    private mutating func encodeID(_ source: FieldText, _ id: FieldText) {
        messageID.removeAll(keepingCapacity: true)
        source.appendEscaped(to: &messageID)
        messageID.append(UInt8(ascii: "#"))
        id.appendEscaped(to: &messageID)
        var isPlain = messageID.count <= Self.idBytes
        for byte in messageID { isPlain = isPlain && byte > 0x20 && byte < 0x7F }
        if !isPlain { messageID = Self.hash(messageID) }
        messageID.append(0)
    }

    /// FNV-1a with 128 bits, in hexadecimal.
    private static func hash(_ bytes: [UInt8]) -> [UInt8] {
        let prime: UInt128 = 1 << 88 | 0x13B
        let hash = bytes.reduce(0x6c62_272e_07bb_0142_62b8_2175_6295_c58d as UInt128) { ($0 ^ UInt128($1)) &* prime }
        let digits = String(hash, radix: 16)
        return Array((String(repeating: "0", count: 32 - digits.utf8.count) + digits).utf8)
    }
}
