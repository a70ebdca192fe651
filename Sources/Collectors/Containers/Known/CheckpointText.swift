import EventModel

/// A list in the checkpoint's text with a place of its own for each container, or whatever is in it, so that one that
/// changed changes a few bytes of it and neither the length nor the rest: a journal that writes by pages then writes a
/// few pages, however many containers there are.
///
/// JSON, in which spaces fill up what is not used and `null` stands in places that are free.
struct CheckpointText<Key: Hashable & Sendable>: Sendable {
    private struct Place {
        var start: Int
        var size: Int
    }

    /// Sizes of places are multiples of this: texts that grow a little stay where they are, and free places fit others.
    private static var placeStep: Int { 128 }
    /// What stands before the containers is filled up to a multiple of this.
    private static var headStep: Int { 256 }
    /// The room for places grows by so much at least.
    private static var roomStep: Int { 4 << 10 }
    private static var space: UInt8 { UInt8(ascii: " ") }

    /// All places, then the room for more.
    private var room: [UInt8] = []
    /// Where places end.
    private var end = 0
    private var places: [Key: Place] = [:]
    /// Where places are free, by their sizes.
    private var free: [Int: [Int]] = [:]
    private var freeBytes = 0

    /// So much is free that it is better written anew.
    var isSparse: Bool { freeBytes > max(Self.roomStep, room.count / 2) }

    /// Writes the text of one.
    mutating func put(_ text: [UInt8], for key: Key) {
        let size = Self.rounded(text.count + 1, to: Self.placeStep)
        if let place = places[key], place.size == size { return write(text, at: place) }
        remove(key)
        let place = Place(start: reused(size) ?? appended(size), size: size)
        places[key] = place
        write(text, at: place)
    }

    /// It is known no more.
    mutating func remove(_ key: Key) {
        guard let place = places.removeValue(forKey: key) else { return }
        write(Array("null".utf8), at: place)
        free[place.size, default: []].append(place.start)
        freeBytes += place.size
    }

    /// The list.
    var list: [UInt8] {
        var bytes: [UInt8] = []
        write(into: &bytes)
        return bytes
    }

    /// The whole: `head`, behind which comes the list, and `foot` behind that.
    func whole(behind head: [UInt8], before foot: [UInt8]) -> [UInt8] {
        let headSize = Self.rounded(head.count, to: Self.headStep)
        let size = Self.rounded(headSize + room.count + Self.ends + foot.count, to: Self.headStep)
        var bytes: [UInt8] = []
        bytes.reserveCapacity(size)
        bytes += head
        bytes += repeatElement(Self.space, count: headSize - head.count)
        write(into: &bytes)
        bytes += repeatElement(Self.space, count: size - bytes.count - foot.count)
        bytes += foot
        return bytes
    }

    /// Bytes of a list beside its room.
    private static var ends: Int { 6 }

    private func write(into bytes: inout [UInt8]) {
        bytes.append(UInt8(ascii: "["))
        bytes += room
        bytes += Array("null]".utf8)
    }

    private mutating func reused(_ size: Int) -> Int? {
        guard let start = free[size]?.popLast() else { return nil }
        freeBytes -= size
        return start
    }

    private mutating func appended(_ size: Int) -> Int {
        if end + size > room.count {
            room += repeatElement(Self.space, count: max(size, Self.roomStep, room.count / 4))
        }
        defer { end += size }
        return end
    }

    private mutating func write(_ text: [UInt8], at place: Place) {
        let last = place.start + place.size - 1
        room.replaceSubrange(place.start..<place.start + text.count, with: text)
        for index in place.start + text.count..<last { room[index] = Self.space }
        room[last] = UInt8(ascii: ",")
    }

    private static func rounded(_ count: Int, to step: Int) -> Int {
        (count + step - 1) / step * step
    }
}
