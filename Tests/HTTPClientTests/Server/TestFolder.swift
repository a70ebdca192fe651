import Foundation

/// Folders for tests, gone with the process.
enum TestFolder {
    private static let root: URL = {
        atexit { try? FileManager.default.removeItem(at: TestFolder.root) }
        return FileManager.default.temporaryDirectory.appending(
            path: "HTTPClientTests-\(getpid())-\(UUID().uuidString)")
    }()

    /// A name in the root nobody else has; the folder is not made yet.
    static func unused() -> URL { root.appending(path: UUID().uuidString) }
}
