/// Writes metrics in either format, family by family.
struct MetricsText {
    private typealias Labels = [(name: String, value: String)]

    private(set) var bytes: [UInt8] = []
    private let format: MetricsFormat

    init(_ format: MetricsFormat) {
        self.format = format
    }

    /// The values of the labels of a sample, in the order of the family's names.
    typealias LabelValues = [String]

    /// A family of counters.
    mutating func counters(_ family: MetricFamily, _ samples: [(labels: LabelValues, value: UInt64)]) {
        guard !samples.isEmpty else { return }
        head(format == .prometheus ? family.queriedName : family.name, family)
        for sample in samples { line(family.queriedName, Self.labels(family, sample.labels), "\(sample.value)") }
    }

    /// A family of gauges.
    mutating func gauges(_ family: MetricFamily, _ samples: [(labels: LabelValues, value: Double)]) {
        guard !samples.isEmpty else { return }
        head(family.name, family)
        for sample in samples { line(family.name, Self.labels(family, sample.labels), Self.text(sample.value)) }
    }

    /// A single gauge.
    mutating func gauge(_ family: MetricFamily, _ value: Double) {
        gauges(family, [([], value)])
    }

    /// A family of histograms: the counts of the buckets by themselves, the last without end.
    mutating func histograms(
        _ family: MetricFamily, bounds: [Double], _ samples: [(labels: LabelValues, counts: [UInt64], sum: Double)]
    ) {
        guard !samples.isEmpty else { return }
        head(family.name, family)
        for sample in samples {
            let labels = Self.labels(family, sample.labels)
            var total: UInt64 = 0
            for (index, count) in sample.counts.enumerated() {
                total += count
                let bound = index < bounds.count ? Self.text(bounds[index]) : "+Inf"
                line("\(family.name)_bucket", labels + [("le", bound)], "\(total)")
            }
            line("\(family.name)_sum", labels, Self.text(sample.sum))
            line("\(family.name)_count", labels, "\(total)")
        }
    }

    /// The end of the page.
    consuming func finish() -> [UInt8] {
        if format == .openMetrics { bytes += "# EOF\n".utf8 }
        return bytes
    }

    private mutating func head(_ name: String, _ family: MetricFamily) {
        bytes += "# HELP \(name) \(family.help)\n# TYPE \(name) \(family.kind.rawValue)\n".utf8
    }

    private static func labels(_ family: MetricFamily, _ values: LabelValues) -> Labels {
        zip(family.labels, values).map { (name: $0, value: $1) }
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
