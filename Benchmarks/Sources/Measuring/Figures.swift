/// Numbers as people read them.
package enum Figures {
    /// With this many digits after the point.
    package static func fixed(_ value: Double, _ digits: Int) -> String {
        guard value.isFinite else { return "-" }
        var scale = 1.0
        for _ in 0..<digits { scale *= 10 }
        let scaled = Int((value * scale).rounded())
        guard digits > 0 else { return grouped(scaled) }
        let fraction = String(abs(scaled) % Int(scale))
        let sign = scaled < 0 ? "-" : ""
        let zeros = String(repeating: "0", count: digits - fraction.count)
        return "\(sign)\(grouped(abs(scaled) / Int(scale))).\(zeros)\(fraction)"
    }

    /// With a comma at each thousand.
    package static func grouped(_ value: Int) -> String {
        var text = ""
        for (index, digit) in String(abs(value)).reversed().enumerated() {
            if index > 0, index % 3 == 0 { text.append(",") }
            text.append(digit)
        }
        return (value < 0 ? "-" : "") + String(text.reversed())
    }

    /// Whether a goal is met, in a word.
    package static func verdict(_ isMet: Bool) -> String {
        isMet ? "met" : "MISSED"
    }
}
