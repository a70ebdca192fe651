/// One line of the log in the native protocol of systemd's journal: fields that can be searched,
/// `journalctl GUESTWATCH_COLLECTOR=vc1`. Pure.
struct JournaldMessage {
    /// The journal takes no longer names.
    private static let mostNameBytes = 64

    /// The datagram.
    private(set) var bytes: [UInt8] = []

    /// `text`: what `journalctl` shows; `pairs`: become fields of their own.
    init(_ text: String, priority: Int, pairs: [(String, String)]) {
        append("MESSAGE", text)
        append("PRIORITY", "\(priority)")
        append("SYSLOG_IDENTIFIER", "guestwatch")
        for (name, value) in pairs { append(Self.fieldName(name), value) }
    }

    /// `collector` becomes `GUESTWATCH_COLLECTOR`: capital letters, digits and underscores.
    static func fieldName(_ name: String) -> String {
        let letters = name.uppercased().unicodeScalars.map { scalar in
            scalar.isASCII && (scalar.properties.isAlphabetic || ("0"..."9").contains(scalar)) ? Character(scalar) : "_"
        }
        return String(("GUESTWATCH_" + String(letters)).prefix(mostNameBytes))
    }

    /// The journal keeps what it is given, and some of its readers print that as it is: only line ends stay.
    private mutating func append(_ name: String, _ text: String) {
        let value = text.harmlessLines
        bytes += Array(name.utf8)
        if value.utf8.contains(UInt8(ascii: "\n")) {
            // Of several lines: its length in 8 bytes, the lowest first, stands before it.
            bytes.append(UInt8(ascii: "\n"))
            let length = UInt64(value.utf8.count)
            for shift in stride(from: UInt64(0), to: 64, by: 8) {
                bytes.append(UInt8(truncatingIfNeeded: length >> shift))
            }
        } else {
            bytes.append(UInt8(ascii: "="))
        }
        bytes += Array(value.utf8)
        bytes.append(UInt8(ascii: "\n"))
    }
}
