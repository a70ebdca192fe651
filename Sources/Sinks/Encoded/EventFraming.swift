import AgentCore
import EventModel

/// Entries as CloudEvents JSON with their place in a journal in front, as `EventEncoder.append` writes them, by one
/// copy of the bytes the journal has.
struct EventFraming: Sendable {
    /// What stands between the sequence and the event's own attributes.
    private let afterSequence: [UInt8]
    /// What the place in the journal adds to a body.
    let bytes: Int

    /// For entries of one journal instance.
    init(journal: String) {
        var text = Array(#"","journal":""#.utf8)
        text.appendJSONEscaped(journal)
        text += Array(#"","#.utf8)
        afterSequence = text
        // The first bracket of the body goes.
        bytes = #"{"sequence":""#.utf8.count + 20 + text.count - 1
    }

    /// How long the entry is, at least as long as its place alone.
    @inline(__always)
    func length(of entry: Entry) -> Int { max(entry.body.count, 1) + bytes }

    /// How long all of them are.
    func length(of entries: some Collection<Entry>) -> Int {
        entries.reduce(0) { $0 + max($1.body.count, 1) } + entries.count * bytes
    }

    /// Writes an entry.
    @inline(__always)
    func append(_ entry: Entry, to writer: inout ByteWriter) {
        writer.append(UInt8(ascii: "{"))
        appendMembers(entry, to: &writer)
    }

    /// Writes an entry without its first bracket.
    @inline(__always)
    func appendMembers(_ entry: Entry, to writer: inout ByteWriter) {
        writer.append(text: #""sequence":""#)
        writer.appendTwentyDigits(entry.sequence)
        writer.append(afterSequence)
        // SAFETY: the bytes are copied before the closure returns.
        entry.body.withUnsafeBufferPointer { writer.append(UnsafeBufferPointer(rebasing: $0.dropFirst())) }
    }
}
