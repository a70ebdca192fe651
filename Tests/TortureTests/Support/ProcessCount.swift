import AgentTestKit
import Foundation

/// What this process has of what must not grow.
struct ProcessCount {
    var memoryMiB: Int
    var peakMiB: Int
    var descriptors: Int
    var threads: Int

    static var now: ProcessCount { of("self") }

    /// The peak of this process begins anew.
    static func forgetPeak() {
        TestFile.write(Array("5".utf8), to: "/proc/self/clear_refs")
    }

    /// Of another process by its id, too.
    static func of(_ process: String) -> ProcessCount {
        let status = TestFile.text("/proc/\(process)/status") ?? ""
        func number(_ name: String) -> Int {
            let line = status.split(separator: "\n").first { $0.hasPrefix("\(name):") }
            return line.flatMap { Int($0.filter(\.isNumber)) } ?? 0
        }
        let descriptors = try? FileManager.default.contentsOfDirectory(atPath: "/proc/\(process)/fd")
        return ProcessCount(
            memoryMiB: number("VmRSS") / 1024, peakMiB: number("VmHWM") / 1024, descriptors: descriptors?.count ?? 0,
            threads: number("Threads"))
    }
}
