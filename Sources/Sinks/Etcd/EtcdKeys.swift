import AgentCore
import EventModel

/// The key and value of an event in etcd: `PREFIX<time>/<source>/<id>`.
///
/// The time has always nine digits of a second, so that keys are in the order of time; source and id are
/// percent-encoded, so that they have no slash. The value is the event with its `sequence` and `journal`.
struct EtcdKeys: Sendable {
    private let prefix: [UInt8]
    private let journal: String

    /// Keys for entries of one journal instance.
    init(prefix: String, journal: String) {
        (self.prefix, self.journal) = (Array(prefix.utf8), journal)
    }

    /// Nil when the entry has no id, source or time.
    func put(_ entry: Entry) -> EtcdTransaction.Put? {
        guard let columns = EventColumns(entry) else { return nil }
        var key = prefix
        key += FixedTime.text(of: columns.time).utf8
        key.append(UInt8(ascii: "/"))
        Self.append(columns.source, to: &key)
        key.append(UInt8(ascii: "/"))
        Self.append(columns.id, to: &key)
        var value: [UInt8] = []
        value.reserveCapacity(entry.body.count + Self.framingBytes)
        EventEncoder.append(entry.body, sequence: entry.sequence, journal: journal, to: &value)
        return EtcdTransaction.Put(key: key, value: value)
    }

    /// What `sequence` and `journal` take.
    private static let framingBytes = 80
    private static let hexadecimal = Array("0123456789ABCDEF".utf8)

    /// RFC 3986: everything but unreserved characters escaped.
    private static func append(_ text: ArraySlice<UInt8>, to key: inout [UInt8]) {
        for byte in text {
            switch byte {
            case 0x30...0x39, 0x41...0x5A, 0x61...0x7A, UInt8(ascii: "-"), UInt8(ascii: "."), UInt8(ascii: "_"),
                UInt8(ascii: "~"):
                key.append(byte)
            default:
                key += [UInt8(ascii: "%"), hexadecimal[Int(byte >> 4)], hexadecimal[Int(byte & 15)]]
            }
        }
    }
}
