/// Puts together what a container runtime split: long lines of output, written in parts.
///
/// Bounded: at `maximumBytes` a line is given as far as it came, and what follows is a line of its own. Parts are kept
/// in memory only: whoever reads the file holds its checkpoint at `starts`, where no part was open, and reads from
/// there again after a crash: with the same result, as what becomes of a line depends on nothing before that place.
struct PartJoining: Sendable {
    /// A longer line of output is several. In bytes.
    static let maximumBytes = 1 << 20
    /// Streams may take turns so that one part or another is always open: after so much all are given as they are.
    static let maximumHeld: UInt64 = 4 << 20
    /// Files and streams with a part at a time; parts of further ones are given as they are.
    static let maximumOpen = 1024

    /// The beginning of a line whose end is not there yet.
    struct Part: Sendable {
        var offset: UInt64
        var bytes: [UInt8]
        /// What the first part told of the time.
        var time: [UInt8]
        /// The line it began with, for when nothing follows.
        var line: FollowedLine
    }

    /// By file and stream.
    private var open: [String: [String: Part]] = [:]
    /// The last place where no part was open, of each file where one is.
    private(set) var starts: [String: UInt64] = [:]
    private var count = 0

    /// Adds a part. False when there is no room: give it as it is.
    mutating func add(_ line: FollowedLine, stream: String, message: ArraySlice<UInt8>, time: ArraySlice<UInt8>) -> Bool
    {
        if let start = starts[line.identity], line.offset &- start > Self.maximumHeld { return false }
        if var part = open[line.identity]?[stream] {
            guard part.bytes.count + message.count <= Self.maximumBytes else { return false }
            open[line.identity]?[stream] = nil
            part.bytes += message
            open[line.identity]?[stream] = part
            return true
        }
        guard count < Self.maximumOpen, message.count <= Self.maximumBytes else { return false }
        open[line.identity, default: [:]][stream] = Part(
            offset: line.offset, bytes: Array(message), time: Array(time), line: line)
        if starts[line.identity] == nil { starts[line.identity] = line.offset }
        count += 1
        return true
    }

    /// Takes the beginning of a line out, now that its end is there.
    mutating func take(_ identity: String, stream: String) -> Part? {
        guard let part = open[identity]?.removeValue(forKey: stream) else { return nil }
        count -= 1
        if open[identity]?.isEmpty == true { (open[identity], starts[identity]) = (nil, nil) }
        return part
    }

    /// All beginnings of lines of a file that ends here.
    mutating func takeAll(_ identity: String) -> [Part] {
        let parts = open.removeValue(forKey: identity).map { Array($0.values) } ?? []
        count -= parts.count
        starts[identity] = nil
        return parts.sorted { $0.offset < $1.offset }
    }
}
