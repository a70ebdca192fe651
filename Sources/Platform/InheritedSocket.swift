import Glibc

/// A socket that listened before this process began: opened by systemd, which hands it over as sd_listen_fds(3) says.
///
/// Stays open as long as the process lives, whoever listens on a copy of it: what comes while nobody does waits there.
package struct InheritedSocket: Sendable {
    /// Where it listens.
    package enum Place: Sendable, Hashable, CustomStringConvertible {
        case path(String)
        /// The address as inet_ntop(3) writes it.
        case address(String, port: UInt16)

        package var description: String {
            switch self {
            case .path(let path): path
            case .address(let host, let port): host.contains(":") ? "[\(host)]:\(port)" : "\(host):\(port)"
            }
        }
    }

    // SAFETY: getenv only reads; the calls on a descriptor write into variables of the sizes they are told, and keep no
    // pointer to them. A descriptor that is none fails with EBADF and is left out.

    /// The first descriptor handed over: SD_LISTEN_FDS_START.
    private static let first: Int32 = 3
    /// More are none of ours.
    private static let most: Int32 = 64

    package let place: Place
    private let descriptor: Descriptor

    /// The number for system calls.
    package var raw: Int32 { descriptor.raw }

    /// Takes over a descriptor; nil where it is no stream socket that listens at a path or an address.
    init?(_ number: Int32) {
        guard Self.option(SO_ACCEPTCONN, of: number) == 1,
            Self.option(SO_TYPE, of: number) == Int32(SOCK_STREAM.rawValue),
            let place = Self.place(of: number), fcntl(number, F_SETFD, FD_CLOEXEC) == 0
        else { return nil }
        (self.place, descriptor) = (place, Descriptor(number))
    }

    /// Those of this process. To be asked once: who asks owns them.
    package static var ofThisProcess: [InheritedSocket] {
        let variable = { (name: String) in getenv(name).map { String(cString: $0) } }
        return handed(count: variable("LISTEN_FDS"), to: variable("LISTEN_PID"))
    }

    /// As the environment says it: `LISTEN_FDS`, meant for the process `LISTEN_PID`.
    static func handed(count: String?, to process: String?, own: Int32 = getpid()) -> [InheritedSocket] {
        guard let count = count.flatMap({ Int32($0) }), count > 0, process.flatMap({ Int32($0) }) == own else {
            return []
        }
        return (first..<first + min(count, most)).compactMap { InheritedSocket($0) }
    }

    /// Whether it is the socket at a path, by whatever name of it.
    package func isAt(path: String) -> Bool {
        guard case .path(let own) = place else { return false }
        if own == path { return true }
        var (mine, other) = (stat(), stat())
        guard stat(own, &mine) == 0, stat(path, &other) == 0 else { return false }
        return mine.st_dev == other.st_dev && mine.st_ino == other.st_ino
    }

    /// Whether it is the socket at an address.
    package func isAt(host: String, port: Int) -> Bool {
        for family in [AF_INET, AF_INET6] {
            var bytes = [UInt8](repeating: 0, count: 16)
            guard inet_pton(family, host, &bytes) == 1, let name = Self.name(of: bytes, family) else { continue }
            return place == .address(name, port: UInt16(truncatingIfNeeded: port))
        }
        return false
    }

    private static func option(_ name: Int32, of number: Int32) -> Int32? {
        var (value, size) = (Int32(0), socklen_t(MemoryLayout<Int32>.size))
        return getsockopt(number, SOL_SOCKET, name, &value, &size) == 0 ? value : nil
    }

    private static func place(of number: Int32) -> Place? {
        var bytes = [UInt8](repeating: 0, count: MemoryLayout<sockaddr_storage>.size)
        var size = socklen_t(bytes.count)
        let result = bytes.withUnsafeMutableBytes { room in
            getsockname(number, room.baseAddress?.assumingMemoryBound(to: sockaddr.self), &size)
        }
        guard result == 0, Int(size) <= bytes.count, size > 2 else { return nil }
        let family = Int32(bytes.withUnsafeBytes { $0.loadUnaligned(as: sa_family_t.self) })
        let port = UInt16(bytes[2]) << 8 | UInt16(bytes[3])
        switch family {
        case AF_UNIX:
            // From the second byte on; an abstract name begins with 0 and has no file.
            let path = String(validating: bytes[2..<Int(size)].prefix { $0 != 0 }, as: UTF8.self) ?? ""
            return path.isEmpty ? nil : .path(path)
        // in_port_t, then in_addr; in IPv6 sin6_flowinfo stands between.
        case AF_INET: return name(of: Array(bytes[4..<8]), family).map { .address($0, port: port) }
        case AF_INET6: return name(of: Array(bytes[8..<24]), family).map { .address($0, port: port) }
        default: return nil
        }
    }

    private static func name(of address: [UInt8], _ family: Int32) -> String? {
        var text = [UInt8](repeating: 0, count: Int(INET6_ADDRSTRLEN))
        let isWritten = text.withUnsafeMutableBytes { room in
            inet_ntop(family, address, room.baseAddress?.assumingMemoryBound(to: CChar.self), socklen_t(room.count))
                != nil
        }
        return isWritten ? String(decoding: text.prefix { $0 != 0 }, as: UTF8.self) : nil
    }
}
