import Glibc

/// One hot path with the same input every time, for valgrind to count its instructions: see `count.sh`.
///
///     instructions decode|translate|lines|commit|publish ROUNDS
///
/// What is made before the first round is the same for any number of rounds: the difference of two runs is the rounds'.
@main
enum Instructions {
    /// Of each round.
    static let events = 1000
    /// Rounds at most: their input is made before the first of them.
    static let mostRounds = 8

    static func main() async throws {
        let arguments = CommandLine.arguments
        guard arguments.count == 3, let rounds = Int(arguments[2]), (1...mostRounds).contains(rounds) else {
            throw NoMeasure("usage: instructions decode|translate|lines|commit|publish ROUNDS (1 to \(mostRounds))")
        }
        switch arguments[1] {
        case "decode": try VSpherePath.decode(rounds: rounds)
        case "translate": try VSpherePath.translate(rounds: rounds)
        case "lines": try LinesPath.run(rounds: rounds)
        case "commit": try await CommitPath.run(rounds: rounds)
        case "publish": try PublishPath.run(rounds: rounds)
        default: throw NoMeasure("there is no path \"\(arguments[1])\"")
        }
    }
}

/// Why nothing was measured.
struct NoMeasure: Error, CustomStringConvertible {
    let description: String

    init(_ description: String) {
        self.description = description
    }

    /// Throws where a round has not done its work.
    static func unless(_ holds: Bool) throws {
        if !holds { throw NoMeasure("the work was not done: its instructions would tell nothing") }
    }
}
