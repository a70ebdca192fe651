import AgentCore
import Platform

/// Reads a journal's entries on a thread of its own, with a connection opened when first it is needed.
actor ReadingThread {
    private nonisolated let executor = ThreadExecutor(name: "journal-reader")
    nonisolated var unownedExecutor: UnownedSerialExecutor { executor.asUnownedSerialExecutor() }

    private let path: String
    private var reader: SQLiteJournalReader?
    private var isClosed = false

    /// Makes the thread; the file is opened by the first read.
    init(path: String) {
        self.path = path
    }

    deinit {
        executor.stop()
    }

    /// As `Journal.read`, for sequences below the head.
    func read(after sequence: UInt64, limit: ReadLimit) throws(JournalError) -> Page {
        try opened().read(after: sequence, limit: limit)
    }

    /// As `Journal.deadLetters`.
    func deadLetters(after number: UInt64, limit: Int) throws(JournalError) -> [KeptDeadLetter] {
        try opened().deadLetters(after: number, limit: limit)
    }

    private func opened() throws(JournalError) -> SQLiteJournalReader {
        guard !isClosed else { throw .closed }
        let reader = if let open = reader { open } else { try SQLiteJournalReader(path: path) }
        self.reader = reader
        return reader
    }

    /// Lets go of the file.
    func close() {
        isClosed = true
        reader = nil
    }
}
