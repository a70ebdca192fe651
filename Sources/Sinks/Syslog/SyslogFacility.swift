import EventModel

/// Which part of a system speaks, RFC 5424 6.2.1, by the names syslog.conf(5) has for them.
package enum SyslogFacility: String, Sendable, CaseIterable {
    case user, daemon, auth, syslog, authpriv, local0, local1, local2, local3, local4, local5, local6, local7

    /// Its number.
    var code: Int {
        switch self {
        case .user: 1
        case .daemon: 3
        case .auth: 4
        case .syslog: 5
        case .authpriv: 10
        case .local0: 16
        case .local1: 17
        case .local2: 18
        case .local3: 19
        case .local4: 20
        case .local5: 21
        case .local6: 22
        case .local7: 23
        }
    }

    /// PRI of RFC 5424 6.2.1.
    func priority(_ severity: Severity) -> Int {
        code * 8 + severity.syslogCode
    }
}

extension Severity {
    /// The number of RFC 5424 6.2.1.
    fileprivate var syslogCode: Int {
        switch self {
        case .debug: 7
        case .info: 6
        case .notice: 5
        case .warning: 4
        case .error: 3
        case .critical: 2
        }
    }
}
