import Platform

/// The life of one plugin: its loop, and after it the plugin's own `stop()`. Two tasks, so that a loop that had to be
/// cancelled still lets the plugin say goodbye to its server.
final class PluginTask: Sendable {
    /// Passes 0 when the loop has returned, or was given up.
    let ended = Watermark()
    /// Passes 0 when the plugin's `stop()` has returned, or was given up.
    let stopped = Watermark()
    /// Passes 0 when the plugin's `stop()` has returned, and only then.
    private let returned = Watermark()
    private let loop = Locked<Task<Void, Never>?>(nil)

    /// Both closures run on the cooperative pool, one after the other.
    func start(
        loop: @escaping @Sendable @concurrent () async -> Void, stop: @escaping @Sendable @concurrent () async -> Void
    ) {
        let task = Task { await loop() }
        self.loop.withLock { $0 = task }
        Task { [ended, stopped, returned] in
            await task.value
            ended.advance(to: 1)
            await stop()
            returned.advance(to: 1)
            stopped.advance(to: 1)
        }
    }

    /// Whether nothing of the plugin runs any more: given up is not enough.
    var isOver: Bool { returned.value > 0 }

    /// Cancels the loop: a wait ends at once, and so does a plugin that honours cancellation.
    func cancelLoop() {
        loop.withLock { $0?.cancel() }
    }

    /// Nobody waits for the loop any more.
    func giveUpLoop() {
        ended.advance(to: 1)
    }

    /// Nobody waits for the plugin any more. True when it had not stopped.
    func giveUp() -> Bool {
        defer { stopped.advance(to: 1) }
        ended.advance(to: 1)
        return stopped.value == 0
    }
}
