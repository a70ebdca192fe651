import AgentTestKit
import Testing

@Suite("The library product")
struct EmbeddingTests {
    /// Until the modules of the product are public, nobody outside can use them.
    private static let isPublic =
        TestFile.text(PackageRoot["Sources/Pipeline/EventManager.swift"])?.contains("public actor EventManager") == true

    @Test(
        "another package embeds the manager with a collector and a sink of its own",
        .enabled(if: isPublic, "the modules of the product are not public"), .timeLimit(.minutes(15)))
    func embeds() async throws {
        let program = try ChildProcess(
            .init(
                "/usr/bin/env",
                [
                    "swift", "run", "--quiet", "--package-path", PackageRoot["Tests/Embedding"], "--scratch-path",
                    PackageRoot[".build/embedding"], "embedding",
                ]))
        #expect(try await program.waitForExit(limit: .seconds(900)) == .code(0), "\(program.errors)")
        #expect(
            program.output.split(separator: "\n") == [
                "1 node.added The node was added.", "2 node.added The node was added.",
                "3 node.schedulable-changed The node is schedulable: false.",
                "4 request.predicate-failed No node suits the request: node is full (2).", "4 events, 1 filtered",
            ])
    }
}
