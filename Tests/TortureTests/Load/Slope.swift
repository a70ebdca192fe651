/// The straight line through measurements, by least squares.
struct Slope {
    /// By how much the value rises in a unit of the place.
    let perUnit: Double

    /// Through points (place, value); none without two places.
    init?(_ points: [(place: Double, value: Double)]) {
        let count = Double(points.count)
        let (meanPlace, meanValue) = (
            points.reduce(0) { $0 + $1.place } / count, points.reduce(0) { $0 + $1.value } / count
        )
        let spread = points.reduce(0) { $0 + ($1.place - meanPlace) * ($1.place - meanPlace) }
        guard points.count > 1, spread > 0 else { return nil }
        perUnit = points.reduce(0) { $0 + ($1.place - meanPlace) * ($1.value - meanValue) } / spread
    }
}
