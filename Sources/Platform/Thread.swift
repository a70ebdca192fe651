import CLinux
import Glibc

/// Threads for what blocks.
package enum Thread {
    /// Small enough for an agent with many, large enough for libxml2, SQLite and libcurl with their buffers.
    private static let stackBytes = 512 * 1024

    /// Runs `body` on a new detached thread named `name` (15 bytes at the most). `body` returns when the thread shall
    /// end.
    package static func start(name: String, _ body: @escaping @Sendable () -> Void) {
        // SAFETY: the box is retained for the thread and released by it; pthread copies the attributes.
        let box = Unmanaged.passRetained(Start(name: name, body: body))
        var attributes = pthread_attr_t()
        pthread_attr_init(&attributes)
        pthread_attr_setstacksize(&attributes, stackBytes)
        pthread_attr_setdetachstate(&attributes, Int32(PTHREAD_CREATE_DETACHED))
        var thread = pthread_t()
        let status = pthread_create(&thread, &attributes, run, box.toOpaque())
        pthread_attr_destroy(&attributes)
        precondition(status == 0, "no thread could be made: \(status)")
    }

    private static let run: @convention(c) @Sendable (UnsafeMutableRawPointer?) -> UnsafeMutableRawPointer? = { box in
        guard let box else { return nil }
        let start = Unmanaged<Start>.fromOpaque(box).takeRetainedValue()
        gw_set_thread_name(start.name)
        start.body()
        return nil
    }

    private final class Start: Sendable {
        let name: String
        let body: @Sendable () -> Void

        init(name: String, body: @escaping @Sendable () -> Void) {
            (self.name, self.body) = (String(decoding: name.utf8.prefix(15), as: UTF8.self), body)
        }
    }
}
