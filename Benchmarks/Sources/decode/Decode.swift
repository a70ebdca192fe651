import Measuring

/// Decoding of pages of 1000 events, beside libxml2's SAX2 push interface with handlers that do nothing.
///
///     decode [ROUNDS]
@main
enum Decode {
    private static let rounds = 60
    /// Our time over the limit's: at least 75 % of its speed.
    private static let goal = 1 / 0.75

    static func main() async {
        await measuring {
            let rounds = CommandLine.arguments.dropFirst().first.flatMap { Int($0) } ?? rounds
            var comparison = Comparison(\.processor, per: "event", digits: 2)
            for page in Pages.all() {
                let contest = Contest(
                    rounds: rounds,
                    [.init("EventPageDecoder", round: page.decode), .init("libxml2, C", round: page.scan)])
                comparison.add(page.title, try await contest.run(), events: 1, goal: goal)
            }
            comparison.show("Decode: processor time, \(rounds) rounds in turns")
        }
    }
}
