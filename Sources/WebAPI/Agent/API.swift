package import AgentCore
package import EventModel
package import Logging
package import Pipeline
import Platform

/// What the composition root hands to the API.
package struct APIContext: Sendable {
    package var events: EventManager
    package var version: String
    /// `collectors.json` as it is now and may be shown: without anything secret.
    package var configuration: @Sendable () -> JSONValue
    package var clock: AgentClock
    package var log: Logger
    /// Makes a sink of the configuration anew.
    package var makeSink: @Sendable (String) throws -> NamedSink
    /// Reads the configuration again and applies it.
    package var reload: @Sendable () async -> ReloadOutcome

    package init(
        events: EventManager, version: String, configuration: @escaping @Sendable () -> JSONValue, clock: AgentClock,
        log: Logger,
        makeSink: @escaping @Sendable (String) throws -> NamedSink,
        reload: @escaping @Sendable () async -> ReloadOutcome
    ) {
        (self.events, self.version, self.configuration) = (events, version, configuration)
        (self.clock, self.log, self.makeSink, self.reload) = (clock, log, makeSink, reload)
    }
}

/// What all endpoints share.
final class API: Sendable {
    let context: APIContext
    let guests: GuestFollower
    private let current: Locked<APIConfiguration>
    private let watch: Locked<ProgressWatch>

    init(_ context: APIContext, _ settings: APIConfiguration) {
        self.context = context
        current = Locked(settings)
        guests = GuestFollower(events: context.events, clock: context.clock, limit: settings.limits.guests)
        watch = Locked(ProgressWatch(patience: settings.stuckAfter))
    }

    var events: EventManager { context.events }
    var settings: APIConfiguration { current.withLock(\.self) }

    /// Goes on by other settings; limits hold for who comes from now on.
    func change(_ settings: APIConfiguration) {
        let old = current.withLock { current in
            defer { current = settings }
            return current
        }
        watch.withLock { $0.patience = settings.stuckAfter }
        guard settings.limits != old.limits else { return }
        events.setStreamLimits(settings.limits.ofStreams)
        guests.change(limit: settings.limits.guests)
    }

    /// The pipeline now. Looking is what the watch lives on.
    func sight() async -> AgentSight {
        let (status, now) = (await events.status(), context.clock.now())
        let isTracking = events.isTracking
        let watch = watch.withLock { watch in
            watch.observe(status, isTracking: isTracking, at: now)
            return watch
        }
        return AgentSight(status: status, now: now, watch: watch)
    }

    /// Looks regularly, so that who is stuck is known also when nobody asks. An idle agent wakes for it a few times a
    /// minute.
    @concurrent func keepWatch() async {
        while (try? await context.clock.sleep(max(settings.stuckAfter / 4, .milliseconds(100)))) != nil {
            _ = await sight()
        }
    }
}
