#if PostgreSQL
    import AgentCore

    /// What PostgreSQL, or libpq on the way to it, answered instead of doing as asked.
    struct PostgresError: Error, Equatable {
        /// The five characters that name the error; empty where it was libpq that failed.
        var state: String
        var message: String
        /// No connection stood yet, or it stands no more.
        var isConnectionLost = false
        /// Found by us: a person must act.
        var isHeld = false

        /// A reason is no longer than this: a server may repeat a whole event in its message.
        private static let longestMessage = 500

        /// Nobody answered in time.
        static func timedOut(_ attempt: String) -> PostgresError {
            PostgresError(state: "", message: "timed out: \(attempt)", isConnectionLost: true)
        }

        /// The delivery was called off.
        static let cancelled = PostgresError(state: "", message: "cancelled", isConnectionLost: true)

        /// A lock that upkeep did not wait for: 55P03, or 40P01 for two that wait for each other.
        var isLock: Bool { ["55P03", "40P01"].contains(state) }

        /// A table or schema is not there.
        var isMissingTable: Bool { ["42P01", "3F000"].contains(state) }

        /// Something of that name is there already.
        var isDuplicate: Bool { ["42P07", "23505", "42710"].contains(state) }

        /// Who acts on it: this sink's next attempt, a person, or nobody.
        var deliveryError: DeliveryError {
            let text = String(decoding: message.utf8.prefix(Self.longestMessage), as: UTF8.self)
            let reason = state.isEmpty ? text : "\(text) (SQLSTATE \(state))"
            if state.isEmpty { return isHeld || isHeldByLibrary ? .held(reason: reason) : .retryable(reason: reason) }
            if isHeld || Self.held.contains(state) { return .held(reason: reason) }
            switch state.prefix(2) {
            case "22", "23", "54": return .refused(reason: reason)
            // No table: the next attempt makes the schema anew, on a connection of its own.
            case "42" where isMissingTable: return .retryable(reason: reason)
            case "28", "42", "0A", "3D": return .held(reason: reason)
            default: return .retryable(reason: reason)
            }
        }

        /// Data (XX001) or an index (XX002) are damaged: a person must look before more is written.
        private static let held: Set<String> = ["XX001", "XX002"]

        /// libpq gives no code of its own: what it says about certificates, TLS and passwords waits for a person.
        private var isHeldByLibrary: Bool {
            guard isConnectionLost else { return false }
            let words = [
                "certificate", "does not support SSL", "no password supplied", "private key", "tlsv1 alert",
                "sslv3 alert",
                "unsupported protocol", "wrong version number", "authentication method",
            ]
            return words.contains { message.contains($0) }
        }

        /// Takes the SQLSTATE out of a message written with `PQERRORS_VERBOSE`, which is how libpq tells the one of a
        /// connection that was refused: `FATAL:  28P01: password authentication failed for user "x"`.
        init(connecting text: String) {
            let lines = text.split(separator: "\n").filter { !$0.hasPrefix("LOCATION:") }
            message = lines.joined(separator: "; ")
            state = ""
            isConnectionLost = true
            let parts = message.split(separator: ":  ", maxSplits: 1)
            guard parts.count == 2, let code = parts[1].split(separator: ": ", maxSplits: 1).first,
                code.utf8.count == 5,
                code.utf8.allSatisfy({ 0x30...0x39 ~= $0 || 0x41...0x5A ~= $0 })
            else { return }
            state = String(code)
            message = "\(parts[0]):  \(parts[1].dropFirst(state.count + 2))"
        }

        init(state: String, message: String, isConnectionLost: Bool = false, isHeld: Bool = false) {
            (self.state, self.message, self.isConnectionLost) = (state, message, isConnectionLost)
            self.isHeld = isHeld
        }
    }
#endif
