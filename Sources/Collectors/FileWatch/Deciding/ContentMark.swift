import Platform

/// How far a file was read, and by what its content is recognised there, whatever the file is called by then.
///
/// The beginning alone would mistake a file that was truncated and written anew with the same header; the end alone
/// would mistake a file with a line like another's.
package struct ContentMark: Sendable, Hashable {
    /// Enough for files with a long common header to differ.
    package static let headLimit = 1024
    package static let tailLimit = 256

    /// Of the first byte that was not read.
    package private(set) var offset: UInt64 = 0
    /// The hash of so many bytes of the beginning: all that was read, up to `headLimit`.
    package private(set) var headLength = 0
    package private(set) var headHash: UInt64 = 0
    /// The hash of so many bytes before `offset`: all that was read, up to `tailLimit`.
    package private(set) var tailLength = 0
    package private(set) var tailHash: UInt64 = 0

    /// Nothing was read.
    package init() {}

    /// As it was stored.
    package init(offset: UInt64, headHash: UInt64, tailHash: UInt64) {
        (self.offset, self.headHash, self.tailHash) = (offset, headHash, tailHash)
        headLength = Int(min(offset, UInt64(Self.headLimit)))
        tailLength = Int(min(offset, UInt64(Self.tailLimit)))
    }

    /// What is there before an offset of a file.
    init(_ offset: UInt64, of opened: some OpenedFile) throws(SystemError) {
        let head = try opened.read(at: 0, upTo: Int(min(offset, UInt64(Self.headLimit))))
        let length = min(offset, UInt64(Self.tailLimit))
        move(to: offset, tail: try opened.read(at: offset - length, upTo: Int(length))[...], head: head[...])
    }

    /// So many bytes of the beginning are needed to go on to an offset, if they are not those known.
    package func headNeeded(at offset: UInt64) -> Int? {
        let length = Int(min(offset, UInt64(Self.headLimit)))
        return length == headLength ? nil : length
    }

    /// Goes on to an offset. `tail` ends there; `head` is what `headNeeded` asked for.
    package mutating func move(to offset: UInt64, tail: ArraySlice<UInt8>, head: ArraySlice<UInt8>?) {
        self.offset = offset
        let tail = tail.suffix(Self.tailLimit)
        (tailLength, tailHash) = (tail.count, Self.hash(tail))
        if let head { (headLength, headHash) = (head.count, Self.hash(head)) }
    }

    /// Whether a content begins as this one.
    package func hasHead(_ bytes: ArraySlice<UInt8>) -> Bool {
        headLength == 0 || bytes.count >= headLength && Self.hash(bytes.prefix(headLength)) == headHash
    }

    /// Whether these bytes, which stand before `offset`, are those that were read.
    package func hasTail(_ bytes: ArraySlice<UInt8>) -> Bool {
        tailLength == 0 || bytes.count == tailLength && Self.hash(bytes) == tailHash
    }

    /// Of the first bytes of a content, the hash of each of these lengths, which rise.
    package static func hashes(of bytes: ArraySlice<UInt8>, lengths: [Int]) -> [UInt64] {
        var hash = StableHash()
        var (hashes, done): ([UInt64], Int) = ([], 0)
        for length in lengths where length <= bytes.count {
            hash.add(bytes.dropFirst(done).prefix(length - done))
            hashes.append(hash.folded)
            done = length
        }
        return hashes
    }

    private static func hash(_ bytes: ArraySlice<UInt8>) -> UInt64 {
        var hash = StableHash()
        hash.add(bytes)
        return hash.folded
    }
}
