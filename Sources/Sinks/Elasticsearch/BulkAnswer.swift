import EventModel
import Glibc

/// What Elasticsearch says about the lines of a `_bulk` request, in their order.
struct BulkAnswer {
    /// What became of one event.
    struct Item: Equatable {
        var status: Int
        /// Elasticsearch's words about an error.
        var reason: String
    }

    /// Of a reason.
    private static let reasonLimit = 300

    /// What Elasticsearch answers about an event it has stored, asked for nothing but its status and its error.
    private static let stored = Array(#"{"create":{"status":201}}"#.utf8)
    private static let (begin, end) = (Array(#"{"items":["#.utf8), Array("]}".utf8))

    // SAFETY: bytes are compared within the bounds of the list they are lent by.
    let items: [Item]
    /// Whether every event is stored by this request.
    let areAllStored: Bool

    /// Nil when it is no answer to a request with that many events.
    init?(_ bytes: [UInt8], count: Int) {
        areAllStored = Self.areAllStored(bytes, count)
        if areAllStored {
            items = Array(repeating: Item(status: 201, reason: ""), count: count)
            return
        }
        guard let root = try? JSONDocument(bytes).root.value, let list = root["items"]?.array, list.count == count
        else { return nil }
        var items: [Item] = []
        items.reserveCapacity(count)
        for entry in list {
            guard let result = entry.members?.first?.value, let status = result["status"]?.integer else { return nil }
            let error = result["error"]
            let words = [error?["type"]?.string, error?["reason"]?.string].compactMap(\.self).joined(separator: ": ")
            items.append(Item(status: Int(status), reason: String(words.prefix(Self.reasonLimit))))
        }
        self.items = items
    }

    /// Whether it is the very text that nearly every answer is: then it need not be read as JSON.
    private static func areAllStored(_ bytes: [UInt8], _ count: Int) -> Bool {
        let length = stored.count + 1
        guard count > 0, bytes.count == begin.count + count * length - 1 + end.count, bytes.starts(with: begin),
            bytes.suffix(end.count).elementsEqual(end)
        else { return false }
        let items = bytes[begin.count..<bytes.count - end.count]
        guard items.starts(with: stored) else { return false }
        if count == 1 { return true }
        // Each is what the one before it is, and the first is right.
        return items[items.startIndex + stored.count] == UInt8(ascii: ",")
            && items.withUnsafeBytes { items in
                guard let start = items.baseAddress else { return false }
                return memcmp(start, start + length, items.count - length) == 0
            }
    }
}
