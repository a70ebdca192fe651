import EventModel

/// Where a line of the archive stands in the journal it came from.
struct ArchivePlace: Sendable, Hashable {
    var journal: String
    var sequence: UInt64

    init(journal: String, sequence: UInt64) {
        (self.journal, self.sequence) = (journal, sequence)
    }

    /// The place a whole line names; nil when the bytes (without their line end) are not a whole line of a file sink.
    init?(line: some RandomAccessCollection<UInt8>) {
        guard Self.couldBegin(line), let root = try? JSONDocument(Array(line)).root.value,
            let digits = root["sequence"]?.string, let sequence = UInt64(digits), let journal = root["journal"]?.string
        else { return nil }
        self.init(journal: journal, sequence: sequence)
    }

    /// Whether the bytes may be the beginning of a line of a file sink: they are never cut off when they may not.
    static func couldBegin(_ bytes: some Collection<UInt8>) -> Bool {
        let beginning = Array(#"{"sequence":""#.utf8)
        return zip(bytes, beginning).allSatisfy { $0 == $1 }
    }
}
