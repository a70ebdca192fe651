/// `time=2026-11-21T05:14:51Z level=info msg="hello world" up`: pairs, one after the other; a name alone is true.
package enum LogfmtFormat {
    /// Reads the line; nil, or what is wrong.
    package static func decode(_ fields: inout LineFields) -> String? {
        let pairs = PairReader()
        var (place, count) = (0, 0)
        let limit = fields.end
        while place < limit {
            if fields.text[place] <= 0x20 {
                place += 1
            } else if let pair = pairs.pair(at: place, before: limit, in: &fields) {
                fields.set(pair.name, pair.value)
                (place, count) = (pair.next, count + 1)
            } else {
                let start = place
                while place < limit, PairReader.isName(fields.text[place]) { place += 1 }
                guard place > start, place == limit || fields.text[place] <= 0x20 else {
                    return "there is no name at character \(place + 1)"
                }
                fields.set(start..<place, fields.append("true".utf8), kind: .json)
            }
        }
        guard count > 0 else { return "there is no name=value" }
        if let message = fields.field("msg") ?? fields.field("message") { fields.message = message.value }
        return nil
    }
}
