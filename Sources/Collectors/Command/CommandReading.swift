package import AgentCore
package import EventModel

/// How far an external collector has come: what it wrote becomes events and a checkpoint. Nothing is called from here.
package struct CommandReading: Sendable, Hashable {
    /// The format of the checkpoint.
    private static let version = 1

    let source: String
    let collector: String
    /// The last one it wrote, as JSON text; nil before the first.
    private(set) var checkpoint: JSONText?
    /// Lines since then: names those that cannot be read, the same whenever they are written again.
    private var lines = 0

    /// Before its first line.
    package init(source: String, collector: String) {
        (self.source, self.collector) = (source, collector)
    }

    /// Goes on from a checkpoint. Throws `.unusableCheckpoint`.
    package init(_ checkpoint: Checkpoint?, source: String, collector: String) throws {
        self.init(source: source, collector: collector)
        guard let checkpoint else { return }
        guard checkpoint.version == Self.version, let text = try? JSONText(validating: checkpoint.bytes) else {
            throw CollectorError.unusableCheckpoint(
                "the command's checkpoint (version \(checkpoint.version)) cannot be read")
        }
        self.checkpoint = text
    }

    /// Nil as long as it wrote none.
    package func encoded() -> Checkpoint? {
        checkpoint.map { Checkpoint(version: Self.version, bytes: Array($0.bytes)) }
    }

    /// The event of a line, if it is one. `isCut`: it was longer than `limit`.
    package mutating func take(_ line: [UInt8], isCut: Bool, limit: Int, now: Timestamp) -> Event? {
        lines += 1
        do throws(EventDecodingError) {
            if isCut { throw EventDecodingError("longer than \(limit) bytes") }
            switch try CommandLine.decode(line, source: source, now: now) {
            case .event(let event): return event
            case .empty: return nil
            case .checkpoint(let text):
                (checkpoint, lines) = (text, 0)
                return nil
            }
        } catch {
            return refused(line, error.description, now)
        }
    }

    private func refused(_ line: [UInt8], _ problem: String, _ now: Timestamp) -> Event {
        var event = RefusedLine.event(line, problem: problem, source: source, collector: collector, at: now)
        var hash = StableHash()
        hash.add(checkpoint?.bytes ?? [])
        hash.add(line)
        event.id = "refused/\(lines)/\(hash.text)"
        return event
    }
}
