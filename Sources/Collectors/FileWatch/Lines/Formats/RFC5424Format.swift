/// The part of RFC 5424 after the version: time, host, program, process, message id, structured data, message.
enum RFC5424Format {
    static func decode(_ fields: inout LineFields, from start: Int) -> String? {
        var place = start
        for name in ["time", "host", "program", "pid", "msgid"] {
            guard let end = fields.find(" ", from: place, before: fields.end), end > place else {
                return "there is no \(name)"
            }
            let isNil = end == place + 1 && fields.text[place] == UInt8(ascii: "-")
            if name == "time" {
                fields.time = isNil ? nil : place..<end
            } else if !isNil {
                fields.set(name, place..<end)
            }
            place = end + 1
        }
        if fields.has("-", at: place) {
            place += 1
        } else {
            guard fields.has("[", at: place) else { return "there is no structured data, nor - for none" }
            while fields.has("[", at: place) {
                guard let next = element(at: place, of: &fields) else { return "structured data is not closed" }
                place = next
            }
        }
        guard place == fields.end || fields.has(" ", at: place) else { return "no space follows the structured data" }
        place = min(place + 1, fields.end)
        // A byte order mark says that the message is UTF-8, and is no part of it.
        if fields.has("\u{FEFF}", at: place) { place += 3 }
        fields.message = place..<fields.end
        return nil
    }

    /// `[id name="value" …]`; gives where the line goes on.
    private static func element(at start: Int, of fields: inout LineFields) -> Int? {
        var place = start + 1
        while let byte = fields.byte(place), byte > 0x20, byte != UInt8(ascii: "]") { place += 1 }
        let id = start + 1..<place
        guard !id.isEmpty else { return nil }
        while fields.has(" ", at: place) {
            while fields.has(" ", at: place) { place += 1 }
            if fields.has("]", at: place) { break }
            guard let equals = fields.find("=", from: place, before: fields.end), fields.has("\"", at: equals + 1)
            else {
                return nil
            }
            let name = fields.append(fields.text[id])
            fields.append(UInt8(ascii: "."))
            fields.append(Array(fields.text[place..<equals]))
            let nameEnd = fields.text.count
            guard let (value, next) = value(at: equals + 2, of: &fields) else { return nil }
            fields.set(name.lowerBound..<nameEnd, value)
            place = next
        }
        return fields.has("]", at: place) ? place + 1 : nil
    }

    /// A value up to its quote; `\"`, `\\` and `\]` are read.
    private static func value(at start: Int, of fields: inout LineFields) -> (Range<Int>, Int)? {
        var place = start
        var hasEscapes = false
        while let byte = fields.byte(place), byte != UInt8(ascii: "\"") {
            if byte == UInt8(ascii: "\\") {
                hasEscapes = true
                place += 1
            }
            place += 1
        }
        guard fields.has("\"", at: place) else { return nil }
        guard hasEscapes else { return (start..<place, place + 1) }
        let valueStart = fields.text.count
        var from = start
        while from < place {
            let byte = fields.text[from]
            if byte == UInt8(ascii: "\\"), from + 1 < place, Set("\"\\]".utf8).contains(fields.text[from + 1]) {
                from += 1
            }
            fields.append(fields.text[from])
            from += 1
        }
        return (valueStart..<fields.text.count, place + 1)
    }
}
