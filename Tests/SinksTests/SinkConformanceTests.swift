import AgentCore
import AgentTestKit
import Foundation
import Testing

@testable import Sinks

@Suite struct SinkConformanceTests {
    @Test("the file sink keeps the promises of a sink", arguments: SinkPromise.allCases)
    func file(promise: SinkPromise) async throws {
        let folder = try TemporaryFolder()
        let archive = ArchiveFolder(folder: folder)
        let path = folder.path(of: "events.jsonl")
        try await SinkConformance(
            repeats: .removed,
            start: { try FileSink(.init(path: path), in: $0) },
            delivered: { try archive.sequences() },
            breakDestination: {
                try FileManager.default.moveItem(atPath: path, toPath: path + ".away")
                try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: false)
            },
            mendDestination: {
                try FileManager.default.removeItem(atPath: path)
                try FileManager.default.moveItem(atPath: path + ".away", toPath: path)
            }
        ).check(promise)
    }

    @Test("the file sink keeps them with rotation at every batch", arguments: SinkPromise.allCases)
    func rotatingFile(promise: SinkPromise) async throws {
        let folder = try TemporaryFolder()
        let archive = ArchiveFolder(folder: folder)
        let rotation = FileSinkConfiguration.Rotation(bytes: 1)
        try await SinkConformance(
            repeats: .removed,
            start: { try FileSink(.init(path: folder.path(of: "events.jsonl"), rotate: rotation), in: $0) },
            delivered: { try archive.sequences() }
        ).check(promise)
    }

    @Test("the stdout sink keeps the promises of a sink", arguments: SinkPromise.allCases)
    func stdout(promise: SinkPromise) async throws {
        let pipe = TestPipe()
        try await SinkConformance(
            repeats: .keptAfterRestart,
            start: { StdoutSink(.init(format: .json), in: $0, terminal: pipe.terminal) },
            delivered: { try pipe.sequences() }
        ).check(promise)
    }
}
