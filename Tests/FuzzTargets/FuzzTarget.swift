import EventModel

/// A decoder that takes bytes from outside, as a fuzzer calls it: any bytes, and nothing may come of them but a value
/// or an error.
///
/// A target of the main package, so that it reaches what is declared `package`, as the tests do: `FuzzTargetTests` run
/// every target over its seeds in the ordinary time, and `Tests/Fuzzing` links the same targets with libFuzzer.
public struct FuzzTarget: Sendable {
    /// The word for the command line, and the name of its folder in `Tests/Fuzzing/Corpus`.
    public let name: String
    /// What a fuzzer begins with.
    public let seeds: @Sendable (SeedFiles) -> [[UInt8]]
    /// Decodes. Stops the program where a promise is broken.
    public let run: @Sendable ([UInt8]) -> Void

    /// Every target there is.
    public static let all: [FuzzTarget] =
        texts + answers + configurations + lines + following + hostFiles + kernel + machines + runtimes + checkpoints
        + requests + stored + destinations + hubs + recordings

    /// The time at which everything is decoded.
    static let now = Timestamp(nanoseconds: 1_795_240_800_000_000_000)

    /// Stops the program, and says which promise was broken.
    static func check(_ holds: @autoclosure () -> Bool, _ promise: StaticString) {
        precondition(holds(), "broken: \(promise)")
    }

    /// Checks that what a decoder made are CloudEvents.
    static func checkEvents(_ events: [Event]) {
        for event in events {
            let again = try? EventDecoder.decode(EventEncoder.encode(event)).event
            check(again?.id == event.id, "what was decoded is a CloudEvent")
            check(again?.message == event.message, "and says the same")
        }
    }

    /// Seeds that are texts.
    static func seeds(_ texts: [String]) -> [[UInt8]] {
        texts.map { Array($0.utf8) }
    }
}
