/// The cgroups of one process: `/proc/PID/cgroup`.
package struct CgroupMembership: Sendable, Hashable {
    /// One line of it.
    package struct Line: Sendable, Hashable {
        /// What the hierarchy is known by: empty for version 2, `name=systemd`, or the controllers, `cpu,cpuacct`.
        package var hierarchy: String
        /// The process's cgroup below the root of the hierarchy, as this process's cgroup namespace sees it.
        package var path: String

        package init(hierarchy: String, path: String) {
            (self.hierarchy, self.path) = (hierarchy, path)
        }
    }

    /// As the kernel lists them: version 2 first, then `name=systemd`, then the others.
    package var lines: [Line]

    package init(lines: [Line]) {
        self.lines = lines.sorted { Self.rank($0) < Self.rank($1) }
    }

    /// Lines read; the kernel has some fifteen controllers.
    package static let maximumLines = 64

    /// Reads the file. Lines that are none are left out; a path may hold anything but a line feed, colons too.
    package static func read(_ file: [UInt8]) -> CgroupMembership {
        var lines: [Line] = []
        for line in file.split(separator: UInt8(ascii: "\n")).prefix(maximumLines) {
            let parts = line.split(separator: UInt8(ascii: ":"), maxSplits: 2, omittingEmptySubsequences: false)
            guard parts.count == 3, parts[2].first == UInt8(ascii: "/") else { continue }
            let path = parts[2].hasSuffix(" (deleted)") ? parts[2].dropLast(10) : parts[2]
            lines.append(
                Line(hierarchy: String(decoding: parts[1], as: UTF8.self), path: String(decoding: path, as: UTF8.self)))
        }
        return CgroupMembership(lines: lines)
    }

    /// The path in the hierarchy; nil when the process is in none of that name.
    package func path(in hierarchy: String) -> String? {
        lines.first { $0.hierarchy == hierarchy || $0.hierarchy.split(separator: ",").contains { $0 == hierarchy } }?
            .path
    }

    private static func rank(_ line: Line) -> Int {
        switch line.hierarchy {
        case "": 0
        case "name=systemd": 1
        default: 2
        }
    }
}

extension Collection<UInt8> where Self: BidirectionalCollection {
    /// Whether it ends so.
    func hasSuffix(_ suffix: String) -> Bool {
        reversed().starts(with: suffix.utf8.reversed())
    }
}
