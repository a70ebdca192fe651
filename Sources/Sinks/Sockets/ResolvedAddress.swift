import Glibc
import Platform

/// Addresses as the system has them, and sockets connected to them.
enum ResolvedAddress {
    // SAFETY: the list of getaddrinfo(3) is freed after its last use; addresses are read by calls that keep no pointer
    // to them.

    /// How often a wait looks whether its task was cancelled.
    private static let sliceMilliseconds: Int32 = 100

    /// A stream connected to the first address of an endpoint that answers; it neither waits nor is inherited.
    static func connected(to endpoint: Endpoint, deadline: SocketDeadline) throws(SocketFailure) -> Descriptor {
        try any(of: endpoint, type: SOCK_STREAM) { address throws(SocketFailure) in
            let socket = try make(address, SOCK_STREAM, endpoint)
            if address.family != AF_UNIX { prepare(socket.raw) }
            try connect(socket, address, endpoint, deadline)
            return socket
        }
    }

    /// A datagram socket that sends to an endpoint.
    static func datagrams(to endpoint: Endpoint) throws(SocketFailure) -> Descriptor {
        try any(of: endpoint, type: SOCK_DGRAM) { address throws(SocketFailure) in
            let socket = try make(address, SOCK_DGRAM, endpoint)
            guard call(Glibc.connect, socket.raw, address) == 0 else { throw failure(endpoint) }
            return socket
        }
    }

    private struct Address {
        var family: Int32
        var bytes: [UInt8]
    }

    private static func any(
        of endpoint: Endpoint, type: __socket_type, _ use: (Address) throws(SocketFailure) -> Descriptor
    ) throws(SocketFailure) -> Descriptor {
        var last = SocketFailure("\"\(endpoint)\" has no address")
        for address in try endpoint.host.isEmpty ? [unix(endpoint)] : resolve(endpoint, type) {
            do {
                return try use(address)
            } catch {
                last = error
            }
        }
        throw last
    }

    private static func resolve(_ endpoint: Endpoint, _ type: __socket_type) throws(SocketFailure) -> [Address] {
        var hints = addrinfo()
        hints.ai_socktype = Int32(type.rawValue)
        var list: UnsafeMutablePointer<addrinfo>?
        let status = getaddrinfo(endpoint.host, "\(endpoint.port)", &hints, &list)
        guard status == 0 else {
            throw SocketFailure(
                "cannot find the address of \"\(endpoint.host)\": \(String(cString: gai_strerror(status)))")
        }
        defer { freeaddrinfo(list) }
        var addresses: [Address] = []
        var next = list
        while let entry = next?.pointee {
            let bytes = UnsafeRawBufferPointer(start: entry.ai_addr, count: Int(entry.ai_addrlen))
            addresses.append(Address(family: entry.ai_family, bytes: Array(bytes)))
            next = entry.ai_next
        }
        return addresses
    }

    private static func unix(_ endpoint: Endpoint) throws(SocketFailure) -> Address {
        var address = sockaddr_un()
        address.sun_family = sa_family_t(AF_UNIX)
        let path = Array(endpoint.path.utf8)
        let fits = withUnsafeMutableBytes(of: &address.sun_path) { room in
            guard path.count < room.count, !path.contains(0) else { return false }
            room.copyBytes(from: path)
            return true
        }
        guard fits else {
            throw SocketFailure("the path of \"\(endpoint)\" is too long for a socket", needsPerson: true)
        }
        return Address(family: AF_UNIX, bytes: withUnsafeBytes(of: &address) { Array($0) })
    }

    private static func make(
        _ address: Address, _ type: __socket_type, _ endpoint: Endpoint
    ) throws(SocketFailure) -> Descriptor {
        let flags = type.rawValue | SOCK_NONBLOCK.rawValue | SOCK_CLOEXEC.rawValue
        let number = socket(address.family, Int32(flags), 0)
        guard number >= 0 else { throw failure(endpoint) }
        return Descriptor(number)
    }

    /// Batches are written whole: nothing is gained by waiting for more. A peer that vanished is noticed by the system.
    private static func prepare(_ descriptor: Int32) {
        var on: Int32 = 1
        setsockopt(descriptor, Int32(IPPROTO_TCP), TCP_NODELAY, &on, socklen_t(MemoryLayout<Int32>.size))
        setsockopt(descriptor, SOL_SOCKET, SO_KEEPALIVE, &on, socklen_t(MemoryLayout<Int32>.size))
    }

    private static func connect(
        _ socket: Descriptor, _ address: Address, _ endpoint: Endpoint, _ deadline: SocketDeadline
    ) throws(SocketFailure) {
        if call(Glibc.connect, socket.raw, address) == 0 { return }
        guard errno == EINPROGRESS else { throw failure(endpoint) }
        while let milliseconds = deadline.milliseconds(atMost: sliceMilliseconds) {
            if Task.isCancelled { throw SocketFailure("the connection to \(endpoint) was given up") }
            var entry = pollfd(fd: socket.raw, events: Int16(POLLOUT), revents: 0)
            guard poll(&entry, 1, milliseconds) > 0 else { continue }
            var (code, length) = (Int32(0), socklen_t(MemoryLayout<Int32>.size))
            getsockopt(socket.raw, SOL_SOCKET, SO_ERROR, &code, &length)
            if code == 0 { return }
            throw failure(endpoint, code)
        }
        throw SocketFailure("\(endpoint) did not answer within \(deadline.length)")
    }

    private static func call(
        _ function: (Int32, UnsafePointer<sockaddr>, socklen_t) -> Int32, _ descriptor: Int32, _ address: Address
    ) -> Int32 {
        address.bytes.withUnsafeBytes { bytes in
            guard let start = bytes.baseAddress else { return -1 }
            return function(descriptor, start.assumingMemoryBound(to: sockaddr.self), socklen_t(bytes.count))
        }
    }

    private static func failure(_ endpoint: Endpoint, _ code: Int32 = errno) -> SocketFailure {
        SocketFailure(SystemError("connect to", "\(endpoint)", code: code))
    }
}
