package import EventModel

/// One line of a file, or several that belong together, as it was read.
package struct FollowedLine: Sendable {
    /// Where the file is reached now; a renamed file has another path than when it was found.
    package var path: String
    /// The bytes without the end of the line (`\n` or `\r\n`), as they stand in the file. Joined lines keep the `\n`
    /// between them. Not text: nothing is promised about the encoding.
    package var bytes: ArraySlice<UInt8>
    /// Of the first byte of the line, from the beginning of the file's content (of a gzip file: of what it unpacks to).
    package var offset: UInt64
    /// A short stable text that names the file, whatever it is called: letters and digits.
    package var identity: String
    /// The line was longer than the limit: `bytes` is its beginning, the rest was passed over.
    package var isTruncated: Bool
    /// When it was read, by the agent's clock.
    package var readAt: Timestamp

    package init(
        path: String, bytes: ArraySlice<UInt8>, offset: UInt64, identity: String, isTruncated: Bool = false,
        readAt: Timestamp
    ) {
        (self.path, self.bytes, self.offset, self.identity) = (path, bytes, offset, identity)
        (self.isTruncated, self.readAt) = (isTruncated, readAt)
    }

    /// The id of an event made of this line: the same whenever and wherever the file is read again.
    package var eventID: String { "\(identity)/\(offset)" }
}
