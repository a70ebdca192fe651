public import EventModel
import Platform

/// Limits for publishers that publish from several tasks: what one of them publishes counts for all.
public final class SharedPublishLimits: Sendable {
    private let limits: Locked<PublishLimits>

    public init(_ limits: PublishLimits) {
        self.limits = Locked(limits)
    }

    /// Events left out so far.
    public var filtered: Int { limits.withLock { $0.filtered } }

    /// The event as it passes; nil when it is left out.
    public func admit(_ event: Event) -> Event? {
        limits.withLock { $0.admit(event) }
    }

    /// The limits as the publish rule of an `EventManager`: all its producers and all injected events share them.
    public var rule: PublishRule {
        { event in self.admit(event).map { .accepted($0) } ?? .filtered("more of its type than the limits allow") }
    }
}
