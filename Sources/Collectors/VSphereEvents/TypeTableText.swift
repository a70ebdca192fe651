import CVSphereTables

/// The compiled-in text of `event-types.tsv`.
enum TypeTableText {
    static func read() -> String {
        var length = 0
        // SAFETY: the function returns a constant of `length` bytes that lives as long as the program.
        guard let text = gw_vsphere_event_types(&length) else { return "" }
        return text.withMemoryRebound(to: UInt8.self, capacity: length) { bytes in
            String(decoding: UnsafeBufferPointer(start: bytes, count: length), as: UTF8.self)
        }
    }
}
