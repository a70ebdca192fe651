import CLinux
import Glibc

/// Sends datagrams to one destination, by UDP or in the file system. Never waits.
package struct DatagramSocket: Sendable {
    /// What became of a datagram.
    package enum Outcome: Sendable, Equatable {
        case sent
        /// Larger than the system takes.
        case tooLarge
        /// The destination's queue or the system's own has no room now.
        case full
        /// The code of what went wrong.
        case failed(Int32)
    }

    private enum Way: Sendable {
        case connected(Descriptor)
        /// To a unix socket, connected to anew for each: what listens may come and go.
        case anew([UInt8])
    }

    private let way: Way

    /// By a socket that is connected to its destination.
    package init(_ connected: Descriptor) {
        way = .connected(connected)
    }

    /// To a unix socket by its path, or the name of an abstract one, written with '@'. Nil for what is neither, or too
    /// long. Nothing is kept open.
    package init?(_ name: String) {
        guard name.hasPrefix("/") || name.hasPrefix("@") else { return nil }
        // The name of an abstract socket begins with a zero byte.
        let address = name.hasPrefix("@") ? [0] + name.utf8.dropFirst() : Array(name.utf8)
        guard address.count <= MemoryLayout.size(ofValue: sockaddr_un().sun_path) else { return nil }
        way = .anew(address)
    }

    /// Sends one datagram.
    package func send(_ bytes: [UInt8]) -> Outcome {
        switch way {
        case .connected(let descriptor): return Self.send(bytes, by: descriptor)
        case .anew(let address):
            let descriptor = Descriptor(socket(AF_UNIX, Int32(SOCK_DGRAM.rawValue) | Int32(SOCK_CLOEXEC.rawValue), 0))
            guard Self.connect(descriptor, address) else { return .failed(errno) }
            return Self.send(bytes, by: descriptor)
        }
    }

    private static func connect(_ descriptor: Descriptor, _ address: [UInt8]) -> Bool {
        var name = sockaddr_un()
        name.sun_family = sa_family_t(AF_UNIX)
        withUnsafeMutableBytes(of: &name.sun_path) { $0.copyBytes(from: address) }
        let length = socklen_t(MemoryLayout<sa_family_t>.size + address.count)
        // SAFETY: connect(2) reads `length` bytes of the address, which is as long and alive during the call.
        return withUnsafePointer(to: &name) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { Glibc.connect(descriptor.raw, $0, length) == 0 }
        }
    }

    private static func send(_ bytes: [UInt8], by descriptor: Descriptor) -> Outcome {
        while true {
            // SAFETY: send(2) reads no more than the bytes it is given.
            let count = Glibc.send(descriptor.raw, bytes, bytes.count, Int32(MSG_NOSIGNAL) | Int32(MSG_DONTWAIT))
            if count >= 0 { return .sent }
            switch errno {
            case EMSGSIZE: return .tooLarge
            case EINTR: continue
            case EAGAIN, ENOBUFS: return .full
            case let code: return .failed(code)
            }
        }
    }
}
