/// A line of syslog: RFC 5424 with its structured data, RFC 3164, and the two forms rsyslog writes into files, the
/// traditional one (RFC 3164 without the priority) and the one with an RFC 3339 time.
///
/// Fields: `facility` and `level` from the priority, `host`, `program`, `pid`, `msgid`, and `sdID.name` for structured
/// data. The rest is the message.
package enum SyslogFormat {
    private static let levels = ["emerg", "alert", "crit", "err", "warning", "notice", "info", "debug"]
    private static let facilities = [
        "kern", "user", "mail", "daemon", "auth", "syslog", "lpr", "news", "uucp", "cron", "authpriv", "ftp", "ntp",
        "security", "console", "solaris-cron", "local0", "local1", "local2", "local3", "local4", "local5", "local6",
        "local7",
    ]

    /// Reads the line; nil, or what is wrong.
    package static func decode(_ fields: inout LineFields) -> String? {
        var place = 0
        if fields.has("<", at: 0) {
            guard let next = priority(of: &fields) else { return "<…> is no priority" }
            place = next
            if fields.has("1 ", at: place) { return RFC5424Format.decode(&fields, from: place + 2) }
        }
        guard let timeEnd = timeEnd(from: place, of: fields) else { return "there is no time" }
        fields.time = place..<timeEnd
        place = timeEnd + 1
        guard let hostEnd = fields.find(" ", from: place, before: fields.end), hostEnd > place else {
            return "there is no host"
        }
        // A line the machine wrote about itself may leave its name out: "Nov 21 04:47:07 kernel: …".
        if fields.text[hostEnd - 1] != UInt8(ascii: ":") {
            fields.set("host", place..<hostEnd)
            place = hostEnd + 1
        }
        fields.message = tag(from: place, of: &fields)..<fields.end
        return nil
    }

    /// Sets facility and level; gives where the line goes on.
    private static func priority(of fields: inout LineFields) -> Int? {
        guard let end = fields.find(">", from: 1, before: min(fields.end, 6)), end > 1 else { return nil }
        var value = 0
        for place in 1..<end {
            let digit = fields.text[place] &- 0x30
            guard digit <= 9 else { return nil }
            value = value * 10 + Int(digit)
        }
        guard value < 192 else { return nil }
        fields.set("facility", fields.append(facilities[value / 8].utf8))
        fields.set("level", fields.append(levels[value % 8].utf8))
        return end + 1
    }

    /// `Nov 21 04:47:07`, with a fraction or not, or an RFC 3339 time.
    private static func timeEnd(from start: Int, of fields: LineFields) -> Int? {
        if let first = fields.byte(start), first &- 0x30 <= 9 {
            guard let end = fields.find(" ", from: start, before: min(fields.end, start + 40)), end >= start + 19 else {
                return nil
            }
            return fields.has("T", at: start + 10) ? end : nil
        }
        guard fields.has(" ", at: start + 3), fields.has(":", at: start + 9), fields.has(":", at: start + 12) else {
            return nil
        }
        return fields.find(" ", from: start + 15, before: min(fields.end, start + 30))
    }

    /// `program[pid]: `; gives where the message begins. Text without a tag is all message.
    private static func tag(from start: Int, of fields: inout LineFields) -> Int {
        var place = start
        while let byte = fields.byte(place), byte > 0x20, byte != UInt8(ascii: ":"), byte != UInt8(ascii: "[") {
            place += 1
        }
        let program = start..<place
        var pid: Range<Int>?
        if fields.has("[", at: place), let close = fields.find("]", from: place, before: min(fields.end, place + 64)) {
            pid = place + 1..<close
            place = close + 1
        }
        guard !program.isEmpty, fields.has(":", at: place) else { return start }
        fields.set("program", program)
        if let pid { fields.set("pid", pid) }
        return fields.has(" ", at: place + 1) ? place + 2 : place + 1
    }
}
