import AgentCore
import HTTPClient
import VSphere

extension VSphereError {
    /// The error a collector throws: `.refused` with a remedy where a person must act, itself where trying again may
    /// help.
    func thrown(by configuration: VSphereEventsConfiguration) -> any Error {
        let server = "\"\(configuration.url)\""
        switch self {
        case .transport(.cancelled):
            return CancellationError()
        case .invalidLogin(let fault):
            return CollectorError.refused(
                "\(server) refuses the login of \"\(configuration.userName)\" (\(fault)): check \"username\" and \"password\""
            )
        case .noCredentials(let reason):
            return CollectorError.refused("no password to log in to \(server): \(reason)")
        case .noPermission(let fault):
            return CollectorError.refused(
                "\"\(configuration.userName)\" may not read events on \(server) (\(fault)): "
                    + "give the user the role Read-only on the wanted entities")
        case .transport(.untrusted(let reason, let thumbprint)):
            let remedy = thumbprint.map { "if this is the server, set \"tls\": { \"thumbprint\": \"\($0)\" }" }
            return CollectorError.refused(
                "the certificate of \(server) is not trusted (\(reason)): "
                    + (remedy ?? "set \"tls\" to its thumbprint or its authority's \"caFile\""))
        case .transport(.invalid(let reason)):
            return CollectorError.refused("no connection to \(server) can be made: \(reason)")
        case .notVSphere(let reason):
            // A server that starts answers like this for minutes, and so does a wrong URL.
            return VSphereReadingError(
                "\(server) does not answer as a vCenter or ESXi host (\(reason)): it may be starting; the path is \"/sdk\""
            )
        case .invalidArgument(let fault):
            return CollectorError.refused(
                "\(server) refuses the filter (\(fault)): check \"entities\", \"types\", \"users\" and \"categories\"")
        case .invalidState(let fault):
            return VSphereReadingError(
                "\(server) makes no event collector (\(fault)): other clients of \"\(configuration.userName)\" may hold too many"
            )
        default:
            return VSphereReadingError("events of \(server) could not be read: \(self)")
        }
    }
}

/// Why a vCenter or ESXi host could not be read this time; trying again may help.
struct VSphereReadingError: Error, Equatable, CustomStringConvertible {
    var description: String

    init(_ description: String) {
        self.description = description
    }
}
