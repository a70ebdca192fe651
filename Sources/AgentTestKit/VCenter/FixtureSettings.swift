/// Who the fixture vCenter is and how it behaves. Set what a test needs; the rest is a vCenter 8.
package struct FixtureSettings: Sendable {
    /// How XML is written.
    package enum WireStyle: Sendable {
        /// One `xsi` prefix, bound on the Envelope, as vCenter and ESXi do.
        case vCenter
        /// A prefix of its own bound on each typed element, as vcsim does.
        case vcsim
    }

    /// The order of events inside one page.
    package enum PageOrder: Sendable {
        case oldestFirst
        /// As an ESXi host was seen to do.
        case newestFirst
        /// Neither, the same in each run: the API promises no order for `latestPage`.
        case mixed
    }

    /// What a call that reads properties without a session gets.
    package enum PropertiesWithoutSession: Sendable {
        /// HTTP 200 with `missingSet` and `NotAuthenticated` per property.
        case missingSet
        /// The fault, as other calls.
        case fault
    }

    /// The one user.
    package var userName = "watch@vsphere.local"
    /// The user's password: with characters that XML must escape.
    package var password = "s3cr<t&\"x"
    /// A host: `apiType` HostAgent, no `instanceUuid`, `ha-…` object ids.
    package var isESXi = false
    /// What `about` and the version list say.
    package var apiVersion = "8.0.3.0"
    /// Who this vCenter is.
    package var instanceUuid = "6f1c2d3e-4a5b-4c6d-8e7f-90a1b2c3d4e5"
    /// The most collectors of one session.
    package var maxCollector = 32
    /// `EventManager.latestEvent` is there.
    package var hasLatestEvent = true
    /// `CreateFilter` and `WaitForUpdatesEx` work; otherwise they fault with `NotSupported`.
    package var supportsPush = true
    /// `QueryEvents` works; otherwise it faults with `NotSupported`, as hosts do.
    package var supportsQueryEvents = true
    /// How long `latestPage` of a collector made with `delayedInit` stays empty.
    package var initializationDelay = Duration.zero
    /// The order in what reads give.
    package var pageOrder = PageOrder.oldestFirst
    /// The order in `latestPage`; nil: that of the pages.
    package var latestPageOrder: PageOrder?
    /// Whose XML it writes.
    package var wireStyle = WireStyle.vCenter
    /// What reading properties without a session comes to.
    package var propertiesWithoutSession = PropertiesWithoutSession.missingSet
    /// The key of the first event; near `Int32.max` it wraps to negative ones.
    package var firstKey: Int32 = 1
    /// Events with these keys are of objects the user may not see.
    package var hiddenKeys: [ClosedRange<Int32>] = []
    /// How many events are kept, as a ring; nil: all.
    package var eventLimit: Int?
    /// A session without a call for longer ends; nil: never.
    package var sessionIdleTimeout: Duration?
    /// Added to the clock: the server's time is not ours.
    package var clockSkew = Duration.zero
    /// Answers with `Transfer-Encoding: chunked`.
    package var sendsChunked = true
    /// What filters by entity walk.
    package var inventory = FixtureInventory.small

    package init() {}

    /// The settings of a host.
    package static var esxi: Self {
        var settings = Self()
        (settings.isESXi, settings.supportsQueryEvents, settings.pageOrder) = (true, false, .newestFirst)
        (settings.userName, settings.inventory) = ("root", .host)
        return settings
    }
}
