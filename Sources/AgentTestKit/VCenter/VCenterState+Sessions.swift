import EventModel
import HTTPClient

extension VCenterState {
    /// Who this server is: answered to anybody.
    func serviceContent() -> [UInt8] {
        let about: [(String, String)] = [
            ("name", settings.isESXi ? "VMware ESXi" : "VMware vCenter Server"),
            ("fullName", "VMware \(settings.isESXi ? "ESXi" : "vCenter Server") \(shortVersion) build-24022510"),
            ("vendor", "VMware, Inc."), ("version", shortVersion), ("build", "24022510"), ("localeVersion", "INTL"),
            ("localeBuild", "000"), ("osType", settings.isESXi ? "vmnix-x86" : "linux-x64"),
            ("productLineId", settings.isESXi ? "embeddedEsx" : "vpx"),
            ("apiType", settings.isESXi ? "HostAgent" : "VirtualCenter"), ("apiVersion", settings.apiVersion),
            ("instanceUuid", settings.isESXi ? "" : settings.instanceUuid),
            ("licenseProductName", settings.isESXi ? "VMware ESX Server" : "VMware VirtualCenter Server"),
            ("licenseProductVersion", "8.0"),
        ]
        let references = [
            ("rootFolder", "Folder", names.rootFolder),
            ("propertyCollector", "PropertyCollector", names.propertyCollector),
        ]
        let services = [
            ("sessionManager", "SessionManager", names.sessionManager),
            ("eventManager", "EventManager", names.eventManager),
        ]
        var content: [UInt8] = []
        content.append(markup: "<returnval>")
        for (name, type, value) in references { content.append(reference: name, type, value) }
        content.append(markup: "<about>")
        for (name, value) in about where !value.isEmpty { content.append(element: name, value) }
        content.append(markup: "</about>")
        for (name, type, value) in services { content.append(reference: name, type, value) }
        content.append(markup: "</returnval>")
        return content
    }

    private var shortVersion: String {
        settings.apiVersion.split(separator: ".").prefix(3).joined(separator: ".")
    }

    /// `Login`: a name, a password and no session yet.
    mutating func login(_ call: VCenterCall, now: Timestamp) throws(VimFault) -> VCenterOutcome {
        let isKnown =
            call.arguments["userName"]?.text == settings.userName
            && call.arguments["password"]?.text == settings.password
        let hasSession = call.cookie.map { sessions[$0] != nil } ?? false
        guard isKnown, !hasSession else {
            failedLogins += 1
            throw .invalidLogin
        }
        let session = VCenterSession(
            key: newId(), userName: settings.userName, loginTime: now, userAgent: call.userAgent, lastActiveTime: now)
        sessions[session.key] = session
        var content: [UInt8] = []
        content.append(markup: "<returnval>")
        content += Self.encoded(session)
        content.append(markup: "</returnval>")
        let cookie = "vmware_soap_session=\"\(session.key)\"; Path=/; HttpOnly; Secure; "
        return .answer(content, headers: ["Set-Cookie": cookie])
    }

    /// `SessionIsActive`.
    func sessionIsActive(_ call: VCenterCall) -> VCenterOutcome {
        let session = sessions[call.arguments["sessionID"]?.text ?? ""]
        let isActive = session != nil && session?.userName == call.arguments["userName"]?.text
        return .answer(Array("<returnval>\(isActive)</returnval>".utf8))
    }

    /// `TerminateSession`: any but one's own.
    mutating func terminateSessions(_ call: VCenterCall, own: String) throws(VimFault) -> VCenterOutcome {
        for key in call.arguments.all("sessionId").map(\.text) {
            if key == own { throw .invalidArgument("sessionId") }
            guard sessions.removeValue(forKey: key) != nil else { throw VimFault("NotFound") }
        }
        return .done
    }

    /// The inside of a `UserSession`.
    static func encoded(_ session: VCenterSession) -> [UInt8] {
        var content: [UInt8] = []
        content.append(element: "key", session.key)
        content.append(element: "userName", session.userName)
        content.append(element: "fullName", session.userName)
        content.append(element: "loginTime", session.loginTime.rfc3339)
        content.append(element: "lastActiveTime", session.lastActiveTime.rfc3339)
        content.append(markup: "<locale>en</locale><messageLocale>en</messageLocale>")
        content.append(markup: "<extensionSession>false</extensionSession><ipAddress>127.0.0.1</ipAddress>")
        content.append(element: "userAgent", session.userAgent)
        content.append(element: "callCount", "\(session.callCount)")
        return content
    }
}

extension [UInt8] {
    /// Appends `<name type="type">value</name>`.
    mutating func append(reference name: String, _ type: String, _ value: String) {
        append(markup: "<\(name) type=\"\(type.xmlEscaped)\">")
        append(escaped: value)
        append(markup: "</\(name)>")
    }
}
