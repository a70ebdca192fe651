import AgentCore
import Platform

/// Events that will be committed soon, cut into rows that are compressed one after another.
final class ExpectedCommit: Sendable {
    private struct State: Sendable {
        /// Nil: it could not be compressed ahead.
        var packed: [PackedRow?] = []
        /// Nobody wants them any more.
        var isDropped = false
    }

    let events: [EncodedEvent]
    /// Places in `events`.
    let rows: [Range<Int>]
    private let state = LockedCondition(State())

    init(_ events: [EncodedEvent]) {
        self.events = events
        var (rows, start, bytes) = ([Range<Int>](), 0, 0)
        let span = events.span
        for place in span.indices {
            bytes += span[place].body.count
            guard bytes >= BatchBuilder.enough else { continue }
            rows.append(start..<place + 1)
            (start, bytes) = (place + 1, 0)
        }
        if start < events.count { rows.append(start..<events.count) }
        self.rows = rows
    }

    /// Whether it is this very array, not one that says the same.
    func `is`(_ events: [EncodedEvent]) -> Bool {
        // SAFETY: the addresses are compared, never read. Both arrays are held, so one address is one array.
        events.count == self.events.count
            && events.withUnsafeBufferPointer { $0.baseAddress }
                == self.events.withUnsafeBufferPointer { $0.baseAddress }
    }

    /// A row, compressed; waits until it is. Nil when that could not be done.
    func row(_ number: Int) -> PackedRow? {
        state.wait { state in
            guard number < state.packed.count else { return state.isDropped ? .done(nil) : .sleep(atMost: nil) }
            defer { state.packed[number] = nil }
            return .done(state.packed[number])
        }
    }

    /// Nobody waits for its rows any more.
    func drop() {
        state.change { state in
            state.isDropped = true
            state.packed = []
        }
    }

    /// Compresses all rows, until it is dropped.
    func pack(by packer: RowPacker) {
        for row in rows {
            let packed = packer.pack(events, row)
            let isDropped = state.change { state in
                if !state.isDropped { state.packed.append(packed) }
                return state.isDropped
            }
            if isDropped { return }
        }
    }
}
