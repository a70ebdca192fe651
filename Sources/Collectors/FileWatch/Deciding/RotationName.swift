/// Which files a rotation may have made of which.
package enum RotationName {
    /// What rotations append to a name.
    private static let endings = [".gz", ".old", ".bak", ".prev", ".save", "~"]

    /// A path's name without what rotations put into it: packing, numbers, dates. Files of one log share it: that of
    /// `app.log`, `app.log.1`, `app.log.2.gz`, `app-20261121.log` is `app.log`.
    package static func core(of path: String) -> String {
        var name = path[(path.lastIndex(of: "/").map { path.index(after: $0) } ?? path.startIndex)...]
        while let ending = endings.first(where: { name.hasSuffix($0) && name.utf8.count > $0.utf8.count }) {
            name = name.dropLast(ending.count)
        }
        var core: [UInt8] = []
        for byte in name.utf8 {
            guard byte >= UInt8(ascii: "0"), byte <= UInt8(ascii: "9") else {
                core.append(byte)
                continue
            }
            while let last = core.last, separators.contains(last) { core.removeLast() }
        }
        while let last = core.last, separators.contains(last) { core.removeLast() }
        return String(decoding: core, as: UTF8.self)
    }

    private static let separators = [UInt8(ascii: "."), UInt8(ascii: "-"), UInt8(ascii: "_")]

    /// The folder a path lies in; "" is the root.
    package static func folder(of path: String) -> String {
        String(path[..<(path.lastIndex(of: "/") ?? path.startIndex)])
    }

    /// Whether one may have been made of the other by a rotation in their folder.
    package static func areRelated(_ one: String, _ other: String) -> Bool {
        one == other || (folder(of: one) == folder(of: other) && core(of: one) == core(of: other))
    }
}
