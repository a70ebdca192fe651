import Foundation

/// A folder of a test, removed with its last reference.
final class TemporaryFolder: Sendable {
    let path: String

    init() throws {
        let url = FileManager.default.temporaryDirectory.appendingPathComponent("sinks-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: url, withIntermediateDirectories: true)
        path = url.path
    }

    deinit {
        try? FileManager.default.removeItem(atPath: path)
    }

    func path(of name: String) -> String { "\(path)/\(name)" }

    var names: [String] {
        get throws { try FileManager.default.contentsOfDirectory(atPath: path).sorted() }
    }

    func bytes(of name: String) throws -> [UInt8] {
        [UInt8](try Data(contentsOf: URL(fileURLWithPath: path(of: name))))
    }

    func write(_ bytes: some Sequence<UInt8>, to name: String) throws {
        try Data(Array(bytes)).write(to: URL(fileURLWithPath: path(of: name)))
    }

    func remove(_ name: String) throws {
        try FileManager.default.removeItem(atPath: path(of: name))
    }

    /// A copy of the folder as it is now.
    func copy() throws -> TemporaryFolder {
        let copy = try TemporaryFolder()
        for name in try names {
            try? FileManager.default.copyItem(atPath: path(of: name), toPath: copy.path(of: name))
        }
        return copy
    }
}
