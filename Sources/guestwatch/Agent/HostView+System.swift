import AgentCore
import Glibc

extension HostView {
    /// The host the agent runs on.
    static var system: HostView { HostView(name: systemName ?? "localhost", under: "") }

    private static var systemName: String? {
        var name = [CChar](repeating: 0, count: 256)
        // SAFETY: gethostname(2) writes at most the 255 bytes it is told, so the last byte stays zero.
        guard gethostname(&name, name.count - 1) == 0 else { return nil }
        return String(decoding: name.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }, as: UTF8.self)
    }
}
