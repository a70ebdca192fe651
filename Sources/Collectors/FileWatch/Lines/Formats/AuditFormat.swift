/// A record of auditd: `type=VIRT_CONTROL msg=audit(1506321923.246:470): pid=1182 … msg='virt=kvm op=start vm="db" …'`.
///
/// The pairs within `msg='…'` are fields like those before it; a name that comes again is named `name.2`. Values that
/// auditd wrote in hexadecimal, as it does with names that hold spaces, are read. The time stands in `audit(…)`, as
/// seconds or, from `ausearch -i`, as a date of the local zone.
package enum AuditFormat {
    /// Names whose values auditd encodes when they hold more than plain letters.
    private static let encoded: Set<String> = [
        "vm", "exe", "comm", "cwd", "name", "proctitle", "acct", "path", "device", "old-disk", "new-disk", "old-fs",
        "new-fs", "old-chardev", "new-chardev", "old-rng", "new-rng", "rdev", "cgroup", "model",
    ]
    private static let pairs = PairReader()

    /// Reads the line; nil, or what is wrong.
    package static func decode(_ fields: inout LineFields) -> String? {
        var place = 0
        if fields.has("node=", at: 0), let end = fields.find(" ", from: 0, before: fields.end) {
            fields.set("node", 5..<end)
            place = end + 1
        }
        guard fields.has("type=", at: place), let typeEnd = fields.find(" ", from: place, before: fields.end) else {
            return "it does not begin with type="
        }
        fields.set("type", place + 5..<typeEnd)
        guard fields.has("msg=audit(", at: typeEnd + 1),
            let close = fields.find(")", from: typeEnd + 11, before: fields.end)
        else { return "there is no msg=audit(…)" }
        let stamp = typeEnd + 11..<close
        guard let colon = fields.text[stamp].lastIndex(of: UInt8(ascii: ":")) else { return "audit(…) has no serial" }
        fields.time = stamp.lowerBound..<colon
        fields.set("serial", colon + 1..<close)
        take(close + 1..<fields.end, of: &fields, isWithin: false)
        return nil
    }

    private static func take(_ range: Range<Int>, of fields: inout LineFields, isWithin: Bool) {
        var place = range.lowerBound
        while place < range.upperBound {
            if !isWithin, fields.has("msg='", at: place), place + 5 <= range.upperBound {
                let end = fields.text[place + 5..<range.upperBound].lastIndex(of: UInt8(ascii: "'")) ?? range.upperBound
                take(place + 5..<end, of: &fields, isWithin: true)
                place = end + 1
            } else if let pair = pairs.pair(at: place, before: range.upperBound, in: &fields) {
                set(pair, of: &fields)
                place = pair.next
            } else {
                place += 1
            }
        }
    }

    private static func set(_ pair: PairReader.Pair, of fields: inout LineFields) {
        let name = fields.string(pair.name)
        var value = pair.value
        if !pair.isQuoted, encoded.contains(name), let bytes = hexadecimal(fields.text[value]) {
            value = fields.append(bytes)
        }
        if fields.field(name) == nil {
            fields.set(pair.name, value)
        } else {
            fields.set("\(name).2", value)
        }
    }

    /// The bytes of a value in hexadecimal; nil when it is not.
    private static func hexadecimal(_ digits: ArraySlice<UInt8>) -> [UInt8]? {
        guard digits.count >= 2, digits.count % 2 == 0 else { return nil }
        var bytes: [UInt8] = []
        var half: UInt8?
        for digit in digits {
            let value: UInt8
            switch digit {
            case UInt8(ascii: "0")...UInt8(ascii: "9"): value = digit - UInt8(ascii: "0")
            case UInt8(ascii: "A")...UInt8(ascii: "F"): value = digit - UInt8(ascii: "A") + 10
            default: return nil
            }
            if let high = half {
                bytes.append(high << 4 | value)
                half = nil
            } else {
                half = value
            }
        }
        return String(validating: bytes, as: UTF8.self) == nil ? nil : bytes
    }
}
