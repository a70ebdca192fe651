/// What is needed to write an object anew with the values of a repeated name as an array.
struct Gathering {
    var json: [UInt8] = []
    /// The names of the object in the order of their first values.
    var names: [Int32] = []
    /// By name: its place in `names` plus one; 0 for a name that has not come yet.
    var places: [Int32] = []
    /// By place in `names`: the first value and the last, of those in `members`.
    var first: [Int32] = []
    var last: [Int32] = []
    /// By value: the next of the same name; -1 behind the last.
    var next: [Int32] = []
}

extension EventScanner {
    // SAFETY: see `EventScanner`; ranges of the arena lie below `used`.

    /// Writes an object anew, each name once: the values of a repeated name, or of a field that is a list, as an array.
    ///
    /// Takes time in proportion to the object, whatever the order of its members.
    @inline(never)
    mutating func gather(_ frame: UnsafeMutablePointer<Frame>) {
        guard !arena.overflowed else { return }
        let children = Int(frame.pointee.children)..<memberCount
        chain(children)
        gathering.json.removeAll(keepingCapacity: true)
        // Neighbours that stay as they are go in one piece.
        var piece = 0..<0
        for place in gathering.names.indices {
            let index = Int(gathering.names[place])
            let first = members[children.lowerBound + Int(gathering.first[place])]
            let name = Int(first.start) - Int(names.entries[index].length)
            if gathering.first[place] == gathering.last[place], !(frame == frames && isList(index)) {
                if name != piece.upperBound {
                    keep(piece)
                    piece = name..<name
                }
                piece = piece.lowerBound..<max(name, Int(first.end) + 1)
            } else {
                keep(piece)
                piece = 0..<0
                keep(name..<Int(first.start))
                gathering.json.append(UInt8(ascii: "["))
                var value = gathering.first[place]
                while value >= 0 {
                    let member = members[children.lowerBound + Int(value)]
                    keep(Int(member.start)..<max(Int(member.start), Int(member.end) + 1))
                    value = gathering.next[Int(value)]
                }
                gathering.json[gathering.json.count - 1] = UInt8(ascii: "]")
                gathering.json.append(UInt8(ascii: ","))
            }
        }
        keep(piece)
        arena.used = Int(frame.pointee.start) + 1
        arena.append(gathering.json)
    }

    /// Takes over JSON as it stands in the arena.
    private mutating func keep(_ piece: Range<Int>) {
        gathering.json.append(contentsOf: UnsafeBufferPointer(start: arena.base, count: arena.used)[piece])
    }

    /// Chains the values of each name.
    private mutating func chain(_ children: Range<Int>) {
        for name in gathering.names { gathering.places[Int(name)] = 0 }
        gathering.names.removeAll(keepingCapacity: true)
        gathering.first.removeAll(keepingCapacity: true)
        gathering.last.removeAll(keepingCapacity: true)
        gathering.next.removeAll(keepingCapacity: true)
        while gathering.places.count < names.count { gathering.places.append(0) }
        for value in 0..<Int32(truncatingIfNeeded: children.count) {
            let name = members[children.lowerBound + Int(value)].name
            let place = Int(gathering.places[Int(name)]) - 1
            gathering.next.append(-1)
            if place >= 0 {
                gathering.next[Int(gathering.last[place])] = value
                gathering.last[place] = value
            } else {
                gathering.names.append(name)
                gathering.places[Int(name)] = Int32(truncatingIfNeeded: gathering.names.count)
                gathering.first.append(value)
                gathering.last.append(value)
            }
        }
    }

    /// Whether a field of the event in hand is a list.
    private mutating func isList(_ index: Int) -> Bool {
        shapes.shape(of: index).isList
    }
}
