/// Where a message stands in its stream, from the subject that acknowledges it:
/// `$JS.ACK.<stream>.<consumer>.<deliveries>.<stream sequence>.<consumer sequence>.<time>.<pending>`, with the domain
/// and the account before the stream, and one more word at the end, in newer servers.
package struct JetStreamPlace: Sendable, Hashable {
    package var sequence: UInt64
    /// Its number among all the consumer was given, by all its readers.
    package var consumerSequence: UInt64
    /// When it was stored, in nanoseconds since 1970.
    package var nanoseconds: Int64
    /// How many more the consumer has.
    package var pending: UInt64

    /// Nil when the text is no such subject.
    package init?(acknowledging subject: String) {
        let words = subject.split(separator: ".", omittingEmptySubsequences: false)
        guard words.count >= 9, words[0] == "$JS", words[1] == "ACK" else { return nil }
        let first = words.count >= 11 ? 6 : 4
        guard let sequence = UInt64(words[first + 1]), let consumer = UInt64(words[first + 2]),
            let nanoseconds = Int64(words[first + 3]), let pending = UInt64(words[first + 4])
        else { return nil }
        (self.sequence, consumerSequence, self.nanoseconds, self.pending) = (sequence, consumer, nanoseconds, pending)
    }
}
