import Platform

/// What the small files of a cgroup say.
package struct CgroupState: Sendable, Hashable {
    /// Whether there are processes in it or below; nil where the hierarchy does not tell.
    var isPopulated: Bool?
    /// Whether they are frozen; nil where it does not tell, and while they are being frozen.
    var isFrozen: Bool?
    /// Being frozen: look again soon.
    var isFreezing = false

    /// No such file is longer. In bytes.
    private static let fileLimit = 4 << 10

    /// Reads `cgroup.events` of version 2: lines of a word and a number.
    package static func events(_ bytes: [UInt8]) -> CgroupState {
        CgroupState(
            isPopulated: number("populated", in: bytes).map { $0 != 0 },
            isFrozen: number("frozen", in: bytes).map { $0 != 0 })
    }

    /// Reads `freezer.state` of version 1: `THAWED`, `FREEZING` or `FROZEN`.
    package static func freezer(_ bytes: [UInt8]) -> CgroupState {
        switch String(decoding: bytes.prefix { $0 != UInt8(ascii: "\n") }, as: UTF8.self) {
        case "FROZEN": CgroupState(isFrozen: true)
        case "THAWED": CgroupState(isFrozen: false)
        case "FREEZING": CgroupState(isFreezing: true)
        default: CgroupState()
        }
    }

    /// The number behind a word at the start of a line.
    package static func number(_ word: String, in bytes: [UInt8]) -> UInt64? {
        for line in bytes.split(separator: UInt8(ascii: "\n")) {
            let parts = line.split(separator: UInt8(ascii: " "), maxSplits: 1)
            guard parts.count == 2, parts[0].elementsEqual(word.utf8) else { continue }
            return UInt64(String(decoding: parts[1], as: UTF8.self))
        }
        return nil
    }

    /// What is said of the folders of one container: `unified` of version 2, `freezer` of version 1.
    static func read(unified: String?, freezer: String?) -> CgroupState {
        var state = CgroupState()
        if let unified, let bytes = try? File.readAtOnce("\(unified)/cgroup.events", limit: fileLimit) {
            state = events(bytes)
        }
        if let freezer, let bytes = try? File.readAtOnce("\(freezer)/freezer.state", limit: fileLimit) {
            let old = CgroupState.freezer(bytes)
            state.isFreezing = old.isFreezing
            // Frozen by either is frozen.
            if let frozen = old.isFrozen { state.isFrozen = frozen || state.isFrozen == true }
            if old.isFreezing, state.isFrozen != true { state.isFrozen = nil }
        }
        return state
    }

    /// The count of processes killed for want of memory, of `memory.events` (version 2) or `memory.oom_control`
    /// (version 1: `isLegacy`).
    static func oomKills(inFolder folder: String, isLegacy: Bool) -> UInt64? {
        let path = "\(folder)/\(isLegacy ? "memory.oom_control" : "memory.events")"
        return (try? File.readAtOnce(path, limit: fileLimit)).flatMap { number("oom_kill", in: $0) }
    }
}
