package import AgentCore
import Platform

/// Appends each event as one line of CloudEvents JSON to a file, exactly once, and begins a new file by size and age.
///
/// Every line carries `sequence` and `journal`, so the file itself says how far it got: a start reads its last whole
/// line (or, when it is empty, the name of the file closed last), cuts off half a line, and leaves out entries that
/// come again. Another journal instance starts anew. A delivery is written in pieces of whole lines; when one fails
/// (disk full) nothing of it stays, and every error is retryable. A file moved, replaced or cut by others is noticed
/// before each delivery and opened anew.
///
/// Works on a thread of its own; closed files are compressed there, in steps between deliveries.
package actor FileSink: Sink {
    package typealias Configuration = FileSinkConfiguration
    package static let kind = "file"
    /// Its file holds lines in sequence order, and tells repeats by it.
    package static let traits = SinkTraits(workers: 1, takesOlderEntries: false)

    private nonisolated let executor: ThreadExecutor
    private var archive: Archive
    private var compression: Task<Void, Never>?

    package nonisolated var unownedExecutor: UnownedSerialExecutor { executor.asUnownedSerialExecutor() }

    package init(_ configuration: FileSinkConfiguration, in context: SinkContext) throws {
        self.init(configuration, in: context, onChange: {})
    }

    /// `onChange` is called after each change of names and of closed files, for tests that look at what a crash would
    /// leave.
    package init(
        _ configuration: FileSinkConfiguration, in context: SinkContext, onChange: @escaping @Sendable () -> Void
    ) {
        executor = ThreadExecutor(name: "sink-\(context.name)")
        archive = Archive(configuration, in: context, onChange: onChange)
    }

    deinit {
        executor.stop()
    }

    package func deliver(_ entries: [Entry]) throws(DeliveryError) {
        do {
            try archive.append(entries)
        } catch {
            throw .retryable(reason: error.description)
        }
        if compression == nil, archive.hasWaiting { compression = Task { await compressClosedFiles() } }
    }

    /// A compression that is under way is given up; the next start begins it anew.
    package func stop() async {
        compression?.cancel()
        await compression?.value
        archive.close()
        executor.stop()
    }

    private func compressClosedFiles() async {
        while let file = archive.nextCompression() {
            // A full disk ends it: the plain file stays, and is tried again at the next rotation or start.
            while !Task.isCancelled, (try? file.step()) == false { await Task.yield() }
            archive.finished()
        }
        compression = nil
    }
}
