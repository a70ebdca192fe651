import Platform

/// Compresses rows: full ones on a thread of its own, while the writer stores the ids of the entries that follow.
///
/// Rows come back in the order they went. Used by one thread at a time; its own thread starts with the first row that
/// goes there, and sleeps while there is none.
final class BatchPacking {
    private struct State: Sendable {
        var waiting: [NewBatch] = []
        /// Nil: memory was short.
        var packed: [NewBatch?] = []
        /// Memory of contents that are compressed, for others.
        var spare: [[UInt8]] = []
        var isOver = false
    }

    private let state = LockedCondition(State())
    private let zstandard = Zstandard()
    private var isRunning = false
    /// Rows that went to the thread and have not come back.
    private(set) var count = 0

    deinit {
        state.change { $0.isOver = true }
    }

    /// Compresses a row here and now.
    func pack(_ batch: consuming NewBatch) throws(SQLiteError) -> NewBatch {
        guard let packed = Self.pack(batch, by: zstandard, state) else { throw .outOfMemory }
        return packed
    }

    /// Lets the thread compress a row.
    func add(_ batch: consuming NewBatch) {
        count += 1
        let batch = batch
        state.change { $0.waiting.append(batch) }
        if isRunning { return }
        isRunning = true
        Thread.start(name: "journal-packer") { [state] in Self.run(state) }
    }

    /// The row that went first, compressed; waits until it is.
    func next() throws(SQLiteError) -> NewBatch {
        count -= 1
        let batch = state.wait { $0.packed.isEmpty ? .sleep(atMost: nil) : .done($0.packed.removeFirst()) }
        guard let batch else { throw .outOfMemory }
        return batch
    }

    /// Waits for all rows, and drops them.
    func drop() {
        while count > 0 { _ = try? next() }
    }

    /// Memory for the content of another row.
    func memory() -> [UInt8] {
        state.withLock { $0.spare.popLast() } ?? []
    }

    private static func run(_ state: LockedCondition<State>) {
        let zstandard = Zstandard()
        while let batch = next(state) {
            let packed = pack(batch, by: zstandard, state)
            state.change { $0.packed.append(packed) }
        }
    }

    private static func next(_ state: LockedCondition<State>) -> NewBatch? {
        state.wait { state in
            if !state.waiting.isEmpty { return .done(state.waiting.removeFirst()) }
            return state.isOver ? .done(nil) : .sleep(atMost: nil)
        }
    }

    private static func pack(
        _ batch: consuming NewBatch, by zstandard: Zstandard, _ state: LockedCondition<State>
    ) -> NewBatch? {
        let frame = zstandard.withFrame(of: batch.content) { [UInt8]($0) }
        let memory = batch.content
        batch.content = frame ?? []
        if memory.capacity <= 2 * BatchBuilder.enough { state.withLock { $0.spare.append(memory) } }
        return frame == nil ? nil : batch
    }
}
