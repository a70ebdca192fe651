import Glibc
import Platform
import Testing

@Suite("The way through links")
struct TrustedPathTests {
    private let folder: String

    init() throws {
        folder = "/tmp/trusted-path-\(UInt64.random(in: 0 ... .max))"
        try File.makeFolder(folder)
    }

    private func clean() {
        for name in ["a", "b", "c", "victim", "file", "file.new", "s"] { unlink("\(folder)/\(name)") }
        rmdir(folder)
    }

    @Test("links of one's own are followed, relative ones from where they lie, to a file or to nothing yet")
    func own() throws {
        defer { clean() }
        #expect(symlink("b", "\(folder)/a") == 0 && symlink("\(folder)/c", "\(folder)/b") == 0)
        #expect(try TrustedPath.resolved("\(folder)/a") == "\(folder)/c")
        try File.replace("\(folder)/c", with: [1])
        #expect(try TrustedPath.resolved("\(folder)/a") == "\(folder)/c")
        #expect(try TrustedPath.resolved("\(folder)/none") == "\(folder)/none")
    }

    @Test("a circle of links is an error")
    func circle() throws {
        defer { clean() }
        #expect(symlink("b", "\(folder)/a") == 0 && symlink("a", "\(folder)/b") == 0)
        #expect(throws: SystemError("follow the links of", "\(folder)/a", code: ELOOP)) {
            _ = try TrustedPath.resolved("\(folder)/a")
        }
    }

    @Test("a link of another user is refused", .enabled(if: getuid() == 0, "only root can give a link away"))
    func foreign() throws {
        defer { clean() }
        #expect(symlink("/etc/passwd", "\(folder)/a") == 0 && lchown("\(folder)/a", 65_534, 65_534) == 0)
        #expect(throws: SystemError("follow another user's link", "\(folder)/a", code: EPERM)) {
            _ = try TrustedPath.resolved("\(folder)/a")
        }
    }

    @Test("a file that is replaced is written beside it, through no link, and a link at its own place is replaced")
    func replaced() throws {
        defer { clean() }
        try File.replace("\(folder)/victim", with: [7])
        for name in ["file", "file.new"] { #expect(symlink("victim", "\(folder)/\(name)") == 0) }
        try File.replace("\(folder)/file", with: [1, 2], mode: 0o600)
        #expect(try File.read("\(folder)/victim", limit: 10) == [7])
        #expect(try File.read("\(folder)/file", limit: 10) == [1, 2])
        var status = stat()
        #expect(lstat("\(folder)/file", &status) == 0 && status.st_mode == S_IFREG | 0o600)
    }

    @Test("a socket is made at no link, whatever it leads to, and takes nobody's mode away")
    func socket() throws {
        defer { clean() }
        try File.replace("\(folder)/victim", with: [7], mode: 0o640)
        #expect(symlink("victim", "\(folder)/s") == 0)
        #expect(throws: SystemError.self) { _ = try UnixSocket.listen(at: "\(folder)/s", mode: 0o666) }
        var status = stat()
        #expect(stat("\(folder)/victim", &status) == 0 && status.st_mode & 0o777 == 0o640)
        unlink("\(folder)/s")
        #expect(symlink("nothing", "\(folder)/s") == 0)
        #expect(throws: SystemError.self) { _ = try UnixSocket.listen(at: "\(folder)/s", mode: 0o666) }
        #expect(!File.exists("\(folder)/nothing"))
    }
}
