/// Writes metrics in either format, family by family.
struct MetricsText {
    /// One sample's labels, in order.
    typealias Labels = [(name: String, value: String)]

    private(set) var bytes: [UInt8] = []
    private let format: MetricsFormat

    init(_ format: MetricsFormat) {
        self.format = format
    }

    /// A family of counters; `name` without `_total`.
    mutating func counters(_ name: String, _ help: String, _ samples: [(labels: Labels, value: UInt64)]) {
        guard !samples.isEmpty else { return }
        head(format == .prometheus ? "\(name)_total" : name, "counter", help)
        for sample in samples { line("\(name)_total", sample.labels, "\(sample.value)") }
    }

    /// A family of gauges.
    mutating func gauges(_ name: String, _ help: String, _ samples: [(labels: Labels, value: Double)]) {
        guard !samples.isEmpty else { return }
        head(name, "gauge", help)
        for sample in samples { line(name, sample.labels, Self.text(sample.value)) }
    }

    /// A single gauge.
    mutating func gauge(_ name: String, _ help: String, _ value: Double) {
        gauges(name, help, [([], value)])
    }

    /// A family of histograms: the counts of the buckets by themselves, the last without end.
    mutating func histograms(
        _ name: String, _ help: String, bounds: [Double],
        _ samples: [(labels: Labels, counts: [UInt64], sum: Double)]
    ) {
        guard !samples.isEmpty else { return }
        head(name, "histogram", help)
        for sample in samples {
            var total: UInt64 = 0
            for (index, count) in sample.counts.enumerated() {
                total += count
                let bound = index < bounds.count ? Self.text(bounds[index]) : "+Inf"
                line("\(name)_bucket", sample.labels + [("le", bound)], "\(total)")
            }
            line("\(name)_sum", sample.labels, Self.text(sample.sum))
            line("\(name)_count", sample.labels, "\(total)")
        }
    }

    /// The end of the page.
    consuming func finish() -> [UInt8] {
        if format == .openMetrics { bytes += "# EOF\n".utf8 }
        return bytes
    }

    private mutating func head(_ name: String, _ type: String, _ help: String) {
        bytes += "# HELP \(name) \(help)\n# TYPE \(name) \(type)\n".utf8
    }

    private mutating func line(_ name: String, _ labels: Labels, _ value: String) {
        bytes += name.utf8
        if !labels.isEmpty {
            let pairs = labels.map { "\($0.name)=\"\(Self.escaped($0.value))\"" }
            bytes += "{\(pairs.joined(separator: ","))}".utf8
        }
        bytes += " \(value)\n".utf8
    }

    private static func text(_ value: Double) -> String {
        value == value.rounded() && abs(value) < 1e15 ? "\(Int64(value))" : "\(value)"
    }

    /// Names come from the configuration and from sources: anything may stand in them.
    private static func escaped(_ text: String) -> String {
        var escaped = ""
        for scalar in text.unicodeScalars {
            switch scalar {
            case "\\": escaped += "\\\\"
            case "\"": escaped += "\\\""
            case "\n": escaped += "\\n"
            default: escaped.unicodeScalars.append(scalar)
            }
        }
        return escaped
    }
}
