import Platform

/// Whether the agent may still say something about itself: what it says when it stops is the last entry of its run.
final class AgentVoice: Sendable {
    private struct State: Sendable {
        var speaking = 0
        var isSilent = false
    }

    private let state = Locked(State())
    /// Counts announcements that ended.
    private let said = Watermark()

    /// Begins an announcement. False when the last word is spoken; otherwise `end` must follow.
    func begin() -> Bool {
        state.withLock { state in
            if !state.isSilent { state.speaking += 1 }
            return !state.isSilent
        }
    }

    /// The announcement is made, or failed.
    func end() {
        state.withLock { $0.speaking -= 1 }
        said.advance()
    }

    /// Lets no announcement begin any more, and returns when those under way have ended.
    func fallSilent() async {
        state.withLock { $0.isSilent = true }
        while true {
            let mark = said.value
            if state.withLock({ $0.speaking }) == 0 { return }
            await said.wait(past: mark)
        }
    }
}
