/// Chance, handed in so that tests and simulations decide it.
package struct RandomSource: RandomNumberGenerator, Sendable {
    private let draw: @Sendable () -> UInt64

    /// `draw` gives 64 random bits at each call; it may be called from several tasks at once.
    package init(draw: @escaping @Sendable () -> UInt64) {
        self.draw = draw
    }

    package func next() -> UInt64 {
        draw()
    }

    /// The machine's own randomness.
    package static let system = RandomSource {
        var generator = SystemRandomNumberGenerator()
        return generator.next()
    }
}
