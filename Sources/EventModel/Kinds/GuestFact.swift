/// What a system that carries guests tells about one of them, beyond its power: what containers and QEMU machines have
/// and vSphere has not.
///
/// The type is `vm.` or `container.` and the word given with each case; all have `message` in their `data`.
public enum GuestFact: Sendable, Hashable {
    /// `scheduled`: it runs on these CPUs from now on. `data`: `cpuPackage`.
    case scheduled(cpuPackage: Int)
    /// `init-pid-found`: its first process as the host counts it. `data`: `pid`.
    case initPidFound(Int)
    /// `interface-added`. `data`: `interface`.
    case interfaceAdded(String)
    /// `interface-removed`. `data`: `interface`.
    case interfaceRemoved(String)
    /// `interface-renamed`. `data`: `interface`, the name before, and `newName`.
    case interfaceRenamed(String, to: String)
    /// `interface-up`. `data`: `interface`, and `peer`, its other end on the host, where there is one.
    case interfaceUp(String, peer: String?)
    /// `interface-down`. `data`: `interface`.
    case interfaceDown(String)
    /// `halted`: it was shut down from inside.
    case halted
    /// `rebooted`: it was restarted from inside.
    case rebooted

    /// The event. `id` is unique within the source; whoever tells the same again gives the same.
    public func event(of guest: Guest, id: String, source: String, at time: Timestamp) -> Event {
        Event(
            id: id, source: source, type: EventType(rawValue: "\(guest.kind.rawValue).\(word)"), time: time,
            severity: self == .halted || self == .rebooted ? .notice : .info, change: change, guest: guest,
            data: data(of: guest))
    }

    /// The second word of the type.
    public var word: String {
        switch self {
        case .scheduled: "scheduled"
        case .initPidFound: "init-pid-found"
        case .interfaceAdded: "interface-added"
        case .interfaceRemoved: "interface-removed"
        case .interfaceRenamed: "interface-renamed"
        case .interfaceUp: "interface-up"
        case .interfaceDown: "interface-down"
        case .halted: "halted"
        case .rebooted: "rebooted"
        }
    }

    private var change: Change {
        switch self {
        case .scheduled, .initPidFound, .interfaceRenamed, .interfaceUp, .interfaceDown: .set
        // The interface is a part of the guest: for the set of guests it is a property.
        case .interfaceAdded, .interfaceRemoved: .set
        case .halted, .rebooted: .none
        }
    }

    private func data(of guest: Guest) -> JSONText {
        let name = guest.name ?? guest.id
        let (message, members): (String, [JSONValue.Member]) =
            switch self {
            case .scheduled(let package):
                ("\(name) runs on CPU package \(package).", [.init("cpuPackage", .number("\(package)"))])
            case .initPidFound(let pid): ("The first process of \(name) is \(pid).", [.init("pid", .number("\(pid)"))])
            case .interfaceAdded(let interface):
                ("\(name) got the interface \(interface).", [.init("interface", .string(interface))])
            case .interfaceRemoved(let interface):
                ("\(name) lost the interface \(interface).", [.init("interface", .string(interface))])
            case .interfaceRenamed(let interface, let new):
                (
                    "The interface \(interface) of \(name) is called \(new).",
                    [.init("interface", .string(interface)), .init("newName", .string(new))]
                )
            case .interfaceUp(let interface, let peer):
                (
                    "The interface \(interface) of \(name) is up.",
                    [.init("interface", .string(interface))] + (peer.map { [.init("peer", .string($0))] } ?? [])
                )
            case .interfaceDown(let interface):
                ("The interface \(interface) of \(name) is down.", [.init("interface", .string(interface))])
            case .halted: ("\(name) was shut down from inside.", [])
            case .rebooted: ("\(name) was restarted from inside.", [])
            }
        return JSONText(.object([.init("message", .string(message))] + members))
    }
}
