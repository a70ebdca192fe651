package import AgentCore
import EventModel
import Glibc
import Platform

/// Follows files and makes events of their lines.
///
/// A function (checkpoint, files) → (events, checkpoint): `Follower` decides, this performs. Each poll brings what is
/// new, up to `roomLines` lines or `roomBytes` bytes, or waits for it, 5 s at the most: the kernel tells of changes by
/// inotify, and every `pollInterval` it looks for itself. While a full batch is committed the next one is read.
package actor FileWatchCollector: ReadsAhead {
    package static let kind = "file-watch"
    /// So much makes the cost of a commit small beside that of the lines. Three batches are in memory at a time: one
    /// committed, one read ahead, and that one encoded.
    private static let roomLines = 4096
    private static let roomBytes = 2 << 20
    /// A poll returns after so long when nothing happens.
    private static let pollLimit = Duration.seconds(5)
    /// Looking takes at most this part of the time: rarely, when nothing is told; often, when names change.
    private static let (restAfterPoll, restAfterNotice) = (50, 4)
    /// Between two looks, so that what is done in several steps is seen as one.
    private static let shortestRest = Duration.milliseconds(5)

    private nonisolated let executor = ThreadExecutor(name: "file-watch")
    package nonisolated var unownedExecutor: UnownedSerialExecutor { executor.asUnownedSerialExecutor() }

    private let configuration: FileWatchConfiguration
    private let settings: FollowSettings
    private let context: CollectorContext
    private let tree: LinuxFileTree
    private var translator: LineTranslator
    private nonisolated let readiness: Readiness
    private let clock = ContinuousClock()
    private let begun = ContinuousClock.now
    private var notices: FileNotices?
    private var follower: Follower<LinuxFileTree>?
    /// The checkpoint of the last batch handed out.
    private var handedOut: Checkpoint?
    /// Read while the last batch was committed.
    private var ahead: Batch?
    private var (nextLook, earliestLook): (Duration, Duration) = (.zero, .zero)

    package init(_ configuration: FileWatchConfiguration, in context: CollectorContext) throws {
        (self.configuration, self.context) = (configuration, context)
        settings = configuration.settings()
        tree = LinuxFileTree(root: context.host.root)
        translator = LineTranslator(configuration.lines, host: context.host, collector: context.name)
        readiness = try Readiness()
    }

    deinit {
        executor.stop()
    }

    package func poll(after checkpoint: Checkpoint?) async throws -> Batch {
        let follower = try follower(after: checkpoint)
        var batch: Batch
        if let ahead {
            self.ahead = nil
            batch = ahead
        } else {
            batch = try await withTaskCancellationHandler {
                try collect(follower, waits: true)
            } onCancel: { [readiness] in
                readiness.wake()
            }
        }
        if let checkpoint = batch.checkpoint { handedOut = checkpoint }
        batch.hasMore = !batch.isLast && follower.hasWork
        return batch
    }

    package func readAhead() -> [EncodedEvent] {
        guard let follower, ahead == nil, var batch = try? collect(follower, waits: false), !batch.events.isEmpty else {
            return []
        }
        batch.encodeAhead()
        ahead = batch
        return batch.encoded ?? []
    }

    package func stop() async {
        forget()
        executor.stop()
    }

    package func probe() async throws -> String {
        let found = PathSearch(settings.patterns, excluding: settings.excluded, in: tree).run().files
        guard let last = found.max(by: { $0.look.modified < $1.look.modified }) else {
            return "none of the files is there yet"
        }
        _ = try tree.open(last.path).read(at: 0, upTo: 1)
        let time = Timestamp(nanoseconds: last.look.modified).rfc3339
        return "\(found.count) files; \"\(last.path)\" was written last, at \(time)"
    }

    // MARK: Reading

    /// Goes on where the last batch ended, or begins again where the checkpoint says.
    private func follower(after checkpoint: Checkpoint?) throws -> Follower<LinuxFileTree> {
        if let follower, checkpoint == handedOut { return follower }
        forget()
        let place = try checkpoint.map { try FollowCheckpoint($0) }
        let follower = Follower(settings, in: tree, after: place)
        (self.follower, handedOut) = (follower, checkpoint)
        if !configuration.once { notices = try? FileNotices(root: context.host.root, in: readiness) }
        return follower
    }

    private func forget() {
        (follower, notices, ahead, handedOut) = (nil, nil, nil, nil)
        // Whatever parts of lines it holds are read again.
        translator.forget()
        (nextLook, earliestLook) = (.zero, .zero)
    }

    /// What is new; waits for it if that is wanted.
    private func collect(_ follower: Follower<LinuxFileTree>, waits: Bool) throws -> Batch {
        let end = uptime + Self.pollLimit
        while true {
            let now = uptime
            try takeNotices(follower, at: now)
            if now >= nextLook || follower.needsLook && now >= earliestLook { look(follower, at: now) }
            let events = read(follower)
            if !events.isEmpty || follower.isChanged {
                return Batch(events: events, checkpoint: follower.checkpoint(holding: translator.held).encoded())
            }
            if configuration.once, !follower.needsLook, !follower.hasWork { return finish(follower) }
            guard waits, !Task.isCancelled, now < end else { return Batch(events: [], checkpoint: nil) }
            if follower.hasWork { continue }
            let next = follower.needsLook ? min(nextLook, earliestLook) : nextLook
            _ = try readiness.wait(upTo: min(next, end) - now)
        }
    }

    private func read(_ follower: Follower<LinuxFileTree>) -> [Event] {
        var room = ReadRoom(lines: Self.roomLines, bytes: Self.roomBytes)
        let now = context.clock.now()
        let pieces = follower.read(&room, at: uptime, readAt: now)
        var events: [Event] = []
        for piece in pieces {
            switch piece {
            case .lines(let lines): translator.translate(lines, into: &events)
            case .gap(let gap): events.append(gap.event(source: translator.source, collector: context.name, at: now))
            case .unreadable(let file):
                events.append(file.event(source: translator.source, collector: context.name, at: now))
            case .ended(let identity): events += translator.finish(identity)
            }
        }
        return events
    }

    private func takeNotices(_ follower: Follower<LinuxFileTree>, at now: Duration) throws {
        guard let told = try notices?.read() else { return }
        for path in told.paths { follower.noticed(path) }
        if told.needsLook { nextLook = min(nextLook, max(now, earliestLook)) }
    }

    private func look(_ follower: Follower<LinuxFileTree>, at now: Duration) {
        follower.look(at: now)
        let isMore = notices?.watch(folders: follower.folders, links: follower.links) ?? false
        let after = uptime
        let cost = after - now
        earliestLook = after + max(Self.shortestRest, cost * Self.restAfterNotice)
        nextLook = isMore ? earliestLook : after + max(configuration.pollInterval, cost * Self.restAfterPoll)
    }

    /// The end of a reading that is made once: what waited for more is handed out.
    private func finish(_ follower: Follower<LinuxFileTree>) -> Batch {
        follower.endAll()
        var events: [Event] = []
        while follower.hasWork { events += read(follower) }
        // Files are at their end for good, and so are the lines in them.
        for identity in translator.held.keys.sorted() { events += translator.finish(identity) }
        return Batch(events: events, checkpoint: follower.checkpoint().encoded(), isLast: true)
    }

    private var uptime: Duration { clock.now - begun }
}
