public import AgentCore
public import EventModel
import Glibc

extension Entry {
    // SAFETY: the bytes of the body are only read while they are lent.

    /// Which of `count` lanes the entry belongs to: the same for all of one guest. What is about no guest is in the
    /// first.
    public func lane(of count: Int) -> Int {
        guard count > 1 else { return 0 }
        return attribute("subject") { subject in
            // FNV-1a: the same in every process, unlike Swift's own hashes.
            let hash = subject.reduce(0xCBF2_9CE4_8422_2325 as UInt64) { ($0 ^ UInt64($1)) &* 0x100_0000_01B3 }
            return Int((hash ^ (hash >> 32)) % UInt64(count))
        } ?? 0
    }

    /// When the event happened, by its source's clock; nil where the body does not say.
    public var time: Timestamp? {
        var reader = TimestampReader()
        return time(by: &reader)
    }

    /// The same, for one entry after the other.
    func time(by reader: inout TimestampReader) -> Timestamp? {
        attribute("time") { reader.read($0) }
    }

    /// Lends the text of an attribute as it stands in the body, escapes and all. `EventEncoder` writes the attributes
    /// before `data`: the first value that is no string ends the search.
    @inline(__always)
    private func attribute<Result>(
        _ name: StaticString, _ use: (UnsafeBufferPointer<UInt8>) -> Result?
    ) -> Result? {
        body.withUnsafeBufferPointer { body in
            var members = WrittenMembers(body)
            while let found = members.name(), let value = members.text() {
                guard found.count == name.utf8CodeUnitCount, let start = found.baseAddress,
                    memcmp(start, name.utf8Start, found.count) == 0
                else { continue }
                return use(value.bytes)
            }
            return nil
        }
    }
}
