package import EventModel

/// Where an event stands in a server's history: by its time, then by its key.
///
/// The key is a 32-bit counter that wraps to negative values: of two keys the one less than 2³¹ ahead is the later.
package struct EventPosition: Sendable, Hashable, Comparable {
    package var time: Timestamp
    package var key: Int32

    package init(time: Timestamp, key: Int32) {
        (self.time, self.key) = (time, key)
    }

    package static func < (left: Self, right: Self) -> Bool {
        left.time == right.time ? right.isNewerByKey(than: left) : left.time < right.time
    }

    /// Whether the key was given out later, whatever the times say.
    package func isNewerByKey(than other: EventPosition) -> Bool {
        key &- other.key > 0
    }
}
