import Glibc

/// Where the package's own folders are, wherever it was checked out.
package enum PackageRoot {
    /// The folder of Package.swift.
    package static let path: String = {
        let parts = #filePath.split(separator: "/", omittingEmptySubsequences: false)
        return parts.dropLast(4).joined(separator: "/")
    }()

    /// The path of something inside the package: `PackageRoot["Fixtures"]`.
    package static subscript(path: String) -> String {
        "\(Self.path)/\(path)"
    }
}

/// Material beside the package that is not part of it: recordings of real servers.
package enum SharedMaterial {
    /// The folder named by `GUESTWATCH_SHARED`, or `shared` beside the package; nil when there is none.
    package static let path: String? = {
        let path = Environment["GUESTWATCH_SHARED"] ?? "\(PackageRoot.path)/../shared"
        return TestFile.exists(path) ? path : nil
    }()

    /// The path of something in there; nil when it is not there.
    package static subscript(name: String) -> String? {
        guard let path = path.map({ "\($0)/\(name)" }), TestFile.exists(path) else { return nil }
        return path
    }
}

/// Programs of this package, built along with the tests.
package enum BuiltProduct {
    /// The path of a built program: beside the test bundle that runs. It may not be there.
    package static func path(_ name: String) -> String {
        "\(directory)/\(name)"
    }

    private static let directory: String = {
        var bytes = [UInt8](repeating: 0, count: Int(PATH_MAX))
        // SAFETY: readlink writes at most the count it is given.
        let length = bytes.withUnsafeMutableBytes { buffer in
            buffer.baseAddress.map { readlink("/proc/self/exe", $0.assumingMemoryBound(to: CChar.self), buffer.count) }
                ?? 0
        }
        let own = String(decoding: bytes.prefix(max(0, length)), as: UTF8.self)
        let directory = own.split(separator: "/", omittingEmptySubsequences: false).dropLast().joined(separator: "/")
        return own.hasSuffix(".xctest") ? directory : PackageRoot[".build/debug"]
    }()
}
