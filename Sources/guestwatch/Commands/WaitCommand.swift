import AgentCore
import ArgumentParser
import EventModel
import Platform

/// `guestwatch wait GUEST STATE`: returns when the guest is in that state.
struct WaitCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "wait", abstract: "Wait until a guest is in a state; also when it is there already.",
        discussion: """
            No change is missed between looking and waiting. A guest nobody has heard of yet is waited for, too. \
            Exit status 1 when the time is over.
            """)

    @OptionGroup var connection: ConnectionOptions

    @Argument(help: "The guest: its id, subject (vm/vm-41), identifier or name.")
    var guest: String

    @Argument(help: "created, running, paused, suspended, stopped, exited, crashed or removed.")
    var state: GuestState

    @Option(help: "Give up after so many seconds; for ever when left out.")
    var timeout: Double?

    /// The states the API tells of.
    enum GuestState: String, ExpressibleByArgument, CaseIterable {
        case created, running, paused, suspended, stopped, exited, crashed, removed
    }

    func run() async throws {
        try await connection.run { client in
            let last = Locked("never heard of")
            let isReached = try await within(timeout) { try await reach(client, last) }
            guard isReached else {
                throw ExitStatus.failed.exit(
                    "\"\(guest)\" is not \(state.rawValue) after \(timeout ?? 0) seconds: \(last.withLock { $0 })")
            }
        }
    }

    /// Subscribes before it looks: what happens after the look is in the stream.
    private func reach(_ client: APIClient, _ last: Locked<String>) async throws {
        while true {
            let through = try await client.get(APIPath("v1", "guests").with("count", 1)).count("through")
            if let present = try await present(client) {
                last.withLock { $0 = present }
                if present == state.rawValue { return }
            }
            // Any event may be the one that makes the guest known by this name.
            try await Following(client: client, filter: try .all, name: "wait").run(after: through, history: 0) {
                _ in false
            }
        }
    }

    private func present(_ client: APIClient) async throws -> String? {
        do throws(APIError) {
            return try await client.get(APIPath("v1", "guests", guest))["state"]?.string
        } catch {
            if case .problem(404, _, _) = error { return nil }
            throw error
        }
    }

    /// Whether the work was done in time.
    private func within(_ seconds: Double?, _ work: @escaping @Sendable () async throws -> Void) async throws -> Bool {
        guard let seconds else {
            try await work()
            return true
        }
        return try await withThrowingTaskGroup(of: Bool.self) { group in
            group.addTask {
                try await work()
                return true
            }
            group.addTask {
                try await AgentClock.system.sleep(.milliseconds(Int64(seconds * 1000)))
                return false
            }
            defer { group.cancelAll() }
            return try await group.next() ?? false
        }
    }
}
