import Platform

/// Hears of the network interfaces of all containers on one socket of the host.
///
/// Not `Sendable`: one owner, one thread at a time.
final class LinkWatch {
    /// Datagrams read at once; the rest is told by the next `wait`.
    private static let datagramsAtOnce = 1024

    private let listening: NetlinkSocket
    private let asking: NetlinkSocket
    private var table = LinkTable()
    /// A namespace nobody is known to have was told of: some container got its first link.
    private(set) var hasStranger = false

    /// Throws without the right to hear of other namespaces.
    init() throws(SystemError) {
        listening = try NetlinkSocket.route()
        asking = try NetlinkSocket.asking()
        table.begin(try asking.ask(.links(inNamespace: nil)))
    }

    /// For `Readiness`.
    var raw: Int32 { listening.raw }

    /// Finds the namespace of a container by a process in it, and its interfaces; nil when it has none that the host
    /// has a number for, or shares it with another container.
    func interfaces(of key: ContainerKey, process: Int32) -> [Int32: ContainerInterface]? {
        guard let answer = try? asking.ask(.namespace(ofProcess: process)),
            case .namespace(let number?)? = answer.first, table.take(number, for: key),
            let links = try? asking.ask(.links(inNamespace: number))
        else { return nil }
        return table.interfaces(links, in: number)
    }

    /// Whether the container's namespace is known.
    func knows(_ key: ContainerKey) -> Bool { table.namespace(of: key) != nil }

    /// The container is gone.
    func release(_ key: ContainerKey) { table.release(key) }

    /// What was told, without waiting; nil when notices were lost: ask for all.
    func read() throws(SystemError) -> [LinkTable.Change]? {
        var changes: [LinkTable.Change] = []
        hasStranger = false
        for _ in 0..<Self.datagramsAtOnce {
            switch try listening.receive() {
            case .nothing: return changes
            case .overrun:
                table.begin((try? asking.ask(.links(inNamespace: nil))) ?? [])
                return nil
            case .datagram(let datagram):
                if let namespace = datagram.namespace, !table.isKnown(namespace) { hasStranger = true }
                for message in RouteMessage.messages(in: datagram.bytes) {
                    if table.namesStranger(message) { hasStranger = true }
                    if let change = table.take(message, in: datagram.namespace) { changes.append(change) }
                }
            }
        }
        return changes
    }
}
