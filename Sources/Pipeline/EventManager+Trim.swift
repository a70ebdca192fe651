import AgentCore
import Logging

extension EventManager {
    /// Entries outlive their age by an eighth of it at the most: nobody sets an age for its seconds.
    private static let trimsPerAge = 8
    /// Between these: a short age does not make a busy agent, and a long one does not make one big removal a week.
    private static let trimPace = Duration.seconds(10)...Duration.seconds(3600)

    /// Starts the one timer of the pipeline: retention by age. None runs where no age is set; count and bytes are kept
    /// by the commits themselves.
    func startTrimming() {
        guard let age = retentionAge else { return }
        let pace = min(max(age / Self.trimsPerAge, Self.trimPace.lowerBound), Self.trimPace.upperBound)
        let context = context
        trimming = Task { @concurrent in
            while (try? await context.clock.sleep(pace)) != nil, await context.trim() {}
        }
    }

    /// Lets the timer go by another age.
    func restartTrimming() {
        trimming?.cancel()
        trimming = nil
        startTrimming()
    }
}

extension PipelineContext {
    /// Lets the journal forget what is old, and tells held collectors. False when there will be no more to trim.
    fileprivate func trim() async -> Bool {
        do throws(JournalError) {
            let trim = try await journal.trim()
            if trim.removed > 0 || trim.dropped > 0 { room.advance() }
        } catch .closed {
            return false
        } catch {
            log.warning("journal not trimmed", metadata: ["reason": "\(error)"])
        }
        return true
    }
}
