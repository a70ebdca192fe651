package import AgentCore
import EventModel
import Platform

/// Writes each event as one line to the standard output: CloudEvents JSON, or text for people.
///
/// A batch is one write of whole lines. A reader that does not read holds up this sink and nothing else: it has a
/// thread of its own, and gives up when its task is cancelled. A line that was begun is finished by the next delivery,
/// and lines that went out are not written again when their batch is repeated: every error is retryable and repeats
/// nothing.
package actor StdoutSink: Sink {
    package typealias Configuration = StdoutConfiguration
    package static let kind = "stdout"

    private nonisolated let executor: ThreadExecutor
    private var output: OutputDescriptor
    private var json: JSONLines
    private let text: EventLineFormat?
    /// A person looks at it.
    private let isTerminal: Bool
    /// The entries through this sequence went out.
    private var written: UInt64 = 0
    /// The rest of a line of which the beginning went out.
    private var unfinished: [UInt8] = []

    package nonisolated var unownedExecutor: UnownedSerialExecutor { executor.asUnownedSerialExecutor() }

    package init(_ configuration: StdoutConfiguration, in context: SinkContext) throws {
        self.init(configuration, in: context, terminal: .standardOutput)
    }

    /// Writes to another descriptor than the standard output.
    package init(_ configuration: StdoutConfiguration, in context: SinkContext, terminal: Terminal) {
        executor = ThreadExecutor(name: "sink-stdout")
        output = OutputDescriptor(terminal.descriptor)
        json = JSONLines(journal: context.journal)
        text = EventLineFormat(configuration, on: terminal)
        isTerminal = terminal.isTerminal
    }

    deinit {
        executor.stop()
    }

    package func deliver(_ entries: [Entry]) throws(DeliveryError) {
        let news = entries.drop { $0.sequence <= written }
        try finishLine()
        if let text {
            try write(text.lines(of: news), of: news)
        } else {
            json.encode(news)
            try write(isTerminal ? HarmlessJSON.escaped(json.bytes) : json.bytes, of: news)
        }
    }

    package func stop() {
        output.close()
        executor.stop()
    }

    private func finishLine() throws(DeliveryError) {
        do {
            try output.write(unfinished)
            unfinished = []
        } catch {
            unfinished.removeFirst(error.written)
            throw error.deliveryError
        }
    }

    private func write(_ lines: [UInt8], of entries: ArraySlice<Entry>) throws(DeliveryError) {
        do {
            try output.write(lines)
            written = entries.last?.sequence ?? written
        } catch {
            let begun = lines[..<error.written].count { $0 == UInt8(ascii: "\n") }
            let isInsideLine = error.written > 0 && lines[error.written - 1] != UInt8(ascii: "\n")
            if isInsideLine {
                let rest = lines[error.written...]
                let end = rest.firstIndex(of: UInt8(ascii: "\n")).map { $0 + 1 } ?? rest.endIndex
                unfinished = Array(rest[..<end])
            }
            let count = begun + (isInsideLine ? 1 : 0)
            if count > 0 { written = entries[entries.startIndex + count - 1].sequence }
            throw error.deliveryError
        }
    }
}
