import Glibc

/// The machine that measures.
package enum Machine {
    /// What numbers depend on, in a line: processors, kernel, and how busy others keep it.
    package static var line: String {
        let processor = text("/proc/cpuinfo").split(separator: "\n").first { $0.hasPrefix("model name") }
        let model = processor?.split(separator: ":").last.map { $0.drop { $0 == " " } } ?? "unknown processor"
        let kernel = text("/proc/sys/kernel/osrelease").split(separator: "\n").first ?? ""
        let load = text("/proc/loadavg").split(separator: " ").first ?? ""
        return "\(sysconf(Int32(_SC_NPROCESSORS_ONLN))) x \(model), Linux \(kernel), load \(load) before it began"
    }

    private static func text(_ path: String) -> String {
        BinaryFile.read(path).map { String(decoding: $0, as: UTF8.self) } ?? ""
    }
}
