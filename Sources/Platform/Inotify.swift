import CLinux
import Glibc

/// Watches files and folders for changes: inotify(7).
///
/// A notice is a hint, never the truth: after `overflowed` and from time to time the owner looks for itself.
package final class Inotify: Sendable {
    /// What happened, as inotify(7) names it.
    package struct Mask: OptionSet, Sendable, Hashable {
        package var rawValue: UInt32

        package init(rawValue: UInt32) {
            self.rawValue = rawValue
        }

        package static let modified = Mask(rawValue: 0x2)
        package static let attributes = Mask(rawValue: 0x4)
        package static let closedAfterWriting = Mask(rawValue: 0x8)
        package static let movedFrom = Mask(rawValue: 0x40)
        package static let movedTo = Mask(rawValue: 0x80)
        package static let created = Mask(rawValue: 0x100)
        package static let deleted = Mask(rawValue: 0x200)
        package static let selfDeleted = Mask(rawValue: 0x400)
        package static let selfMoved = Mask(rawValue: 0x800)
        package static let unmounted = Mask(rawValue: 0x2000)
        /// Notices were lost: look for yourself. `Notice.watch` is -1.
        package static let overflowed = Mask(rawValue: 0x4000)
        /// The watch is gone: its object was deleted or unmounted, or it was removed.
        package static let ignored = Mask(rawValue: 0x8000)
        package static let isFolder = Mask(rawValue: 0x4000_0000)
        /// Only for `watch`: fails unless the path is a folder.
        package static let onlyFolder = Mask(rawValue: 0x0100_0000)
        /// Only for `watch`: does not follow a symbolic link.
        package static let noFollow = Mask(rawValue: 0x0200_0000)
    }

    /// One thing that happened.
    package struct Notice: Sendable, Hashable {
        /// The number `watch` gave.
        package var watch: Int32
        package var mask: Mask
        /// Ties the two halves of a rename together; 0 for all else.
        package var cookie: UInt32
        /// The name within the watched folder; empty when it is about the watched object itself.
        package var name: [UInt8]
    }

    /// Read at once; a notice with the longest name is 272 bytes.
    private static let readLimit = 64 << 10

    private let descriptor: Descriptor

    package init() throws(SystemError) {
        let number = inotify_init1(Int32(IN_CLOEXEC | IN_NONBLOCK))
        guard number >= 0 else { throw SystemError("make", "an inotify instance") }
        descriptor = Descriptor(number)
    }

    /// For `Readiness`: readable when there are notices.
    package var raw: Int32 { descriptor.raw }

    /// Watches a path from now on; watching an object again gives the same number and replaces the mask.
    ///
    /// `ENOSPC` means that the user may have no more watches (`fs.inotify.max_user_watches`).
    package func watch(_ path: String, for mask: Mask) throws(SystemError) -> Int32 {
        let number = inotify_add_watch(descriptor.raw, path, mask.rawValue)
        guard number >= 0 else { throw SystemError("watch", path) }
        return number
    }

    /// Ends a watch; one that is gone already is fine. An `ignored` notice follows.
    package func unwatch(_ number: Int32) {
        _ = inotify_rm_watch(descriptor.raw, number)
    }

    /// The notices that are there, without waiting; empty when there are none.
    package func read() throws(SystemError) -> [Notice] {
        let bytes = try descriptor.read(upTo: Self.readLimit, of: "inotify") ?? []
        return Self.notices(in: bytes)
    }

    /// Takes the kernel's records apart: `struct inotify_event`, in the host's byte order.
    package static func notices(in bytes: [UInt8]) -> [Notice] {
        var notices: [Notice] = []
        var start = 0
        while bytes.count - start >= headSize {
            let length = Int(word(3, of: bytes, at: start))
            let end = min(start + headSize + length, bytes.count)
            let name = bytes[(start + headSize)..<end].prefix { $0 != 0 }
            notices.append(
                Notice(
                    watch: Int32(bitPattern: word(0, of: bytes, at: start)),
                    mask: Mask(rawValue: word(1, of: bytes, at: start)), cookie: word(2, of: bytes, at: start),
                    name: [UInt8](name)))
            start += headSize + length
        }
        return notices
    }

    /// Four words, then the name.
    private static let headSize = 16

    private static func word(_ number: Int, of bytes: [UInt8], at start: Int) -> UInt32 {
        let place = start + number * 4
        let low = UInt32(bytes[place]) | UInt32(bytes[place + 1]) << 8
        return low | UInt32(bytes[place + 2]) << 16 | UInt32(bytes[place + 3]) << 24
    }
}
