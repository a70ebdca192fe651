import HTTPClient
import Testing

@testable import VSphere

@Suite struct FaultTests {
    private func error(_ text: String) -> VSphereError? {
        do {
            _ = try Wire.decode(Array(text.utf8), status: 500)
            return nil
        } catch {
            return error
        }
    }

    @Test("each fault becomes the error that says what to do")
    func sorting() {
        let cases: [(String, (VSphereFault) -> VSphereError)] = [
            ("NotAuthenticated", VSphereError.notAuthenticated), ("InvalidLogin", VSphereError.invalidLogin),
            ("NoPermission", VSphereError.noPermission), ("ManagedObjectNotFound", VSphereError.managedObjectNotFound),
            ("InvalidState", VSphereError.invalidState), ("InvalidArgument", VSphereError.invalidArgument),
            ("InvalidRequest", VSphereError.invalidArgument), ("NotSupported", VSphereError.notSupported),
            ("NotImplemented", VSphereError.notSupported), ("MethodNotFound", VSphereError.notSupported),
            ("HostConnectFault", VSphereError.fault),
        ]
        for (name, expected) in cases {
            #expect(error(Wire.fault(name, "so it is")) == expected(VSphereFault(name: name, message: "so it is")))
        }
    }

    @Test("a fault keeps its members")
    func members() {
        let text = Wire.fault(
            "NoPermission", "no &amp; no",
            "<object type=\"Folder\">group-d1</object><privilegeId>System.View</privilegeId>")
        #expect(
            error(text)
                == .noPermission(
                    VSphereFault(
                        name: "NoPermission", message: "no & no",
                        members: ["object": "group-d1", "privilegeId": "System.View"])))
    }

    @Test("a fault without detail is known by its code")
    func withoutDetail() {
        let text =
            Wire.head + "<soapenv:Fault><faultcode>soapenv:Client</faultcode><faultstring>Unsupported version URI"
            + "</faultstring></soapenv:Fault>" + Wire.tail
        #expect(error(text) == .fault(VSphereFault(name: "Client", message: "Unsupported version URI")))
    }

    @Test("a fault is told in one line, its members in order")
    func description() {
        let fault = VSphereFault(name: "X", message: "why", members: ["b": "2", "a": "1"])
        #expect(fault.description == "X (a=\"1\", b=\"2\"): why")
        #expect(VSphereFault(name: "").description == "fault")
    }
}
