import EventModel

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

    let items: [Item]

    /// Nil when it is no answer to a request with that many events.
    init?(_ bytes: [UInt8], count: Int) {
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
}
