/// What one unit of work took, in seconds.
package struct Cost: Sendable {
    package var wall: Double
    /// Of all threads of this process.
    package var processor: Double

    /// Does the work, which consists of so many units.
    package init(of units: Int, _ work: () async throws -> Void) async rethrows {
        let (wall, processor) = (Stopwatch.wall, Stopwatch.processor)
        try await work()
        self.wall = (Stopwatch.wall - wall) / Double(units)
        self.processor = (Stopwatch.processor - processor) / Double(units)
    }
}
