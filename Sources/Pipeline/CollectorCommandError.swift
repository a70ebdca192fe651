public import AgentCore

/// Why a command about a collector was not performed; nothing changed by it, unless the case says so.
public enum CollectorCommandError: Error, Sendable, Equatable, CustomStringConvertible {
    /// No collector has the name.
    case unknown(String)
    /// A collector of that name is registered.
    case nameTaken(String)
    /// The same collector is registered under another name: each has one place to publish to.
    case registeredAs(String)
    case alreadyStarted(String)
    /// Another command about it is under way.
    case busy(String)
    /// It was told to stop but still runs: it does not heed cancellation.
    case stillStopping(String)
    case nothingToMonitor(String)
    /// Its kind has no objects to add and remove.
    case monitorsNoObjects(String, kind: String)
    case object(MonitoringError)
    /// The event manager stops, or has stopped.
    case stopping
    /// The collector's checkpoint could not be read. `replace` has removed the old collector then.
    case journal(JournalError)

    public var description: String {
        switch self {
        case .unknown(let name): "no collector is named \"\(name)\": list them to see the names"
        case .nameTaken(let name):
            "a collector named \"\(name)\" is registered: checkpoints are kept by name; replace it, or take another name"
        case .registeredAs(let name): "the collector is registered as \"\(name)\": unregister that first"
        case .alreadyStarted(let name): "the collector \"\(name)\" is already started"
        case .busy(let name): "another command about the collector \"\(name)\" is under way: try again when it is done"
        case .stillStopping(let name):
            "the collector \"\(name)\" was told to stop but still runs: wait, or replace it by a new one"
        case .nothingToMonitor(let name):
            "the collector \"\(name)\" has nothing to monitor: add an object first"
        case .monitorsNoObjects(let name, let kind):
            "the collector \"\(name)\" is of the kind \"\(kind)\", which has no objects to add or remove"
        case .object(let error): "\(error)"
        case .stopping: "the event manager stops: collectors are not changed any more"
        case .journal(let error): "\(error)"
        }
    }
}
