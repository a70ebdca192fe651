#if NATS
    package import AgentCore
    import CNATS

    /// One connection to a NATS server, by libnats: never reconnected by the library, so that whoever holds it knows
    /// when it was another. Every call blocks for its own bound at the most: use it on a thread of its own.
    package final class NATSLink {
        // SAFETY: `connection` is made by natsConnection_Connect and destroyed once, in deinit; all other handles live
        // within one call, or in a `NATSInbox`, which holds the link. Texts and payloads are copied by the library
        // before a call returns.
        let connection: OpaquePointer
        /// Of connecting and of requests.
        package let timeout: Duration

        /// Of what the server may leave unanswered before the connection is taken for dead, in milliseconds and pings.
        private static let (pingMilliseconds, pingsOut): (Int64, Int32) = (5000, 2)
        /// Written at once; larger than the library's own, for batches.
        private static let bufferBytes: Int32 = 128 << 10
        /// Of a reason so much is told. In bytes.
        static let reasonBytes = 400

        /// Connects. `name` is shown among the server's connections.
        package init(_ endpoint: NATSEndpoint, secrets: SecretStore, name: String) throws(NATSFailure) {
            timeout = endpoint.timeout
            var options: OpaquePointer?
            try Self.check(natsOptions_Create(&options), "natsOptions_Create")
            defer { natsOptions_Destroy(options) }
            try Self.set(options, endpoint, name)
            try Self.authenticate(options, endpoint, secrets)
            if let tls = endpoint.tls { try Self.secure(options, tls) }
            var connection: OpaquePointer?
            let status = natsConnection_Connect(&connection, options)
            guard status == NATS_OK, let connection else {
                throw Self.failure(status, "cannot connect to \"\(endpoint.url)\"")
            }
            self.connection = connection
        }

        deinit {
            natsConnection_Destroy(connection)
        }

        /// Whether it broke, or was closed by the server.
        package var isClosed: Bool { natsConnection_IsClosed(connection) }

        /// The largest payload with its headers, by the server's word.
        package var payloadLimit: Int { Int(natsConnection_GetMaxPayload(connection)) }

        /// What the server complained of last without ending the connection: a permission we lack.
        package var complaint: NATSFailure? {
            var text: UnsafePointer<CChar>?
            let status = natsConnection_GetLastError(connection, &text)
            guard status == NATS_NOT_PERMITTED else { return nil }
            return .refused("the server: " + Self.cut(text.map { String(cString: $0) } ?? "permissions violation"))
        }

        /// Asks and waits for the one answer.
        package func request(_ subject: String, _ payload: [UInt8]) throws(NATSFailure) -> [UInt8] {
            var reply: OpaquePointer?
            let status = natsConnection_Request(
                &reply, connection, subject, payload, Int32(payload.count), timeout.wholeMilliseconds)
            defer { natsMsg_Destroy(reply) }
            guard status == NATS_OK, let reply else {
                if status == NATS_TIMEOUT, let complaint { throw complaint }
                throw Self.failure(status, "no answer to \"\(subject)\"")
            }
            return NATSDelivery(message: reply).bytes
        }

        /// Hands one message to the library; what became of it, if `reply` asks for that, comes to the reply's inbox.
        package func publish(
            _ subject: String, reply: String? = nil, headers: [(String, String)] = [], payload: [UInt8] = []
        ) throws(NATSFailure) {
            var message: OpaquePointer?
            try Self.check(
                natsMsg_Create(&message, subject, reply, payload, Int32(payload.count)), "a message for \"\(subject)\"")
            defer { natsMsg_Destroy(message) }
            for (name, value) in headers { try Self.check(natsMsgHeader_Set(message, name, value), "a header") }
            try Self.check(natsConnection_PublishMsg(connection, message), "publishing to \"\(subject)\"")
        }

        /// The same for texts that end in a zero byte, without making strings of them: for batches.
        package func publish(
            subject: [UInt8], reply: [UInt8], headers: [(StaticString, [UInt8])], payload: [UInt8]
        ) throws(NATSFailure) {
            var message: OpaquePointer?
            var status = subject.withUnsafeBytes { subject in
                reply.withUnsafeBytes { reply in
                    payload.withUnsafeBytes { payload in
                        natsMsg_Create(
                            &message, subject.bindMemory(to: CChar.self).baseAddress,
                            reply.bindMemory(to: CChar.self).baseAddress,
                            payload.bindMemory(to: CChar.self).baseAddress, Int32(payload.count))
                    }
                }
            }
            defer { natsMsg_Destroy(message) }
            for (name, value) in headers where status == NATS_OK {
                status = value.withUnsafeBytes { value in
                    // A static string ends in a zero byte, too.
                    UnsafeRawPointer(name.utf8Start).withMemoryRebound(
                        to: CChar.self, capacity: name.utf8CodeUnitCount + 1
                    ) {
                        natsMsgHeader_Set(message, $0, value.bindMemory(to: CChar.self).baseAddress)
                    }
                }
            }
            if status == NATS_OK { status = natsConnection_PublishMsg(connection, message) }
            try Self.check(status, "publishing")
        }

        private static func set(_ options: OpaquePointer?, _ endpoint: NATSEndpoint, _ name: String) throws(NATSFailure)
        {
            let ignore: natsErrHandler = { _, _, _, _ in }
            let urls = ([endpoint.url] + endpoint.others).joined(separator: ",")
            let milliseconds = endpoint.timeout.wholeMilliseconds
            for status in [
                natsOptions_SetURL(options, urls), natsOptions_SetName(options, name),
                natsOptions_SetAllowReconnect(options, false), natsOptions_SetTimeout(options, milliseconds),
                natsOptions_SetWriteDeadline(options, milliseconds), natsOptions_SetIOBufSize(options, bufferBytes),
                natsOptions_SetPingInterval(options, pingMilliseconds), natsOptions_SetMaxPingsOut(options, pingsOut),
                // The library's own prints to standard error.
                natsOptions_SetErrorHandler(options, ignore, nil),
            ] { try check(status, "the options of \"\(endpoint.url)\"") }
        }

        private static func authenticate(
            _ options: OpaquePointer?, _ endpoint: NATSEndpoint, _ secrets: SecretStore
        ) throws(NATSFailure) {
            func secret(_ reference: SecretReference) throws(NATSFailure) -> String {
                do throws(SecretError) { return try secrets.read(reference) } catch {
                    throw .refused(error.description)
                }
            }
            if let username = endpoint.username, let password = endpoint.password {
                try check(natsOptions_SetUserInfo(options, username, try secret(password)), "the user name")
            }
            if let token = endpoint.token { try check(natsOptions_SetToken(options, try secret(token)), "the token") }
            if case .file(let path)? = endpoint.credentials {
                try check(natsOptions_SetUserCredentialsFromFiles(options, path, nil), "the credentials in \"\(path)\"")
            }
        }

        private static func secure(_ options: OpaquePointer?, _ tls: NATSTLS) throws(NATSFailure) {
            try require(natsOptions_SetSecure(options, true), "TLS")
            if let file = tls.caFile {
                try require(natsOptions_LoadCATrustedCertificates(options, file), "the authorities in \"\(file)\"")
            }
            if let certificate = tls.certificate, let key = tls.key {
                try require(
                    natsOptions_LoadCertificatesChain(options, certificate, key), "the certificate \"\(certificate)\"")
            }
            if let name = tls.serverName {
                try require(natsOptions_SetExpectedHostname(options, name), "the server's name")
            }
            if tls.insecure { try require(natsOptions_SkipServerVerification(options, true), "TLS without trust") }
        }

        /// What fails here is for a person to mend: a file that is missing.
        private static func require(_ status: natsStatus, _ attempt: String) throws(NATSFailure) {
            if status != NATS_OK { throw .refused("\(failure(status, "cannot use \(attempt)"))") }
        }

        static func check(_ status: natsStatus, _ attempt: String) throws(NATSFailure) {
            if status != NATS_OK { throw failure(status, attempt) }
        }

        /// A status in words, sorted by who can mend it.
        static func failure(_ status: natsStatus, _ attempt: String) -> NATSFailure {
            var ignored = status
            let detail = nats_GetLastError(&ignored).map { String(cString: $0) } ?? ""
            let words = natsStatus_GetText(status).map { String(cString: $0) } ?? "status \(status.rawValue)"
            let reason = cut("\(attempt): \(words)" + (detail.isEmpty || detail == words ? "" : " (\(detail))"))
            switch status {
            case NATS_CONNECTION_AUTH_FAILED, NATS_NOT_PERMITTED, NATS_SSL_ERROR, NATS_SECURE_CONNECTION_WANTED,
                NATS_SECURE_CONNECTION_REQUIRED, NATS_ADDRESS_MISSING, NATS_NO_SERVER_SUPPORT:
                return .refused(reason)
            case NATS_NO_RESPONDERS:
                return .answered(code: 503, number: 0, text: reason)
            default:
                return .unreachable(reason)
            }
        }

        static func cut(_ text: String) -> String {
            String(decoding: text.utf8.prefix(reasonBytes), as: UTF8.self)
        }
    }

    extension Duration {
        /// For the library's arguments: one at least.
        var wholeMilliseconds: Int64 {
            max(1, components.seconds * 1000 + components.attoseconds / 1_000_000_000_000_000)
        }
    }
#endif
