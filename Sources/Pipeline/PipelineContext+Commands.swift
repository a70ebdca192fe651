import AgentCore
import EventModel

extension PipelineContext {
    /// Performs a command given to the agent, between the events that it began and that it is done or has failed.
    ///
    /// The events are made once each, whoever gave the command; they hold the command up only for a commit.
    func announceCommand<Result, Failure: Error>(
        _ name: String, _ options: [JSONValue.Member] = [], _ body: () async throws(Failure) -> Result
    ) async throws(Failure) -> Result {
        guard let source else { return try await body() }
        let command = ManagementCommand(id: commandID(), name: name, options: options)
        await announce(command.event(.run, source: source, at: clock.now()))
        do {
            let result = try await body()
            await announce(command.event(.done, source: source, at: clock.now()))
            return result
        } catch {
            await announce(command.event(.failed("\(error)"), source: source, at: clock.now()))
            throw error
        }
    }

    /// A number of this process and, so that another process of the same host never gives it again, the time.
    private func commandID() -> String {
        "\(clock.now().nanoseconds)-\(commands.next())"
    }
}
