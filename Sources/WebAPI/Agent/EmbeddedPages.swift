import CAPIPages

/// Files that are part of the program.
package enum EmbeddedPages {
    /// The description of the API, `openapi.yaml`.
    package static var description: [UInt8] {
        // SAFETY: the C target gives the bytes of the file and their number; both are constants of the program.
        guard let first = guestwatch_openapi_bytes() else { return [] }
        return Array(UnsafeBufferPointer(start: first, count: guestwatch_openapi_count()))
    }

    /// A file of the dashboard.
    struct Page: Sendable {
        /// Where it is served.
        var path: String
        /// Its media type.
        var type: String
        var bytes: [UInt8]
    }

    /// The files of the dashboard.
    static let dashboard: [Page] = (0...).lazy.map { guestwatch_dashboard($0) }.prefix { $0 != nil }.compactMap(\.self)
        .map { page in
            // SAFETY: the C target gives constants of the program, with the number of their bytes.
            let page = page.pointee
            return Page(
                path: String(cString: page.path), type: String(cString: page.type),
                bytes: Array(UnsafeBufferPointer(start: page.bytes, count: page.count)))
        }
}
