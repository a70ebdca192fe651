/// Text with `name=value` somewhere in it: `dd invoked oom-killer: order=0, oom_score_adj=0`. All of it is the message.
package enum KeyValueFormat {
    private static let pairs = PairReader(ends: Set(",;)]}".utf8))

    /// Reads the line; nil, or what is wrong.
    package static func decode(_ fields: inout LineFields) -> String? {
        let count = decode(&fields, in: 0..<fields.end)
        return count > 0 ? nil : "there is no name=value"
    }

    /// Reads a part of a line; gives how many pairs it has.
    static func decode(_ fields: inout LineFields, in range: Range<Int>) -> Int {
        var (place, count) = (range.lowerBound, 0)
        while place < range.upperBound {
            if let pair = pairs.pair(at: place, before: range.upperBound, in: &fields) {
                fields.set(pair.name, pair.value)
                (place, count) = (pair.next, count + 1)
            } else {
                // On to where the next word may begin.
                while place < range.upperBound, PairReader.isName(fields.text[place]) { place += 1 }
                place += 1
            }
        }
        return count
    }
}
