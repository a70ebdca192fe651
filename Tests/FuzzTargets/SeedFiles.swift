import Foundation

/// The files of the repository that seeds are made of.
public struct SeedFiles: Sendable {
    private let root: String
    /// A larger file teaches a fuzzer nothing more. In bytes.
    private static let sizeLimit = 64 << 10

    /// Takes the repository's folder.
    public init(root: String) {
        self.root = root
    }

    /// The files below a folder whose names end so, whole.
    func files(in folder: String, _ ending: String) -> [[UInt8]] {
        guard let all = FileManager.default.enumerator(atPath: "\(root)/\(folder)") else { return [] }
        return all.compactMap { $0 as? String }.filter { $0.hasSuffix(ending) }.sorted().compactMap { name in
            FileManager.default.contents(atPath: "\(root)/\(folder)/\(name)").map { Array($0.prefix(Self.sizeLimit)) }
        }
    }

    /// Their lines, each once.
    func lines(in folder: String, _ ending: String) -> [[UInt8]] {
        var seen: Set<[UInt8]> = []
        return files(in: folder, ending).flatMap { file in
            file.split(separator: UInt8(ascii: "\n")).map { Array($0) }.filter { seen.insert($0).inserted }
        }
    }
}
