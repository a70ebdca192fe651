import CAPIPages

/// Files that are part of the program.
package enum EmbeddedPages {
    /// The description of the API, `openapi.yaml`.
    package static var description: [UInt8] {
        // SAFETY: the C target gives the bytes of the file and their number; both are constants of the program.
        guard let first = guestwatch_openapi_bytes() else { return [] }
        return Array(UnsafeBufferPointer(start: first, count: guestwatch_openapi_count()))
    }
}
