/// The events of one answer, in the order of the answer.
package struct EventPage: Sendable, Hashable {
    /// Sound and damaged ones alike: look at `damage`.
    package var events: [VSphereEvent]
    /// Properties the server could not or would not read, of an answer made of properties.
    package var missing: [MissingProperty]
    /// Where WaitForUpdatesEx goes on from; nil in other answers and when nothing had changed.
    package var updateVersion: String?

    package init(events: [VSphereEvent] = [], missing: [MissingProperty] = [], updateVersion: String? = nil) {
        (self.events, self.missing, self.updateVersion) = (events, missing, updateVersion)
    }
}

/// A property that could not be read, and why.
package struct MissingProperty: Sendable, Hashable {
    /// The path that was asked for: `latestEvent`.
    package var path: String
    /// Why it is missing.
    package var fault: VSphereFault

    package init(path: String, fault: VSphereFault) {
        (self.path, self.fault) = (path, fault)
    }
}
