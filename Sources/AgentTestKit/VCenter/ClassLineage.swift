/// Which vim25 event class derives from which, as far as filters by base class need it.
///
/// Not a catalogue: the classes of tests and storms by name, the others by the prefix of their name.
enum ClassLineage {
    /// `className` and its base classes, `Event` last.
    static func of(_ className: String) -> [String] {
        var lineage = [className]
        while let last = lineage.last, last != "Event" { lineage.append(parent(of: last)) }
        return lineage
    }

    private static func parent(of className: String) -> String {
        if let parent = known[className] { return parent }
        let families = ["Vm", "Host", "Alarm", "Datastore", "Cluster", "Dvs", "DVPortgroup", "License", "Profile"]
        let family = families.first { className.hasPrefix($0) }.map { "\($0)Event" }
        return family == className ? "Event" : family ?? "Event"
    }

    private static let known = [
        "UserLoginSessionEvent": "SessionEvent", "UserLogoutSessionEvent": "SessionEvent",
        "BadUsernameSessionEvent": "SessionEvent", "SessionTerminatedEvent": "SessionEvent",
        "DrsVmPoweredOnEvent": "VmPoweredOnEvent", "DrsVmMigratedEvent": "VmMigratedEvent",
        "VmBeingClonedEvent": "VmCloneEvent", "VmClonedEvent": "VmCloneEvent", "VmCloneFailedEvent": "VmCloneEvent",
        "EnteredMaintenanceModeEvent": "HostEvent", "ExitMaintenanceModeEvent": "HostEvent",
        "EnteringMaintenanceModeEvent": "HostEvent", "DatastoreRenamedEvent": "DatastoreEvent",
        "DvsPortLinkUpEvent": "DvsEvent", "DvsPortLinkDownEvent": "DvsEvent", "VmEvent": "Event", "HostEvent": "Event",
        "TaskEvent": "Event", "EventEx": "Event", "ExtendedEvent": "GeneralEvent", "GeneralUserEvent": "GeneralEvent",
    ]
}
