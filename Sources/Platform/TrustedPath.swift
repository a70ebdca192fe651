import CLinux
import Glibc

/// The way to a file through symbolic links, of which only those count that root or this user laid.
///
/// Whoever may write into a folder beside us could otherwise lay a link there, and have us write where it leads. A file
/// found by this is opened with `O_NOFOLLOW`: a link laid meanwhile is not followed.
package enum TrustedPath {
    /// As many as the kernel follows.
    private static let mostLinks = 40

    /// The path of what the last component leads to; the path itself where that is no link, or nothing yet.
    ///
    /// Throws `EPERM` for a link that somebody else laid, `ELOOP` for too many.
    package static func resolved(_ path: String) throws(SystemError) -> String {
        var resolved = path
        for _ in 0..<mostLinks {
            guard let target = try target(of: resolved) else { return resolved }
            let folder = resolved.lastIndex(of: "/").map { resolved[...$0] } ?? ""
            resolved = target.hasPrefix("/") ? target : folder + target
        }
        throw SystemError("follow the links of", path, code: ELOOP)
    }

    /// Removes a name so that a file can be made there with `O_EXCL`: what a run that was killed left, or a link that
    /// somebody laid, which leads nowhere then. That there is none is fine.
    package static func clear(_ path: String) {
        unlink(path)
    }

    private static func target(of path: String) throws(SystemError) -> String? {
        var (owner, length) = (uid_t(0), 0)
        let bytes = [UInt8](unsafeUninitializedCapacity: Int(PATH_MAX)) { buffer, count in
            // SAFETY: the call writes at most as many bytes as it is told, and says how many.
            length = buffer.withMemoryRebound(to: CChar.self) { text in
                text.baseAddress.map { gw_read_link(path, $0, text.count, &owner) } ?? -1
            }
            count = max(0, min(length, buffer.count))
        }
        if length < 0, errno == ENOENT { return nil }
        guard length >= 0 else { throw SystemError("look at", path) }
        guard length > 0 else { return nil }
        guard owner == 0 || owner == geteuid() else {
            throw SystemError("follow another user's link", path, code: EPERM)
        }
        return String(decoding: bytes, as: UTF8.self)
    }
}
