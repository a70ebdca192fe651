package import EventModel

/// Why libvirt says a machine ended: a line of its log, `2026-11-21 04:19:57.488+0000: shutting down, reason=saved`.
package struct LibvirtEnding: Sendable, Hashable {
    package var time: Timestamp
    /// `shutdown`, `destroyed`, `crashed`, `migrated`, `saved`, `failed`, `from snapshot`, `daemon`, `unknown`.
    package var reason: String

    package init(time: Timestamp, reason: String) {
        (self.time, self.reason) = (time, reason)
    }

    private static let mark = ": shutting down, reason="

    /// The last ending in the end of a log, if the machine was not started again after it. Pure.
    ///
    /// The log also has the lines of QEMU, which may hold anything, in other forms of time.
    package static func last(in bytes: [UInt8]) -> LibvirtEnding? {
        for line in bytes.split(separator: UInt8(ascii: "\n")).reversed() {
            let text = String(decoding: line.prefix(maximumLine), as: UTF8.self)
            if text.contains(": starting up libvirt version: ") { return nil }
            if let ending = LibvirtEnding(line: text) { return ending }
        }
        return nil
    }

    /// The lines that matter are short. In bytes.
    private static let maximumLine = 4096

    private init?(line: String) {
        let parts = line.split(separator: ":", maxSplits: 3, omittingEmptySubsequences: false)
        guard parts.count == 4, let time = Self.time(line.prefix(28)) else { return nil }
        let rest = line.dropFirst(28)
        guard rest.hasPrefix(Self.mark), rest.count > Self.mark.count else { return nil }
        (self.time, reason) = (time, String(rest.dropFirst(Self.mark.count)))
    }

    /// `2026-11-21 04:19:57.488+0000`: always UTC.
    private static func time(_ text: Substring) -> Timestamp? {
        guard text.hasSuffix("+0000") else { return nil }
        let parts = text.dropLast(5).split(separator: " ")
        return parts.count == 2 ? Timestamp(rfc3339: "\(parts[0])T\(parts[1])Z") : nil
    }
}
