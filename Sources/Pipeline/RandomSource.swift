/// Chance, handed in so that tests and simulations decide it.
public struct RandomSource: RandomNumberGenerator, Sendable {
    private let draw: @Sendable () -> UInt64

    /// `draw` gives 64 random bits at each call; it may be called from several tasks at once.
    public init(draw: @escaping @Sendable () -> UInt64) {
        self.draw = draw
    }

    public func next() -> UInt64 {
        draw()
    }

    /// The machine's own randomness.
    public static let system = RandomSource {
        var generator = SystemRandomNumberGenerator()
        return generator.next()
    }
}
