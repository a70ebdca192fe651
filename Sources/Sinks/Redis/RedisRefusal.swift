#if Redis
    import AgentCore

    /// What an error reply of Redis means: they begin with a word, mostly.
    enum RedisRefusal: Equatable {
        case error(DeliveryError)
        /// The server does not know the script by its digest.
        case unknownScript
        /// Another node of the cluster has the stream.
        case elsewhere(RedisServer)

        /// Reasons are cut here.
        private static let reasonBytes = 500

        init(_ text: String) {
            let reason = String(decoding: text.utf8.prefix(Self.reasonBytes), as: UTF8.self)
            let words = text.split(separator: " ", maxSplits: 3)
            switch words.first ?? "" {
            case "NOSCRIPT": self = .unknownScript
            case "MOVED", "ASK":
                // MOVED 3999 127.0.0.1:6381
                let server = words.count == 3 ? RedisServer(String(words[2])) : nil
                self = server.map { .elsewhere($0) } ?? .error(.retryable(reason: reason))
            case "NOAUTH", "WRONGPASS", "NOPERM", "WRONGTYPE", "DENIED": self = .error(.held(reason: reason))
            case "ERR":
                // A text longer than proto-max-bulk-len: the server closes the connection, too.
                if text.contains("Protocol error") {
                    self = .error(.tooLarge(reason: reason))
                } else {
                    self = .error(.held(reason: reason))
                }
            // LOADING, READONLY, OOM, BUSY, MISCONF, CLUSTERDOWN, MASTERDOWN, NOREPLICAS, TRYAGAIN and others.
            default: self = .error(.retryable(reason: reason))
            }
        }
    }
#endif
