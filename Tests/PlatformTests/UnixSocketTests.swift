import Glibc
import Platform
import Testing

@Suite struct UnixSocketTests {
    private let folder: String

    init() throws {
        folder = "/tmp/unixsocket-\(UInt64.random(in: 0 ... .max))"
        try File.makeFolder(folder)
    }

    private func clean() {
        unlink("\(folder)/s")
        rmdir(folder)
    }

    @Test("what one end writes the other reads, without waiting, and knows who it is")
    func conversation() throws {
        defer { clean() }
        let listener = try UnixSocket.listen(at: "\(folder)/s", mode: 0o660)
        #expect(try listener.accept() == nil)
        let client = try UnixSocket.connect(to: "\(folder)/s")
        let server = try #require(try listener.accept())
        #expect(try server.peer().pid == getpid() && client.peer() == server.peer())
        #expect(try server.read(upTo: 10) == nil)
        #expect(try client.write([1, 2, 3]) == 3)
        #expect(try server.read(upTo: 2) == [1, 2])
        client.close()
        #expect(try server.read(upTo: 2) == [3])
        #expect(try server.read(upTo: 2) == [])
        #expect(throws: SystemError.self) { _ = try server.write([4]) }
    }

    @Test("a writer is told how much there was room for")
    func room() throws {
        defer { clean() }
        let listener = try UnixSocket.listen(at: "\(folder)/s", mode: 0o600)
        let client = try UnixSocket.connect(to: "\(folder)/s")
        let bytes = [UInt8](repeating: 7, count: 8 << 20)
        let written = try client.write(bytes[...])
        #expect(written > 0 && written < bytes.count)
        #expect(try client.write(bytes[...]) == 0)
        listener.close()
    }

    @Test("a file left behind is replaced; a listener, a file and a path too long are not")
    func places() throws {
        defer { clean() }
        let first = try UnixSocket.listen(at: "\(folder)/s", mode: 0o660)
        var status = stat()
        #expect(stat("\(folder)/s", &status) == 0 && status.st_mode & 0o7777 == 0o660)
        #expect(throws: SystemError("listen at", "\(folder)/s", code: EADDRINUSE)) {
            _ = try UnixSocket.listen(at: "\(folder)/s", mode: 0o660)
        }
        first.close()
        let second = try UnixSocket.listen(at: "\(folder)/s", mode: 0o600)
        second.remove()
        #expect(!File.exists("\(folder)/s"))
        try File.replace("\(folder)/s", with: [])
        #expect(throws: SystemError.self) { _ = try UnixSocket.listen(at: "\(folder)/s", mode: 0o600) }
        #expect(throws: SystemError("connect to", "\(folder)/s", code: ECONNREFUSED)) {
            _ = try UnixSocket.connect(to: "\(folder)/s")
        }
        let long = "/" + String(repeating: "a", count: 200)
        #expect(throws: SystemError("use the path of a socket", long, code: ENAMETOOLONG)) {
            _ = try UnixSocket.connect(to: long)
        }
    }
}
