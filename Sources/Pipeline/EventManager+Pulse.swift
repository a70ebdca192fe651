import AgentCore

extension EventManager {
    /// Returns when the pipeline has shown that it gets on: this actor has answered, and the thread of the journal that
    /// commits has done what was before this call. Where one of them is stuck it does not return; who feeds a watchdog
    /// by it lets it starve. A destination or a source that does not answer does not matter here: that is health.
    public func pulse() async {
        guard phase == .running else { return }
        // What retention lets go would go by and by: for the journal this is the least there is to do.
        _ = try? await context.journal.trim()
    }
}
