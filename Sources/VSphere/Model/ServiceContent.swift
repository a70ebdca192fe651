package import EventModel

/// What a server is and where its services are: vim25's `ServiceContent`.
package struct ServiceContent: Sendable, Hashable {
    /// The product.
    package var about: AboutInfo
    /// Holds everything else.
    package var rootFolder: ManagedObjectReference
    /// Reads properties and waits for changes.
    package var propertyCollector: ManagedObjectReference
    /// Nil on a host that is managed by nobody and asks for no login.
    package var sessionManager: ManagedObjectReference?
    /// Nil where there are no events to be had.
    package var eventManager: ManagedObjectReference?

    package init(
        about: AboutInfo, rootFolder: ManagedObjectReference, propertyCollector: ManagedObjectReference,
        sessionManager: ManagedObjectReference?, eventManager: ManagedObjectReference?
    ) {
        (self.about, self.rootFolder, self.propertyCollector) = (about, rootFolder, propertyCollector)
        (self.sessionManager, self.eventManager) = (sessionManager, eventManager)
    }
}

/// The product and its version: vim25's `AboutInfo`.
package struct AboutInfo: Sendable, Hashable {
    /// `VMware vCenter Server 8.0.3 build-24022515`.
    package var fullName: String
    /// Of the product, not of its API.
    package var version: String
    /// The number of the build.
    package var build: String
    /// `VirtualCenter` or `HostAgent`.
    package var apiType: String
    /// `8.0.3.0`.
    package var apiVersion: String
    /// Identifies a vCenter for ever; an ESXi host has none.
    package var instanceUuid: String?

    package init(
        fullName: String, version: String, build: String, apiType: String, apiVersion: String, instanceUuid: String?
    ) {
        (self.fullName, self.version, self.build) = (fullName, version, build)
        (self.apiType, self.apiVersion, self.instanceUuid) = (apiType, apiVersion, instanceUuid)
    }

    /// A vCenter, not a single host.
    package var isVirtualCenter: Bool { apiType == "VirtualCenter" }

    /// Whether the API is at least `version` (`8.0.3`), number by number.
    package func isAtLeast(_ version: String) -> Bool {
        let have = apiVersion.split(separator: ".").map { Int($0) ?? 0 }
        let wanted = version.split(separator: ".").map { Int($0) ?? 0 }
        for index in wanted.indices {
            let part = index < have.count ? have[index] : 0
            if part != wanted[index] { return part > wanted[index] }
        }
        return true
    }
}

/// A login: vim25's `UserSession`, the parts somebody needs.
package struct UserSession: Sendable, Hashable {
    /// Identifies the session among those of the server.
    package var key: String
    /// As the server knows the user.
    package var userName: String
    /// By the server's clock.
    package var loginTime: Timestamp?

    package init(key: String, userName: String, loginTime: Timestamp?) {
        (self.key, self.userName, self.loginTime) = (key, userName, loginTime)
    }
}
