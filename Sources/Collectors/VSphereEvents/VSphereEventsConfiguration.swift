package import AgentCore
import EventModel
package import HTTPClient
import VSphere

/// What `collectors.json` says about a collector of kind `vsphere-events`.
package struct VSphereEventsConfiguration: Configurable {
    /// More are read in as many rounds: ask for a folder that holds them instead.
    package static let maximumEntities = 16

    package var url: String
    package var userName: String
    package var password: SecretReference
    package var connection: HTTPConnection
    package var start: StartPoint
    package var interval: Duration
    package var pageSize: Int
    package var entities: [EntityFilter]
    package var types: [String]
    package var users: [String]
    package var categories: [String]
    package var overrides: [TypeOverride]

    package init(from reader: inout ConfigurationReader) {
        url = reader.required(
            "url", .url(schemes: ["https", "http"]), "The SDK endpoint: \"https://vc1.example/sdk\".")
        userName = reader.required("username", .string, "Who logs in; needs no privilege but to see.")
        password = reader.required("password", .secret, "Where the password is.")
        let tls: TLSConfiguration? = reader.optional("tls", .object(), "How the server proves who it is.")
        let proxy = reader.optional(
            "proxy", .url(schemes: ["http", "https", "socks5", "socks5h"]), "The proxy to go through.")
        connection = HTTPConnection(
            trust: tls?.trust ?? .systemAuthorities, identity: tls?.identity, proxy: proxy)
        start = reader.optional(
            "start", .startPoint, default: .now,
            "Where to begin without a checkpoint: \"now\", \"beginning\", an RFC 3339 time, or \"-1h\" back.")
        interval = reader.optional(
            "interval", .duration, default: .seconds(2), "How often to look for events where the server cannot tell.")
        pageSize = reader.optional("pageSize", .integer(in: 1...1000), default: 1000, "The most events of one answer.")
        entities = reader.optional(
            "entities", .list(of: .entity), default: [], "Only events of these objects and what they hold; empty: all.")
        types = reader.optional(
            "types", .list(of: .string), default: [],
            "Only these vim25 classes, with their subclasses, and dynamic ids; empty: all.")
        users = reader.optional("users", .list(of: .string), default: [], "Only events these users caused; empty: all.")
        categories = reader.optional(
            "categories", .list(of: ConfigurationType<Category>.choice()), default: [],
            "Only events of these categories; empty: all."
        ).map(\.rawValue)
        overrides = reader.optional(
            "overrides", .list(of: .object()), default: [], "Other types or severities for some kinds of events.")
        if entities.count > Self.maximumEntities {
            reader.problem("\"entities\" has more than \(Self.maximumEntities) objects; name a folder that holds them")
        }
    }

    /// vCenter's own categories of events.
    private enum Category: String, CaseIterable, Sendable {
        case info, warning, error, user
    }

    /// The host of `url`: names a server that has no instance UUID.
    var host: String {
        let rest = url.drop { $0 != ":" }.dropFirst(3)
        let authority = rest.prefix { $0 != "/" && $0 != "?" }
        return String(authority.split(separator: "@").last ?? authority)
    }

    /// How many readings one round takes.
    var entityCount: Int { max(1, entities.count) }

    /// The filter of an entity; the whole server when there is none, or with `entity` nil.
    func filter(entity: Int?, begin: Timestamp?, end: Timestamp? = nil, maximumCount: Int) -> EventFilterSpec {
        var filter = EventFilterSpec(begin: begin, end: end, eventTypeIds: types, maximumCount: maximumCount)
        if let entity, entities.indices.contains(entity) {
            filter.entity = entities[entity].reference
            filter.recursion = entities[entity].recursion
        }
        (filter.userNames, filter.categories) = (users, categories)
        return filter
    }

    /// Names what is filtered on the server; see `VSphereCheckpoint.filter`.
    var filterFingerprint: String {
        var hash = StableHash()
        let entities = entities.map { "\($0.reference) \($0.recursion.rawValue)" }
        for part in [entities, types, users, categories] {
            for word in part.sorted() {
                hash.add(word.utf8)
                hash.add([0])
            }
            hash.add([1])
        }
        return String(hash.text.prefix(16))
    }
}
