/// One kind of event in a mix: its class, how often it comes, and what it says.
struct EventKind: Sendable {
    /// Which entity arguments an event of the kind has beside the datacenter.
    enum Scope: Sendable {
        case vm
        case host
        case cluster
        case datacenter
    }

    /// The vim25 class.
    var className: String
    /// Of a thousand events, in the mix of power operations and in the mix of changes.
    var weights: (power: Int, change: Int)
    /// Which entities it names.
    var scope: Scope
    /// The message; `$vm`, `$host`, `$n` are replaced.
    var message: String
    /// The class's own elements; the same replacements.
    var extra: String
    /// As the event description says.
    var category = "info"
    /// The dynamic id; nil for a class of its own.
    var eventTypeId: String?

    init(
        _ className: String, _ power: Int, _ change: Int, _ scope: Scope, _ message: String, _ extra: String = "",
        category: String = "info"
    ) {
        (self.className, weights, self.scope) = (className, (power, change), scope)
        (self.message, self.extra, self.category) = (message, extra, category)
    }

    /// An `EventEx` or `ExtendedEvent` with a dynamic id.
    static func dynamic(
        _ id: String, _ power: Int, _ change: Int, _ severity: String, _ message: String, _ arguments: [String]
    ) -> Self {
        let elements = arguments.map {
            "<arguments><key>\($0)</key><value xsi:type=\"xsd:string\">\($0)-$n</value></arguments>"
        }
        let object = "<objectId>host-21</objectId><objectType>HostSystem</objectType><objectName>$host</objectName>"
        let extra =
            "<eventTypeId>\(id)</eventTypeId><severity>\(severity)</severity><message></message>"
            + elements.joined() + object
        var kind = Self("EventEx", power, change, .host, message, extra, category: severity)
        kind.eventTypeId = id
        return kind
    }
}
