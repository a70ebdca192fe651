import Glibc

/// The file a sink fills with a JSON line per event.
package struct Archive: Sendable {
    package let path: String

    package init(path: String) {
        self.path = path
    }

    /// Its size, and when it was written last, in seconds since 1970: as exact as a tick of the kernel (4 ms).
    package var state: (bytes: Int, written: Double) {
        var state = Glibc.stat()
        guard stat(path, &state) == 0 else { return (0, 0) }
        return (Int(state.st_size), state.st_mtim.seconds)
    }

    /// The ids of the events its lines hold, without those the agent tells about itself.
    package var ids: [ArraySlice<UInt8>] {
        let lines = (BinaryFile.read(path) ?? []).split(separator: UInt8(ascii: "\n"))
        return lines.compactMap(Self.id).filter { !$0.starts(with: "agent.".utf8) }
    }

    /// The value of the first member named "id": the event's own, as CloudEvents orders its attributes here.
    private static func id(of line: ArraySlice<UInt8>) -> ArraySlice<UInt8>? {
        let name = Array(#""id":""#.utf8)
        var index = line.startIndex
        while index + name.count <= line.endIndex {
            if line[index] == name[0], line[index..<index + name.count].elementsEqual(name) {
                let value = line[(index + name.count)...]
                return value.prefix { $0 != UInt8(ascii: "\"") }
            }
            index += 1
        }
        return nil
    }
}
