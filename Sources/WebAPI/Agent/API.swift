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

    package init(
        events: EventManager, version: String, configuration: @escaping @Sendable () -> JSONValue, clock: AgentClock,
        log: Logger,
        makeSink: @escaping @Sendable (String) throws -> NamedSink
    ) {
        (self.events, self.version, self.configuration) = (events, version, configuration)
        (self.clock, self.log, self.makeSink) = (clock, log, makeSink)
    }
}

/// What all endpoints share.
final class API: Sendable {
    let context: APIContext
    let settings: APIConfiguration
    let guests: GuestFollower
    private let watch: Locked<ProgressWatch>

    init(_ context: APIContext, _ settings: APIConfiguration) {
        (self.context, self.settings) = (context, settings)
        guests = GuestFollower(events: context.events, clock: context.clock, limit: settings.limits.guests)
        watch = Locked(ProgressWatch(patience: settings.stuckAfter))
    }

    var events: EventManager { context.events }

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
        let pace = max(settings.stuckAfter / 4, .milliseconds(100))
        while (try? await context.clock.sleep(pace)) != nil { _ = await sight() }
    }
}
