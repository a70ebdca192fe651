import AgentCore
import AgentTestKit
import Collectors
import EventModel
import HTTPClient

/// What a life is about, drawn from its seed: the server's ways, the page, the way in.
struct HostileWorld: Sendable {
    /// How a server's history is read there.
    enum Server: CaseIterable {
        case vCenter, withoutPush, withoutLatestEvent, host, twoObjects
    }

    var server: Server
    var settings = FixtureSettings()
    var pageSize: Int
    var isTLS: Bool
    /// By an authority and the name; else by the thumbprint.
    var trustsAuthority: Bool

    init(seed: UInt64) {
        // Another stream of numbers than the plan's.
        var random = SeededGenerator(seed: ~seed)
        let servers: [Server] = [.vCenter, .vCenter, .vCenter] + Server.allCases
        server = servers.randomElement(using: &random) ?? .vCenter
        pageSize = [3, 10, 100].randomElement(using: &random) ?? 10
        isTLS = Int.random(in: 0..<3, using: &random) == 0
        trustsAuthority = Bool.random(using: &random)
        switch server {
        case .vCenter, .twoObjects: break
        case .withoutPush: settings.supportsPush = false
        case .withoutLatestEvent: settings.hasLatestEvent = false
        case .host: settings = .esxi
        }
        // There a round is read as a whole, or not at all.
        if server == .withoutLatestEvent || server == .twoObjects { pageSize = 100 }
        settings.maxCollector = Int.random(in: 5...10, using: &random)
        settings.wireStyle = Bool.random(using: &random) ? .vCenter : .vcsim
        settings.sendsChunked = Bool.random(using: &random)
        settings.pageOrder = [.oldestFirst, .newestFirst, .mixed].randomElement(using: &random) ?? .oldestFirst
        settings.propertiesWithoutSession = Bool.random(using: &random) ? .missingSet : .fault
    }

    /// What may go wrong there. An answer that belongs to another call can be told from the right one only where the
    /// answers of one collector are followed to the newest event.
    var limits: HostilePlan.Limits {
        var limits = HostilePlan.Limits()
        limits.hasCertificates = isTLS
        if server == .twoObjects || server == .withoutLatestEvent { limits.lies = 0 }
        return limits
    }

    /// An event the user sees.
    func event(_ number: Int) -> FixtureEvent {
        let event = FixtureEvent(
            "VmPoweredOnEvent", vm: .vm(41 + number % 20), message: "event \(number) of \"web\" & <others>")
        return settings.isESXi ? event.onHost() : event
    }

    func configuration(url: String) throws -> VSphereEventsConfiguration {
        let objects = server == .twoObjects ? #", "entities": ["group-d1", "group-v3"]"# : ""
        return try read(
            #"""
            { "url": "\#(url)/sdk", "username": "\#(settings.userName)", "password": { "env": "P" },
              "start": "beginning", "pageSize": \#(pageSize)\#(objects) }
            """#)
    }
}

/// Reads a configuration from JSON text.
func read<Configuration: Configurable>(_ text: String) throws -> Configuration {
    guard case .object(let members, _) = try JSONDocument(Array(text.utf8)).root else {
        throw ConfigurationProblem(path: .init(), text: "no object")
    }
    var reader = ConfigurationReader(members: members, path: .init(), directory: "/etc")
    let configuration = Configuration(from: &reader)
    if let problem = reader.finish().first { throw problem }
    return configuration
}
