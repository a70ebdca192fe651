/// The entries of one row, read back.
struct BatchContent {
    /// What stands beside an entry's id and body.
    struct Head: Equatable {
        /// The number of its type in `types`.
        var type: Int64
        /// Its severity's.
        var rank: Int
        /// The number of its source in `sources`.
        var source: Int64
    }

    /// One entry: places in `bytes`.
    struct Item {
        var head: Head
        var id: Range<Int>
        var body: Range<Int>
    }

    let bytes: [UInt8]
    let items: [Item]

    /// Reads a row's content; nil when it is not what `BatchBuilder` writes.
    init?(_ bytes: [UInt8], sizes: [Int]) {
        var items: [Item] = []
        items.reserveCapacity(sizes.count)
        var (body, head) = (0, sizes.reduce(0, +))
        let span = bytes.span
        for size in sizes {
            guard let type = span.variableLength(at: &head), let rank = span.variableLength(at: &head),
                let source = span.variableLength(at: &head), let length = span.variableLength(at: &head),
                length <= UInt64(max(0, span.count - head))
            else { return nil }
            let id = head..<head + Int(length)
            items.append(
                Item(
                    head: Head(
                        type: Int64(clamping: type), rank: Int(clamping: rank), source: Int64(clamping: source)),
                    id: id, body: body..<body + size))
            (body, head) = (body + size, id.upperBound)
        }
        guard head == bytes.count else { return nil }
        (self.bytes, self.items) = (bytes, items)
    }

    /// An entry's id.
    func id(_ item: Item) -> String { String(decoding: bytes[item.id], as: UTF8.self) }

    /// An entry's JSON, in the memory that the entries of the row share.
    func body(_ item: Item) -> ArraySlice<UInt8> { bytes[item.body] }

    /// Reads the column `sizes`; nil when it is damaged: as many numbers as entries, of a sum SQLite can store.
    static func sizes(_ bytes: [UInt8], count: Int) -> [Int]? {
        guard count > 0, count <= bytes.count else { return nil }
        var sizes: [Int] = []
        sizes.reserveCapacity(count)
        var (position, sum) = (0, 0)
        for _ in 0..<count {
            guard let size = bytes.span.variableLength(at: &position), size <= UInt64(maximumBytes - sum) else {
                return nil
            }
            sizes.append(Int(size))
            sum += Int(size)
        }
        return position == bytes.count ? sizes : nil
    }

    /// SQLite stores no more in a row.
    static let maximumBytes = 1_000_000_000
}
