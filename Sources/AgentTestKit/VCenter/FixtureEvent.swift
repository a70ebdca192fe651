package import EventModel

/// An event as a test says it; the fixture vCenter gives it a key and a time unless it has them.
///
///     vcenter.append(FixtureEvent("VmPoweredOnEvent", vm: .vm(41), extra: "<template>false</template>"))
package struct FixtureEvent: Sendable {
    /// The vim25 class; any name is taken.
    package var className: String
    /// nil: the server's next one.
    package var key: Int32?
    /// nil: the key.
    package var chainId: Int32?
    /// nil: the server's time. A late event gives an older one.
    package var createdTime: Timestamp?
    /// Who caused it; empty: nobody.
    package var userName = "VSPHERE.LOCAL\\Administrator"
    /// nil: the event does not say.
    package var datacenter: FixtureEntity? = .datacenter
    /// nil: the event does not say.
    package var computeResource: FixtureEntity? = .cluster
    /// nil: the event does not say.
    package var host: FixtureEntity?
    /// nil: the event does not say.
    package var vm: FixtureEntity?
    /// `ds`; nil: absent, as it mostly is.
    package var datastore: FixtureEntity?
    /// `net`; nil: absent.
    package var network: FixtureEntity?
    /// nil: absent.
    package var dvs: FixtureEntity?
    /// `fullFormattedMessage`; nil: absent.
    package var message: String?
    /// The class's own elements, as XML, after `changeTag`.
    package var extra: String
    /// Everything inside the element as XML, instead of all of the above: for events nobody can decode.
    package var rawContent: String?
    /// The dynamic id of an `EventEx` or `ExtendedEvent`: filters match it; the element itself belongs to `extra`.
    package var eventTypeId: String?
    /// `info`, `warning`, `error` or `user`: what the event description says of the class.
    package var category = "info"
    /// Whether the logged-in user may see it.
    package var isVisible = true

    package init(
        _ className: String, vm: FixtureEntity? = nil, host: FixtureEntity? = .host(21), message: String? = nil,
        extra: String = ""
    ) {
        (self.className, self.vm, self.host, self.extra) = (className, vm, host, extra)
        self.message = message ?? "\(className) of \(vm?.name ?? "the system")"
    }

    /// The same event as a host tells it: with its own datacenter, compute resource and itself.
    package func onHost() -> FixtureEvent {
        var event = self
        (event.datacenter, event.computeResource, event.host) = (.hostDatacenter, .hostResource, .thisHost)
        return event
    }

    /// The objects the event names.
    var entities: [FixtureEntity] {
        [vm, host, computeResource, datacenter, datastore, network, dvs].compactMap { $0 }
    }
}

/// An event in the store: encoded once, with what filters ask for.
struct StoredEvent: Sendable {
    /// Its place in the store, from 0, never reused.
    let ordinal: Int
    let key: Int32
    let chainId: Int32
    let createdTime: Timestamp
    let className: String
    let userName: String
    let eventTypeId: String?
    let category: String
    /// The managed object ids it names.
    let entities: [String]
    let isVisible: Bool
    /// The XML inside the event's element.
    let content: [UInt8]

    init(_ event: FixtureEvent, ordinal: Int, key: Int32, createdTime: Timestamp) {
        (self.ordinal, self.key, self.createdTime) = (ordinal, key, createdTime)
        chainId = event.chainId ?? key
        (className, userName, eventTypeId) = (event.className, event.userName, event.eventTypeId)
        (category, isVisible) = (event.category, event.isVisible)
        entities = event.entities.map(\.value)
        content = EventEncoding.content(of: event, key: key, chainId: chainId, createdTime: createdTime)
    }
}
