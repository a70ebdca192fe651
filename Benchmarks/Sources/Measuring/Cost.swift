/// What one unit of work took, in seconds.
package struct Cost: Sendable {
    package var wall: Double
    /// Of all threads of this process.
    package var processor: Double

    /// As it was measured.
    package init(wall: Double, processor: Double) {
        (self.wall, self.processor) = (wall, processor)
    }

    /// Does the work, which consists of so many units.
    package init(of units: Int, _ work: () async throws -> Void) async rethrows {
        let (wall, processor) = (Stopwatch.wall, Stopwatch.processor)
        try await work()
        self.wall = (Stopwatch.wall - wall) / Double(units)
        self.processor = (Stopwatch.processor - processor) / Double(units)
    }
}
