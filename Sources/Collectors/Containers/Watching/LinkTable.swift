import Platform

/// The network links of the host and whose the namespaces are: pure.
struct LinkTable: Sendable {
    /// Links remembered of the host's own namespace.
    static let maximumLinks = 65_536

    /// The links of the agent's own namespace.
    private var own: [Int32: NetworkLink] = [:]
    /// The container a namespace is told of, by the number the host has for it: of several that share one, as those of
    /// a pod do, the one that came first.
    private var owners: [Int32: ContainerKey] = [:]
    private var namespaces: [ContainerKey: Int32] = [:]

    /// What a message means for a container.
    struct Change: Sendable, Hashable {
        var key: ContainerKey
        var index: Int32
        /// Nil: it is gone.
        var interface: ContainerInterface?
    }

    /// The namespace is this container's, unless it is another's already.
    mutating func take(_ namespace: Int32, for key: ContainerKey) -> Bool {
        guard owners[namespace] == nil || owners[namespace] == key else { return false }
        owners[namespace] = key
        namespaces[key] = namespace
        return true
    }

    /// The container is gone; its number may become another's.
    mutating func release(_ key: ContainerKey) {
        if let namespace = namespaces.removeValue(forKey: key) { owners[namespace] = nil }
    }

    /// The namespace of a container; nil when it has none of its own.
    func namespace(of key: ContainerKey) -> Int32? { namespaces[key] }

    /// Whether somebody has that namespace.
    func isKnown(_ namespace: Int32) -> Bool { owners[namespace] != nil }

    /// Whether a message tells of a namespace nobody is known to have: the other end of a pair is there, or a link was
    /// moved there. A namespace gets its number by that, after its own first message.
    func namesStranger(_ message: RouteMessage) -> Bool {
        switch message {
        case .link(let link): link.linkNamespace.map { !isKnown($0) } ?? false
        case .linkGone(let link): link.newNamespace.map { !isKnown($0) } ?? false
        default: false
        }
    }

    /// Begins anew with the links of the agent's own namespace.
    mutating func begin(_ messages: [RouteMessage]) {
        own = [:]
        for message in messages { _ = take(message, in: nil) }
    }

    /// Takes a message of a namespace, nil: the agent's own. The change of a container, if it is one.
    mutating func take(_ message: RouteMessage, in namespace: Int32?) -> Change? {
        guard let namespace else {
            switch message {
            case .link(let link) where own.count < Self.maximumLinks || own[link.index] != nil: own[link.index] = link
            case .linkGone(let link): own[link.index] = nil
            default: break
            }
            return nil
        }
        guard let key = owners[namespace] else { return nil }
        switch message {
        case .link(let link) where !link.isLoopback && link.index > 0 && !link.name.isEmpty:
            return Change(key: key, index: link.index, interface: interface(link, in: namespace))
        case .linkGone(let link) where !link.isLoopback:
            return Change(key: key, index: link.index, interface: nil)
        default: return nil
        }
    }

    /// All interfaces of a namespace, of the answer to a question.
    func interfaces(_ messages: [RouteMessage], in namespace: Int32) -> [Int32: ContainerInterface] {
        var interfaces: [Int32: ContainerInterface] = [:]
        for case .link(let link) in messages where !link.isLoopback && !link.name.isEmpty {
            interfaces[link.index] = interface(link, in: namespace)
        }
        return interfaces
    }

    /// With its peer: the host's link that says that its other end is this one.
    private func interface(_ link: NetworkLink, in namespace: Int32) -> ContainerInterface {
        let peer = link.link.flatMap { own[$0] }
        let isPeer = peer.map { $0.link == link.index && $0.linkNamespace == namespace } ?? false
        return ContainerInterface(name: link.name, isUp: link.isUp, peer: isPeer ? peer?.name : nil)
    }
}
