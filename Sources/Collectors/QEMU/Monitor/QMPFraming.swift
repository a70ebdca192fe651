/// Cuts what a QMP monitor writes into JSON objects, whether it stands on one line each or, by `-qmp-pretty`, on many.
///
/// Pure and bounded: an object longer than `maximumBytes`, or anything between two objects, ends the stream.
package struct QMPFraming: Sendable {
    /// The longest answer seen, to `query-block` of a large machine, is a twentieth of it. In bytes.
    package static let maximumBytes = 1 << 20

    /// Why nothing more is read.
    package private(set) var failure: String?
    private var object: [UInt8] = []
    private var depth = 0
    private var isInString = false
    private var isEscaped = false

    package init() {}

    /// Takes the next bytes; gives the objects that are complete with them, in their order.
    package mutating func receive(_ bytes: some Sequence<UInt8>) -> [[UInt8]] {
        var objects: [[UInt8]] = []
        for byte in bytes where failure == nil {
            take(byte)
            if depth == 0, !object.isEmpty {
                objects.append(object)
                object.removeAll(keepingCapacity: true)
            }
        }
        return objects
    }

    private mutating func take(_ byte: UInt8) {
        if depth == 0 {
            guard byte == UInt8(ascii: "{") else {
                if !Self.isSpace(byte) { fail("what it writes is no JSON object") }
                return
            }
        }
        object.append(byte)
        if object.count > Self.maximumBytes {
            return fail("it wrote an object of more than \(Self.maximumBytes) bytes")
        }
        if isInString {
            isInString = isEscaped || byte != UInt8(ascii: "\"")
            isEscaped = !isEscaped && byte == UInt8(ascii: "\\")
            return
        }
        switch byte {
        case UInt8(ascii: "\""): isInString = true
        case UInt8(ascii: "{"): depth += 1
        case UInt8(ascii: "}"): depth -= 1
        default: break
        }
    }

    private mutating func fail(_ reason: String) {
        failure = reason
        object = []
        depth = 0
    }

    private static func isSpace(_ byte: UInt8) -> Bool {
        byte == 0x20 || byte == 0x0A || byte == 0x0D || byte == 0x09
    }
}
