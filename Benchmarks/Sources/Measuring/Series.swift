/// The same figure of several rounds or runs.
package struct Series: Sendable {
    /// In the order of the rounds.
    package private(set) var values: [Double] = []

    package init(_ values: [Double] = []) {
        self.values = values
    }

    package mutating func append(_ value: Double) {
        values.append(value)
    }

    package var least: Double { values.min() ?? .nan }
    package var greatest: Double { values.max() ?? .nan }

    /// The middle value; of an even number of rounds the mean of the two in the middle.
    package var median: Double {
        let sorted = values.sorted()
        guard let last = sorted.indices.last else { return .nan }
        return (sorted[last / 2] + sorted[(last + 1) / 2]) / 2
    }
}
