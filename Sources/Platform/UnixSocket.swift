import CLinux
import Glibc

/// A stream socket in the file system, unix(7), that never waits: what would have to wait says so.
///
/// Whoever waits for it does so by `raw` in a `Readiness`, and takes it out there before `close`.
package final class UnixSocket: Sendable {
    /// Who made the other end.
    package struct Peer: Sendable, Hashable {
        /// As the agent's own process id namespace counts it; 0 where it is outside of that.
        package var pid: Int32
        package var uid: UInt32
    }

    /// Connections that wait to be accepted: all machines of a large host come back at once after a restart.
    private static let backlog: Int32 = 1024

    private let descriptor: Descriptor
    /// Where it listens.
    private let path: String?

    private init(_ descriptor: Descriptor, path: String? = nil) {
        (self.descriptor, self.path) = (descriptor, path)
    }

    /// The number for system calls; -1 once closed.
    package var raw: Int32 { descriptor.raw }

    /// Listens at a path, for whom `mode` lets write there.
    ///
    /// A file that a listener which is gone left behind is replaced; where somebody listens, `EADDRINUSE` is thrown.
    package static func listen(at path: String, mode: UInt32) throws(SystemError) -> UnixSocket {
        let socket = try make(for: path)
        if File.exists(path) { try removeLeftover(path) }
        // Before `bind`, so that there is no moment in which more may connect than shall.
        guard fchmod(socket.raw, mode) == 0, try socket.withAddress(path, bind) == 0, setMode(of: path, mode),
            Glibc.listen(socket.raw, backlog) == 0
        else { throw SystemError("listen at", path) }
        return UnixSocket(socket.descriptor, path: path)
    }

    /// Connects to a listener: at once or not at all, for a unix socket has nothing on its way to wait for.
    ///
    /// Throws `EAGAIN` where the listener's queue is full, `ECONNREFUSED` where nobody listens.
    package static func connect(to path: String) throws(SystemError) -> UnixSocket {
        let socket = try make(for: path)
        guard try socket.withAddress(path, Glibc.connect) == 0 else { throw SystemError("connect to", path) }
        return socket
    }

    /// The next connection that came; nil when none waits.
    package func accept() throws(SystemError) -> UnixSocket? {
        let number = gw_accept(raw)
        if number >= 0 { return UnixSocket(Descriptor(number)) }
        let code = errno
        // One that gave up before it was accepted is none.
        if code == EAGAIN || code == ECONNABORTED || code == EINTR { return nil }
        throw SystemError("accept a connection at", "a unix socket", code: code)
    }

    /// Who made the other end; for a connection one made oneself, who called listen(2) there.
    package func peer() throws(SystemError) -> Peer {
        var (pid, uid): (Int32, UInt32) = (0, 0)
        // SAFETY: both are written by the call, which keeps neither pointer.
        guard gw_peer_process(raw, &pid, &uid) == 0 else { throw SystemError("ask for", "the peer of a unix socket") }
        return Peer(pid: pid, uid: uid)
    }

    /// Reads what there is, at most `limit` bytes; empty at the end. Nil when it would have to wait.
    package func read(upTo limit: Int) throws(SystemError) -> [UInt8]? {
        try descriptor.read(upTo: limit, of: "a unix socket")
    }

    /// Writes as much as the other end has room for, and says how much that was.
    package func write(_ bytes: ArraySlice<UInt8>) throws(SystemError) -> Int {
        while true {
            // SAFETY: send(2) reads no more than the slice it is given. Without a signal when the other end is gone.
            let written = bytes.withUnsafeBytes { send(raw, $0.baseAddress, $0.count, Int32(MSG_NOSIGNAL)) }
            if written >= 0 { return written }
            let code = errno
            if code == EAGAIN { return 0 }
            if code != EINTR { throw SystemError("write to", "a unix socket", code: code) }
        }
    }

    /// Closes it; more than once does no harm.
    package func close() {
        descriptor.close()
    }

    /// Closes a listener, and removes its file.
    package func remove() {
        close()
        if let path { unlink(path) }
    }

    private static func make(for path: String) throws(SystemError) -> UnixSocket {
        let number = socket(AF_UNIX, Int32(SOCK_STREAM.rawValue | SOCK_NONBLOCK.rawValue | SOCK_CLOEXEC.rawValue), 0)
        guard number >= 0 else { throw SystemError("make a socket for", path) }
        return UnixSocket(Descriptor(number))
    }

    /// Removes the file of a listener that is gone. Throws `EADDRINUSE` where one is there, or the file is no socket.
    private static func removeLeftover(_ path: String) throws(SystemError) {
        do throws(SystemError) {
            try connect(to: path).close()
        } catch {
            guard error.code == ECONNREFUSED, isSocket(path) else {
                throw SystemError("listen at", path, code: error.code == ENOENT ? ENOENT : EADDRINUSE)
            }
            guard unlink(path) == 0 || errno == ENOENT else { throw SystemError("remove", path) }
            return
        }
        throw SystemError("listen at", path, code: EADDRINUSE)
    }

    /// What the umask took away; never of what a link laid there meanwhile leads to.
    private static func setMode(of path: String, _ mode: UInt32) -> Bool {
        var status = stat()
        guard lstat(path, &status) == 0 else { return false }
        return status.st_mode & 0o7777 == mode || fchmodat(AT_FDCWD, path, mode, AT_SYMLINK_NOFOLLOW) == 0
    }

    private static func isSocket(_ path: String) -> Bool {
        var status = stat()
        return lstat(path, &status) == 0 && status.st_mode & S_IFMT == S_IFSOCK
    }

    /// Calls bind(2) or connect(2) with the address of a path. Throws `ENAMETOOLONG` where the address has no room.
    private func withAddress(
        _ path: String, _ call: (Int32, UnsafePointer<sockaddr>, socklen_t) -> Int32
    ) throws(SystemError) -> Int32 {
        var address = sockaddr_un()
        address.sun_family = sa_family_t(AF_UNIX)
        let bytes = Array(path.utf8)
        // SAFETY: the path and the zero behind it fit into the field, as was checked before it is copied there.
        let fits = withUnsafeMutableBytes(of: &address.sun_path) { room in
            guard bytes.count < room.count, !bytes.contains(0) else { return false }
            room.copyBytes(from: bytes)
            return true
        }
        guard fits else { throw SystemError("use the path of a socket", path, code: ENAMETOOLONG) }
        // SAFETY: both calls read an address of this size and keep no pointer to it.
        return withUnsafePointer(to: &address) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                call(raw, $0, socklen_t(MemoryLayout<sockaddr_un>.size))
            }
        }
    }
}
