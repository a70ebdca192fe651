/// Reads the SOAP envelope around an answer.
enum SOAPAnswer {
    private static let envelope = "http://schemas.xmlsoap.org/soap/envelope/"

    /// The response element inside the envelope: `ReadNextEventsResponse`.
    ///
    /// Throws the case of a fault, `.malformed` for an answer that broke off or cannot be trusted, and `.notVSphere`
    /// for anything that is no vim25 SOAP.
    static func response(in scanned: ScannedAnswer, status: Int) throws(VSphereError) -> XMLElement {
        guard scanned.rootName == "{\(envelope)}Envelope" else { throw .notVSphere(stranger(scanned, status: status)) }
        if let failure = scanned.failure { throw malformed("the answer is refused: \(failure)", scanned) }
        guard let root = scanned.root else { throw malformed("the answer ends before it is complete", scanned) }
        guard let content = root["Body"]?.children.first else { throw .notVSphere("the SOAP answer is empty") }
        if content.name == "Fault", content.namespace == envelope { throw VSphereError(VSphereFault(soap: content)) }
        guard status == 200, content.name.hasSuffix("Response"), content.namespace == XMLElement.vim25 else {
            throw .notVSphere(
                "HTTP status \(status) with a <\(content.name)> of \"\(content.namespace)\" is no vim25 answer")
        }
        return content
    }

    private static func malformed(_ reason: String, _ scanned: ScannedAnswer) -> VSphereError {
        .malformed(MalformedAnswer(reason: reason, soundEvents: scanned.soundEvents, bytes: scanned.bytes))
    }

    private static func stranger(_ scanned: ScannedAnswer, status: Int) -> String {
        let content = scanned.rootName.map { "a document \"\($0)\"" } ?? scanned.failure ?? "no XML"
        return "HTTP status \(status) with \(content) instead of a SOAP envelope; check the address, it ends in /sdk"
    }
}

extension VSphereFault {
    /// The fault in the detail of a SOAP fault.
    init(soap: XMLElement) {
        let message = soap.text("faultstring") ?? ""
        if let detail = soap["detail"]?.children.first {
            self.init(detail, message: message)
        } else {
            let code = soap.text("faultcode") ?? ""
            self.init(name: String(code.split(separator: ":").last ?? ""), message: message)
        }
    }

    /// A fault by its element; its class is the element's type or, without one, its name without `Fault`.
    init(_ element: XMLElement, message: String) {
        let suffix = "Fault"
        let named = element.name.hasSuffix(suffix) ? String(element.name.dropLast(suffix.count)) : element.name
        self.init(name: element.typeName ?? named, message: message)
        for child in element.children { members[child.name] = child.text }
    }
}

extension VSphereError {
    /// Sorts a fault by what can be done about it.
    init(_ fault: VSphereFault) {
        self =
            switch fault.name {
            case "NotAuthenticated": .notAuthenticated(fault)
            case "InvalidLogin", "InvalidLocale", "PasswordExpired", "NoClientCertificate": .invalidLogin(fault)
            case "NoPermission", "RestrictedVersion": .noPermission(fault)
            case "ManagedObjectNotFound": .managedObjectNotFound(fault)
            case "InvalidState", "InvalidCollectorVersion": .invalidState(fault)
            case "InvalidArgument", "InvalidProperty", "InvalidRequest", "InvalidType", "InvalidName":
                .invalidArgument(fault)
            case "NotSupported", "NotImplemented", "MethodNotFound", "UnsupportedApiVersion": .notSupported(fault)
            default: .fault(fault)
            }
    }
}
