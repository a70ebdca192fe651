import CVSphereTables

extension EventClasses {
    /// The text of the table compiled into the program.
    static func compiledInTable() -> String {
        // SAFETY: the C function returns a constant array and its length; it lives as long as the program.
        var length = 0
        guard let start = gw_vsphere_event_classes(&length) else { return "" }
        return String(decoding: UnsafeRawBufferPointer(start: start, count: length), as: UTF8.self)
    }
}
