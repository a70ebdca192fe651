/// Finds the files that patterns mean, and the folders where such files may appear.
package struct PathSearch<Tree: FileTree> {
    /// What was found.
    package struct Found: Sendable {
        /// Regular files by path, in the order of their paths.
        package var files: [(path: String, look: FileLook)] = []
        /// Folders whose changes matter: searched ones, and the nearest that exists above one that does not.
        package var folders: Set<String> = []
        /// Paths that are symbolic links: what changes behind them is told in another folder.
        package var links: Set<String> = []
        /// More files were meant than may be followed.
        package var isCut = false
    }

    /// Deeper folders are not searched by `**`.
    private let depthLimit = 16
    /// More files are not followed by one collector.
    package static var fileLimit: Int { 50_000 }

    private let tree: Tree
    private let patterns: [PathPattern]
    private let excluded: [PathPattern]
    private var found = Found()
    private var seen: Set<String> = []
    private var listed: [String: [FolderEntry]] = [:]

    package init(_ patterns: [PathPattern], excluding excluded: [PathPattern], in tree: Tree) {
        (self.patterns, self.excluded, self.tree) = (patterns, excluded, tree)
    }

    /// Searches anew.
    package consuming func run() -> Found {
        for pattern in patterns { search("", pattern.segments[...], depth: 0) }
        found.files.sort { $0.path < $1.path }
        return found
    }

    private mutating func search(_ folder: String, _ segments: ArraySlice<PathPattern.Segment>, depth: Int) {
        guard let segment = segments.first else { return }
        let rest = segments.dropFirst()
        switch segment {
        case .name(let name):
            let path = "\(folder)/\(name)"
            guard rest.isEmpty else { return search(path, rest, depth: depth) }
            watch(folder)
            // Only a listing tells a link apart; a wildcard beside this name has it already.
            add(path, kind: .unknown)
        case .wild(let pattern):
            for entry in list(folder) where PathPattern.matches(name: Array(entry.name.utf8), pattern: pattern) {
                let path = "\(folder)/\(entry.name)"
                if rest.isEmpty {
                    add(path, kind: entry.kind)
                } else if entry.kind != .file, entry.kind != .other {
                    search(path, rest, depth: depth)
                }
            }
        case .anyFolders:
            search(folder, rest.isEmpty ? [.wild([UInt8(ascii: "*")])] : rest, depth: depth)
            guard depth < depthLimit else { return }
            // Links to folders are not gone into: they may lead back.
            for entry in list(folder) where entry.kind == .folder && entry.name.utf8.first != UInt8(ascii: ".") {
                search("\(folder)/\(entry.name)", segments, depth: depth + 1)
            }
        }
    }

    private mutating func add(_ path: String, kind: FolderEntry.Kind) {
        guard kind != .folder, kind != .other, !seen.contains(path) else { return }
        guard !excluded.contains(where: { $0.matches(path) }), let look = tree.look(at: path), look.isRegular else {
            return
        }
        guard found.files.count < Self.fileLimit else {
            found.isCut = true
            return
        }
        seen.insert(path)
        found.files.append((path, look))
        if kind != .file { found.links.insert(path) }
    }

    private mutating func list(_ folder: String) -> [FolderEntry] {
        if let known = listed[folder] { return known }
        watch(folder)
        let entries = tree.entries(of: folder.isEmpty ? "/" : folder) ?? []
        listed[folder] = entries
        return entries
    }

    /// Notes a folder, or the nearest above it that exists.
    private mutating func watch(_ folder: String) {
        var folder = folder
        while !folder.isEmpty, !found.folders.contains(folder), tree.look(at: folder) == nil {
            folder = String(folder[..<(folder.lastIndex(of: "/") ?? folder.startIndex)])
        }
        found.folders.insert(folder)
    }
}
