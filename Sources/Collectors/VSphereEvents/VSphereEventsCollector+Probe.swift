import AgentCore
import VSphere

extension VSphereEventsCollector {
    /// Logs in and reads the newest page: what `check --connect` shows.
    package func probe() async throws -> String {
        do {
            return try await look()
        } catch let error as VSphereError {
            throw error.thrown(by: configuration)
        }
    }

    private func look() async throws -> String {
        try await connect()
        guard let source else { return "not connected" }
        let about = try await source.client.serviceContent().about
        let filter = configuration.filter(entity: 0, begin: nil, maximumCount: configuration.pageSize)
        let collector = try await source.client.createEventCollector(filter)
        let events = try await collector.readNext(configuration.pageSize).events
        try await collector.destroy()
        return "\(about.fullName), API \(about.apiVersion): \(events.count) events in a page"
    }
}
