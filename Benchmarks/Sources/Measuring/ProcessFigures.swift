import Glibc

/// What the kernel tells about a process that runs.
package struct ProcessFigures: Sendable {
    /// Resident memory, in bytes: now, and the most it ever was.
    package var residentBytes: Int
    package var peakBytes: Int
    /// Processor time of all threads so far, in seconds, to a hundredth.
    package var processor: Double
    /// How often each thread was woken or had to wait for its turn.
    private var switches: [String: Int] = [:]

    package init(pid: Int32) throws {
        guard let status = Self.text("/proc/\(pid)/status"), let stat = Self.text("/proc/\(pid)/stat") else {
            throw MeasuringError("process \(pid) runs no more")
        }
        residentBytes = Self.number("VmRSS:", in: status) * 1024
        peakBytes = Self.number("VmHWM:", in: status) * 1024
        // Fields 14 and 15, user and system time in clock ticks; the name, field 2, may hold spaces, but ends with a
        // bracket.
        let fields = stat[(stat.lastIndex(of: ")") ?? stat.startIndex)...].split(separator: " ")
        let ticks = fields.count > 13 ? (Int(fields[12]) ?? 0) + (Int(fields[13]) ?? 0) : 0
        processor = Double(ticks) / Double(sysconf(Int32(_SC_CLK_TCK)))
        for thread in Self.names(in: "/proc/\(pid)/task") {
            let status = Self.text("/proc/\(pid)/task/\(thread)/status") ?? ""
            switches[thread] =
                Self.number("voluntary_ctxt_switches:", in: status)
                + Self.number("nonvoluntary_ctxt_switches:", in: status)
        }
    }

    /// How many threads it has.
    package var threads: Int { switches.count }

    /// How often its threads were woken or had to wait for their turn since; of those that ended meanwhile nothing is
    /// known.
    package func switches(since earlier: ProcessFigures) -> Int {
        switches.reduce(0) { $0 + $1.value - earlier.switches[$1.key, default: 0] }
    }

    private static func text(_ path: String) -> String? {
        BinaryFile.read(path).map { String(decoding: $0, as: UTF8.self) }
    }

    private static func number(_ title: String, in status: String) -> Int {
        let line = status.split(separator: "\n").first { $0.hasPrefix(title) }
        return line.flatMap { Int($0.dropFirst(title.count).filter(\.isNumber)) } ?? 0
    }

    private static func names(in folder: String) -> [String] {
        guard let stream = opendir(folder) else { return [] }
        defer { closedir(stream) }
        var names: [String] = []
        while let entry = readdir(stream) {
            // SAFETY: the kernel ends the name with a zero inside the structure.
            let name = withUnsafePointer(to: &entry.pointee.d_name) {
                $0.withMemoryRebound(to: CChar.self, capacity: 256) { String(cString: $0) }
            }
            if !name.hasPrefix(".") { names.append(name) }
        }
        return names
    }
}
