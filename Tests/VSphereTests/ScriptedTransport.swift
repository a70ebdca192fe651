import HTTPClient
import Platform

/// A transport that answers with what a script says, and remembers what it was asked.
final class ScriptedTransport: HTTPTransport {
    /// An answer, and what the request to it must contain.
    struct Step: Sendable {
        var expected: String
        var status = 200
        var headers: HTTPHeaders = [:]
        var body: String
        var error: HTTPError?
    }

    private let steps: Locked<[Step]>
    private let asked = Locked<[HTTPRequest]>([])
    private let closed = Locked(0)

    init(_ steps: [Step]) {
        self.steps = Locked(steps)
    }

    var requests: [HTTPRequest] { asked.withLock { $0 } }
    var remaining: Int { steps.withLock { $0.count } }

    func send(_ request: HTTPRequest, to receiver: any HTTPBodyReceiver) async throws(HTTPError) -> HTTPResponse {
        asked.withLock { $0.append(request) }
        let text = request.method + " " + request.url + " " + String(decoding: request.body, as: UTF8.self)
        let step = steps.withLock { steps -> Step? in
            guard let step = steps.first, text.contains(step.expected) else { return nil }
            steps.removeFirst()
            return step
        }
        guard let step else { throw .notRecorded(text) }
        if let error = step.error { throw error }
        let response = HTTPResponse(status: step.status, headers: step.headers)
        receiver.begin(response)
        let bytes = Array(step.body.utf8)
        guard receiver.receive(bytes.span.bytes) else { throw .refusedByReceiver }
        return response
    }

    func close() async {
        closed.withLock { $0 += 1 }
    }
}

extension ScriptedTransport.Step {
    static let versions = Self(
        expected: "GET https://vc/sdk/vimServiceVersions.xml",
        body:
            "<namespaces version=\"1.0\"><namespace><name>urn:vim25</name><version>8.0.3.0</version></namespace></namespaces>"
    )

    static let content = Self(
        expected: "<RetrieveServiceContent",
        body: Wire.answer(
            "RetrieveServiceContent",
            "<returnval><rootFolder type=\"Folder\">group-d1</rootFolder>"
                + "<propertyCollector type=\"PropertyCollector\">pc</propertyCollector>"
                + "<about><name>n</name><fullName>VMware vCenter Server 8</fullName><version>8.0.3</version><build>1</build>"
                + "<apiType>VirtualCenter</apiType><apiVersion>8.0.3.0</apiVersion><instanceUuid>uuid</instanceUuid></about>"
                + "<sessionManager type=\"SessionManager\">sm</sessionManager>"
                + "<eventManager type=\"EventManager\">em</eventManager></returnval>"))

    static let login = Self(
        expected: "<Login",
        headers: ["Set-Cookie": "vmware_soap_session=\"abc def\"; Path=/; HttpOnly; Secure;"],
        body: Wire.answer(
            "Login",
            "<returnval><key>k</key><userName>watch</userName><loginTime>2026-01-01T00:00:00Z</loginTime></returnval>"))

    static let collector = Self(
        expected: "<CreateCollectorForEvents",
        body: Wire.answer("CreateCollectorForEvents", "<returnval type=\"EventHistoryCollector\">c1</returnval>"))

    static func step(_ operation: String, _ content: String = "") -> Self {
        Self(expected: "<\(operation) ", body: Wire.answer(operation, content))
    }

    static func fault(_ operation: String, _ fault: String) -> Self {
        Self(expected: "<\(operation) ", status: 500, body: Wire.fault(fault))
    }

    static func property(_ name: String, _ value: String, type: String = "xsd:int") -> Self {
        step(
            "RetrievePropertiesEx",
            "<returnval><objects><propSet><name>\(name)</name><val xsi:type=\"\(type)\">\(value)</val>"
                + "</propSet></objects></returnval>")
    }

    static func missing(_ name: String, _ fault: String) -> Self {
        step(
            "RetrievePropertiesEx",
            "<returnval><objects><missingSet><path>\(name)</path><fault><fault xsi:type=\"\(fault)\"/>"
                + "<localizedMessage>why</localizedMessage></fault></missingSet></objects></returnval>")
    }
}
