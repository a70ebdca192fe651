import CLinux
import Glibc

/// The pages of program code this process has in memory.
package enum ProgramText {
    /// Lets go of the code pages that start-up touched: the few that go on being used come back from the page cache at
    /// once.
    ///
    /// Start-up runs through far more code than an idle agent (dynamic linking, the command line, the first TLS
    /// connection); without this all of it would count as resident for as long as the process lives. Never fails; does
    /// nothing where `maps`, a copy of `/proc/self/maps`, is not readable.
    package static func releaseUnused(maps: String) {
        guard let bytes = try? File.read(maps, limit: 1 << 20) else { return }
        for line in String(decoding: bytes, as: UTF8.self).split(separator: "\n") {
            let fields = line.split(separator: " ", omittingEmptySubsequences: true)
            guard fields.count >= 6, fields[1] == "r-xp", fields[5].hasPrefix("/") else { continue }
            let ends = fields[0].split(separator: "-").compactMap { UInt($0, radix: 16) }
            guard ends.count == 2, ends[0] < ends[1] else { continue }
            // SAFETY: a private mapping of a file that is executable and not writable holds nothing but the file's own
            // bytes: the kernel reads a page it dropped from the file again.
            _ = madvise(UnsafeMutableRawPointer(bitPattern: ends[0]), Int(ends[1] - ends[0]), MADV_DONTNEED)
        }
    }
}
