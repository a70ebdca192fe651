/// A version of the vim25 API: numbers between dots, `8.0.3.0`.
struct APIVersion: Sendable, Hashable, Comparable, CustomStringConvertible {
    /// The newest whose facts this client was written to.
    static let newestKnown = APIVersion(numbers: [8, 0, 3, 0])
    /// For a server that does not tell its versions: every server since 2013 speaks it.
    static let fallback = APIVersion(numbers: [5, 5])
    /// The first whose `EventFilterSpec` has `delayedInit`.
    static let delayedInit = APIVersion(numbers: [8, 0, 3, 0])

    private let numbers: [Int]

    private init(numbers: [Int]) {
        self.numbers = numbers
    }

    /// Nil for anything that is not one to eight numbers between dots: it goes into a header.
    init?(_ text: String) {
        let parts = text.split(separator: ".", omittingEmptySubsequences: false)
        let numbers = parts.compactMap { part in
            part.utf8.allSatisfy { $0 >= 0x30 && $0 <= 0x39 } && part.utf8.count <= 9 ? Int(part) : nil
        }
        guard numbers.count == parts.count, numbers.count <= 8 else { return nil }
        self.numbers = numbers
    }

    /// As it stands in the header of a request.
    var description: String { numbers.map(String.init).joined(separator: ".") }

    static func < (left: Self, right: Self) -> Bool {
        left.numbers.lexicographicallyPrecedes(right.numbers)
    }

    /// The newest version a server and this client both know, by its `vimServiceVersions.xml`.
    static func negotiated(_ document: XMLElement?) -> APIVersion {
        let namespaces = document?.name == "namespaces" ? document?.all("namespace") ?? [] : []
        guard let vim25 = namespaces.first(where: { $0.text("name") == XMLElement.vim25 }) else { return fallback }
        let prior = vim25["priorVersions"]?.all("version") ?? []
        let versions = (vim25.all("version") + prior).compactMap { APIVersion($0.text) }
        return versions.filter { $0 <= newestKnown }.max() ?? fallback
    }
}
