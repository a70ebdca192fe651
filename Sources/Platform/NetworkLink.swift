/// A network interface as the kernel tells of it: rtnetlink(7), `struct ifinfomsg` and its attributes.
package struct NetworkLink: Sendable, Hashable {
    package var index: Int32
    package var name: String
    /// Switched on by the administrator: `IFF_UP`, whether there is a carrier or not.
    package var isUp: Bool
    package var isLoopback: Bool
    /// The other end of a pair, or what it stands on; nil when there is none.
    package var link: Int32?
    /// The number of the namespace `link` counts in; nil: the interface's own.
    package var linkNamespace: Int32?
    /// The namespace it was moved to, in the notice that takes it away from the old one.
    package var newNamespace: Int32?

    package init(
        index: Int32, name: String, isUp: Bool = false, isLoopback: Bool = false, link: Int32? = nil,
        linkNamespace: Int32? = nil, newNamespace: Int32? = nil
    ) {
        (self.index, self.name, self.isUp, self.isLoopback) = (index, name, isUp, isLoopback)
        (self.link, self.linkNamespace, self.newNamespace) = (link, linkNamespace, newNamespace)
    }

    private static let headerBytes = 16
    private static let flagUp: UInt32 = 1
    private static let flagLoopback: UInt32 = 8
    private static let families: Set<UInt8> = [0]

    /// Reads the body of a message; nil when it is none of an interface itself: those of bridge ports (`AF_BRIDGE`)
    /// tell of the port, and look like its end when it leaves the bridge.
    init?(_ body: ArraySlice<UInt8>) {
        guard let family = body.first, Self.families.contains(family), let index = body.word(at: 4),
            let flags = body.word(at: 8), body.count >= Self.headerBytes
        else { return nil }
        self.init(
            index: Int32(bitPattern: index), name: "", isUp: flags & Self.flagUp != 0,
            isLoopback: flags & Self.flagLoopback != 0)
        for (type, value) in NetlinkAttributes(body.dropFirst(Self.headerBytes)) {
            switch type {
            case 3: name = value.terminatedText
            case 5: link = value.word(at: 0).map { Int32(bitPattern: $0) }
            case 37: linkNamespace = value.word(at: 0).map { Int32(bitPattern: $0) }
            case 45: newNamespace = value.word(at: 0).map { Int32(bitPattern: $0) }
            default: break
            }
        }
        if link == 0 { link = nil }
    }
}

/// What the kernel tells on a routing socket of links and namespaces.
package enum RouteMessage: Sendable, Hashable {
    /// The link is there, as told: new, changed or just as before.
    case link(NetworkLink)
    /// The link is gone from its namespace.
    case linkGone(NetworkLink)
    /// The answer to `RouteRequest.namespace`; nil when it has no number here.
    case namespace(Int32?)
    /// The end of an answer; 0, or the negative `errno`.
    case end(Int32)

    /// Takes a datagram apart; what it does not know is passed over, and it ends where the bytes make no sense.
    package static func messages(in bytes: [UInt8]) -> [RouteMessage] {
        NetlinkMessages(bytes).compactMap { message in
            switch message.type {
            case 16: NetworkLink(message.body).map { .link($0) }
            case 17: NetworkLink(message.body).map { .linkGone($0) }
            case 88: .namespace(namespace(in: message.body))
            case 2: .end(Int32(bitPattern: message.body.word(at: 0) ?? 0))
            case 3: .end(0)
            default: nil
            }
        }
    }

    private static func namespace(in body: ArraySlice<UInt8>) -> Int32? {
        for (type, value) in NetlinkAttributes(body.dropFirst(4)) where type == 1 {
            guard let number = value.word(at: 0) else { return nil }
            return Int32(bitPattern: number) < 0 ? nil : Int32(bitPattern: number)
        }
        return nil
    }
}

/// A question to the kernel on a routing socket.
package enum RouteRequest: Sendable, Hashable {
    /// The number this namespace has for the network namespace of a process: `RTM_GETNSID`.
    case namespace(ofProcess: Int32)
    /// All links of a namespace; nil: of the socket's own. `RTM_GETLINK`.
    case links(inNamespace: Int32?)

    /// The request as the kernel reads it.
    package func bytes(sequence: UInt32) -> [UInt8] {
        switch self {
        case .namespace(let pid):
            // Its struct rtgenmsg is one byte, padded.
            message(type: 90, flags: 1, sequence, body: [0, 0, 0, 0], attributes: [(2, UInt32(bitPattern: pid))])
        case .links(let namespace):
            // No statistics: RTEXT_FILTER_SKIP_STATS.
            message(
                type: 18, flags: 0x301, sequence, body: [UInt8](repeating: 0, count: 16),
                attributes: [(29, 8)] + [namespace].compactMap { $0 }.map { (UInt16(46), UInt32(bitPattern: $0)) })
        }
    }

    private func message(
        type: UInt16, flags: UInt16, _ sequence: UInt32, body: [UInt8], attributes: [(UInt16, UInt32)]
    ) -> [UInt8] {
        var bytes: [UInt8] = []
        bytes.append(word: UInt32(16 + body.count + 8 * attributes.count))
        bytes.append(half: type)
        bytes.append(half: flags)
        bytes.append(word: sequence)
        bytes.append(word: 0)
        bytes += body
        for (type, value) in attributes {
            bytes.append(half: 8)
            bytes.append(half: type)
            bytes.append(word: value)
        }
        return bytes
    }
}

extension NetlinkSocket {
    /// Messages of one answer at the most: a namespace with more links is not looked at to the end.
    private static let answerLimit = 65_536

    /// Asks, and gives the whole answer. Throws what the kernel answered: `EPERM`, `ENODEV` for a namespace that is
    /// gone.
    package func ask(_ request: RouteRequest) throws(SystemError) -> [RouteMessage] {
        try send(request.bytes(sequence: 1))
        var answer: [RouteMessage] = []
        while answer.count < Self.answerLimit {
            // The kernel answers before `send` returns, and goes on with each read.
            guard case .datagram(let datagram) = try receive() else { break }
            for message in RouteMessage.messages(in: datagram.bytes) {
                if case .end(let code) = message {
                    if code < 0 { throw SystemError("ask", "the kernel by netlink", code: 0 &- code) }
                    return answer
                }
                answer.append(message)
                // This answer is one message without an end.
                if case .namespace = message { return answer }
            }
        }
        return answer
    }
}
