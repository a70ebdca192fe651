#if PostgreSQL
    package import AgentCore
    import EventModel

    /// What `collectors.json` says about a sink of kind `postgres`.
    package struct PostgresConfiguration: Configurable, Hashable {
        /// One server of several that hold the same database.
        package struct Host: Sendable, Hashable {
            /// A name, an address, or the folder of a unix socket.
            package var name: String
            package var port: Int

            package init(name: String, port: Int = Host.usualPort) {
                (self.name, self.port) = (name, port)
            }

            package static let usualPort = 5432
        }

        /// Tried one after the other, until one lets us write.
        package var hosts: [Host]
        package var database: String
        package var userName: String
        package var password: SecretReference?
        package var tls: PostgresTLS
        package var schema: String
        package var retention: Duration?
        package var timeout: Duration

        package init(
            hosts: [Host], database: String, userName: String, password: SecretReference? = nil,
            tls: PostgresTLS = PostgresTLS(), schema: String = "guestwatch", retention: Duration? = nil,
            timeout: Duration = .seconds(30)
        ) {
            (self.hosts, self.database, self.userName, self.password) = (hosts, database, userName, password)
            (self.tls, self.schema, self.retention, self.timeout) = (tls, schema, retention, timeout)
        }

        package init(from reader: inout ConfigurationReader) {
            hosts = reader.required(
                "hosts", .list(of: .postgresHost),
                "Servers, as \"name\" or \"name:port\", or a socket's folder; the first that may be written to is used."
            )
            database = reader.optional("database", .string, default: "guestwatch", "The database.")
            userName = reader.optional("username", .string, default: "guestwatch", "The role that logs in.")
            password = reader.optional(
                "password", .secret, "Where the password is; none where the server asks for none.")
            tls = reader.optional(
                "tls", .object(), default: PostgresTLS(), "How the connection is encrypted, and for whom.")
            schema = reader.optional(
                "schema", .postgresName, default: "guestwatch", "The schema the tables are made in.")
            retention = reader.optional(
                "retention", .duration, "Days older than this are dropped; none, if not given.")
            timeout = reader.optional(
                "timeout", .duration, default: .seconds(30), "The longest a delivery may take, connecting included.")
            if hosts.isEmpty { reader.problem("\"hosts\" is empty: name a server") }
            if hosts.count > Self.mostHosts { reader.problem("\"hosts\" names more than \(Self.mostHosts) servers") }
            if let retention, retention < .seconds(86_400) {
                reader.problem("retention: shorter than the day a partition holds; write \"1d\" or more")
            }
            if timeout < .seconds(1) { reader.problem("timeout: too short for a delivery; write \"1s\" or more") }
        }

        /// Each may use up the whole time of a delivery.
        private static let mostHosts = 16
    }

    extension ConfigurationType where Value == PostgresConfiguration.Host {
        /// `db1.example`, `db1.example:5433`, `[::1]:5432`, `/run/postgresql`.
        static var postgresHost: Self {
            .text(
                expected: "a server such as \"db1.example\" or \"db1.example:5433\", or the folder of a socket",
                schema: [.init("minLength", 1)], placeholder: .init(name: "")
            ) { text in
                guard !text.isEmpty, text.utf8.allSatisfy({ $0 > 0x20 && $0 != 0x7F && $0 != UInt8(ascii: ",") }) else {
                    return nil
                }
                guard let colon = text.lastIndex(of: ":"), text.last != "]" else {
                    return .init(name: text.filter { $0 != "[" && $0 != "]" })
                }
                let name = text[..<colon].filter { $0 != "[" && $0 != "]" }
                guard let port = Int(text[text.index(after: colon)...]), (1...65535).contains(port), !name.isEmpty,
                    !name.contains(":") || text.hasPrefix("[")
                else { return nil }
                return .init(name: String(name), port: port)
            }
        }
    }

    extension ConfigurationType where Value == String {
        /// The name of a schema, of letters that need no quotes.
        static var postgresName: Self {
            .text(
                expected: "a name of small letters, digits and \"_\", at most 63 bytes",
                schema: [.init("pattern", "^[a-z_][a-z0-9_]{0,62}$")], placeholder: "guestwatch"
            ) { text in
                let isDigit = { (byte: UInt8) in 0x30...0x39 ~= byte }
                let isLetter = { (byte: UInt8) in 0x61...0x7A ~= byte || byte == UInt8(ascii: "_") }
                guard let first = text.utf8.first, isLetter(first), text.utf8.count <= 63, !text.hasPrefix("pg_") else {
                    return nil
                }
                return text.utf8.allSatisfy { isLetter($0) || isDigit($0) } ? text : nil
            }
        }
    }
#endif
