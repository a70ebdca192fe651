package import HTTPClient

/// Why a call to a vCenter or ESXi host brought no answer, sorted by what the caller can do about it.
package enum VSphereError: Error, Sendable, Equatable {
    /// The session is gone or never was: call `login()`, then make the collectors anew.
    case notAuthenticated(VSphereFault)
    /// User name or password are wrong, or the account may not log in: a person must act.
    case invalidLogin(VSphereFault)
    /// The user lacks a privilege, named in `members["privilegeId"]`.
    case noPermission(VSphereFault)
    /// The object does not exist (any more): a collector of an earlier session.
    case managedObjectNotFound(VSphereFault)
    /// The server cannot do it now: most often too many event collectors of this session.
    case invalidState(VSphereFault)
    /// An argument is refused; which one is in `members["invalidProperty"]`.
    case invalidArgument(VSphereFault)
    /// The server has no such operation: an ESXi host, an older version, a simulator.
    case notSupported(VSphereFault)
    /// Any other fault.
    case fault(VSphereFault)
    /// What answered does not speak vim25: a proxy's page, another service, a URL without `/sdk`.
    case notVSphere(String)
    /// The answer broke off or cannot be trusted as a whole.
    case malformed(MalformedAnswer)
    /// No user name and password to log in with; with the reason.
    case noCredentials(String)
    /// There was no whole answer.
    case transport(HTTPError)
}

/// Why an answer cannot be trusted, and how far it could.
package struct MalformedAnswer: Sendable, Hashable, CustomStringConvertible {
    /// What was wrong with it.
    package var reason: String
    /// Undamaged events that were complete before the break.
    package var soundEvents: Int
    /// How much of the answer had come.
    package var bytes: Int

    package init(reason: String, soundEvents: Int = 0, bytes: Int = 0) {
        (self.reason, self.soundEvents, self.bytes) = (reason, soundEvents, bytes)
    }

    package var description: String {
        let place = bytes == 0 ? reason : "\(reason), in \(bytes) bytes"
        return soundEvents == 0 ? place : "\(place), after \(soundEvents) sound events"
    }
}
