import AgentTestKit

/// A reader of a vCenter's events that others wrote the library of.
struct Peer {
    var name: String
    /// The program and its first arguments.
    var command: [String]
    /// How many events are enough for it.
    var events: Int

    /// Those that `make` could build or install.
    static let all: [Peer] = {
        let (built, sources) = ("\(PackageRoot.path)/Benchmarks/.build", "\(PackageRoot.path)/Benchmarks/Peers")
        return [
            Peer(name: "govmomi", command: ["\(built)/govmomi-reader"], events: 250_000),
            Peer(
                name: "pyVmomi", command: ["\(built)/pyvmomi/bin/python", "\(sources)/pyvmomi-reader.py"],
                events: 20_000),
        ].filter { TestFile.exists($0.command[0]) }
    }()
}
