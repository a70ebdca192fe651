#if Redis
    package import AgentCore
    import EventModel

    /// What `collectors.json` says about a sink of kind `redis`.
    package struct RedisSinkConfiguration: Configurable, Hashable {
        package var server: RedisServer
        package var stream: String
        package var maxLength: Int?
        package var username: String?
        package var password: SecretReference?
        package var database: Int
        package var replicas: Int
        package var timeout: Duration

        package init(
            server: RedisServer, stream: String = "guestwatch", maxLength: Int? = 1_000_000, username: String? = nil,
            password: SecretReference? = nil, database: Int = 0, replicas: Int = 0, timeout: Duration = .seconds(10)
        ) {
            (self.server, self.stream, self.maxLength, self.username) = (server, stream, maxLength, username)
            (self.password, self.database, self.replicas) = (password, database, replicas)
            self.timeout = timeout
        }

        package init(from reader: inout ConfigurationReader) {
            server = reader.required(
                "server", .redisServer, "Where it listens: \"127.0.0.1:6379\", or the path of its unix socket.")
            stream = reader.optional("stream", .string, default: "guestwatch", "The stream events are added to.")
            maxLength = reader.optional(
                "maxLength", .integer(in: 1...1_000_000_000),
                "About so many entries the stream keeps, the newest; all, if not given.")
            username = reader.optional("username", .string, "Who logs in (ACL); the default user, if not given.")
            password = reader.optional("password", .secret, "Where the password is.")
            database = reader.optional("database", .integer(in: 0...65_535), default: 0, "The database's number.")
            replicas = reader.optional(
                "replicas", .integer(in: 0...16), default: 0,
                "How many replicas must have an event before it counts as delivered.")
            timeout = reader.optional(
                "timeout", .duration, default: .seconds(10), "How long one delivery waits for the server.")
            if timeout < .milliseconds(100) || timeout > .seconds(600) {
                reader.problem("timeout: not between 100 ms and 10 minutes; write \"10s\"")
            }
            if username != nil, password == nil { reader.problem("\"username\" needs a \"password\"") }
        }
    }

    /// Where a Redis server listens.
    package enum RedisServer: Sendable, Hashable {
        case tcp(host: String, port: Int)
        case unix(path: String)

        /// Reads `host:port`, `[v6]:port`, `host`, or an absolute path.
        package init?(_ text: String) {
            if text.hasPrefix("/") {
                self = .unix(path: text)
                return
            }
            let colon = text.lastIndex(of: ":")
            let isBare = colon == nil || text.hasSuffix("]")
            let host = isBare ? text[...] : text[..<(colon ?? text.endIndex)]
            let port = isBare ? 6379 : colon.flatMap { Int(text[text.index(after: $0)...]) }
            guard let port, (1...65_535).contains(port), !host.isEmpty, !host.contains(where: { " /@".contains($0) })
            else { return nil }
            let name = host.hasPrefix("[") && host.hasSuffix("]") ? host.dropFirst().dropLast() : host
            guard !name.isEmpty, name.count == host.count - 2 || !name.contains(":") else { return nil }
            self = .tcp(host: String(name), port: port)
        }
    }

    extension ConfigurationType where Value == RedisServer {
        static var redisServer: Self {
            .text(
                expected: "a server such as \"127.0.0.1:6379\" or \"/path/of/redis.sock\"",
                placeholder: .unix(path: "/")
            ) { RedisServer($0) }
        }
    }
#endif
