import Glibc
import Testing

@testable import Platform

@Suite struct InheritedSocketTests {
    /// A socket that listens on loopback, or nothing but exists.
    private func socket(_ family: Int32, listens: Bool = true) throws -> (descriptor: Int32, port: Int) {
        let number = Glibc.socket(family, Int32(SOCK_STREAM.rawValue), 0)
        var bytes = [UInt8](repeating: 0, count: family == AF_INET ? 16 : 28)
        bytes[0] = UInt8(family)
        if family == AF_INET { bytes[4...7] = [127, 0, 0, 1] } else { bytes[23] = 1 }
        var size = socklen_t(bytes.count)
        let isBound = bytes.withUnsafeMutableBytes { room in
            guard let address = room.baseAddress?.assumingMemoryBound(to: sockaddr.self) else { return false }
            return bind(number, address, size) == 0 && getsockname(number, address, &size) == 0
        }
        try #require(isBound)
        if listens { try #require(listen(number, 1) == 0) }
        return (number, Int(bytes[2]) << 8 | Int(bytes[3]))
    }

    @Test("a socket says where it listens, and is found by any way to write that")
    func places() throws {
        let four = try socket(AF_INET)
        let first = try #require(InheritedSocket(four.descriptor))
        #expect(first.place.description == "127.0.0.1:\(four.port)")
        #expect(first.isAt(host: "127.0.0.1", port: four.port))
        #expect(!first.isAt(host: "127.0.0.1", port: four.port + 1) && !first.isAt(host: "127.0.0.2", port: four.port))
        #expect(!first.isAt(host: "::1", port: four.port) && !first.isAt(path: "127.0.0.1"))
        let six = try socket(AF_INET6)
        let second = try #require(InheritedSocket(six.descriptor))
        #expect(second.place.description == "[::1]:\(six.port)")
        #expect(second.isAt(host: "0:0:0:0:0:0:0:1", port: six.port) && !second.isAt(host: "nonsense", port: six.port))

        let path = "/tmp/inherited-\(UInt64.random(in: 0 ... .max))"
        let listener = try UnixSocket.listen(at: path, mode: 0o600)
        defer { listener.remove() }
        let third = try #require(InheritedSocket(dup(listener.raw)))
        #expect(third.place == .path(path))
        #expect(third.isAt(path: path) && third.isAt(path: "/tmp/../\(path)") && !third.isAt(path: "/tmp"))
        #expect(fcntl(third.raw, F_GETFD) & FD_CLOEXEC != 0)
    }

    @Test("what is no stream socket that listens is none")
    func others() throws {
        let silent = try socket(AF_INET, listens: false).descriptor
        defer { close(silent) }
        for number in [-1, 99_999, STDIN_FILENO, silent] { #expect(InheritedSocket(number) == nil) }
    }

    @Test("descriptors are taken only where they are meant for this process")
    func environment() {
        for (count, process) in [(nil, "7"), ("1", nil), ("1", "8"), ("0", "7"), ("-1", "7"), ("many", "7")] {
            #expect(InheritedSocket.handed(count: count, to: process, own: 7).isEmpty)
        }
    }
}
