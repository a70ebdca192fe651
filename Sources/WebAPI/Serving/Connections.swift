import NIOCore
import Platform

/// The connections that stand, and on which of them answers are under way.
final class Connections: Sendable {
    private struct Connection: Sendable {
        let channel: any Channel
        var answers = 0
    }

    private let all: Locked<[ObjectIdentifier: Connection]> = Locked([:])

    var count: Int { all.withLock(\.count) }

    /// Takes one up, if no more than `most` are there then.
    func take(_ channel: any Channel, most: Int) -> Bool {
        all.withLock { all in
            guard all.count < most else { return false }
            all[ObjectIdentifier(channel)] = Connection(channel: channel)
            return true
        }
    }

    /// One has ended.
    func drop(_ channel: any Channel) {
        all.withLock { $0[ObjectIdentifier(channel)] = nil }
    }

    /// An answer is under way, until `end` is called.
    func begin(on channel: any Channel) -> AnswerUnderWay {
        count(channel, 1)
        return AnswerUnderWay { self.count(channel, -1) }
    }

    /// An answer that was begun.
    struct AnswerUnderWay: Sendable {
        /// It is written, or will not be.
        let end: @Sendable () -> Void
    }

    private func count(_ channel: any Channel, _ change: Int) {
        all.withLock { $0[ObjectIdentifier(channel)]?.answers += change }
    }

    /// Closes those on which nothing is under way, neither in work nor on its way out.
    func closeIdle() async {
        for idle in all.withLock({ $0.values.filter { $0.answers == 0 } }) {
            let unsent = try? await idle.channel.getOption(.bufferedWritableBytes).get()
            guard unsent ?? 0 == 0 else { continue }
            // A request that came in this moment is answered still.
            idle.channel.pipeline.fireUserInboundEventTriggered(ChannelShouldQuiesceEvent())
        }
    }

    /// Closes them all, whatever is under way.
    func closeAll() {
        for connection in all.withLock({ Array($0.values) }) { connection.channel.close(promise: nil) }
    }
}
