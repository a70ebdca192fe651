import AgentCore

/// Why a delivery is to be tried again; a text that says so when it is not.
func retryReason(_ deliver: () async throws -> Void) async -> String {
    do {
        try await deliver()
        return "no error"
    } catch let error as DeliveryError {
        if case .retryable(let reason, _) = error { return reason }
        return "not retryable: \(error)"
    } catch {
        return "no delivery error: \(error)"
    }
}
