import Testing

@testable import HTTPClient

@Suite struct SecretBlankerTests {
    @Test(
        "secrets in XML are found by local name, whatever the prefix, nesting and layout",
        arguments: [
            ("<a><password>x</password></a>", ["x"]),
            ("<v:Password xmlns:v=\"urn:x\">x &amp; y</v:Password>", ["x &amp; y"]),
            ("<password\n a='>' b=\">\">x</password >", ["x"]),
            ("<password/><b>x</b>", []), ("<password></password>", [""]),
            ("<!-- <password>no</password> --><password>x</password>", ["x"]),
            ("<b><![CDATA[<password>no</password>]]></b>", []),
            ("<password><![CDATA[a</password>b]]></password>", ["<![CDATA[a</password>b]]>"]),
            ("<token><token>x</token>y</token><token>z</token>", ["<token>x</token>y", "z"]),
            ("<s:Header><o:Security><Assertion>x</Assertion></o:Security></s:Header>", ["<Assertion>x</Assertion>"]),
            ("<policy><security>kept</security></policy>", []),
            (
                "<AcquireCloneTicketResponse xmlns=\"urn:vim25\"><returnval>x</returnval></AcquireCloneTicketResponse>",
                ["x"]
            ),
            ("<LoginResponse><returnval><key>k</key></returnval></LoginResponse>", []),
            ("<?xml version=\"1.0\"?><!DOCTYPE a><password>cut", ["cut"]),
            ("<password", []), ("<", []), ("", []), ("</a></a><password>x</password>", ["x"]),
            ("not < xml > at all", []),
        ])
    func finds(body: String, secrets: [String]) {
        let bytes = Array(body.utf8)
        let found = XMLSecretFinder.contents(in: bytes, of: .standard).map {
            String(decoding: bytes[$0], as: UTF8.self)
        }
        #expect(found == secrets)
    }

    @Test(
        "headers keep their form and lose their secrets",
        arguments: [
            ("Cookie", "vmware_soap_session=\"4711471147\"; x=1", "vmware_soap_session=\"BLANKED-1\"; x=BLANKED-2"),
            ("Set-Cookie", "s=\"abc\"; Path=/; HttpOnly", "s=\"BLANKED-1\"; Path=/; HttpOnly"),
            ("set-cookie", "s=; Path=/", "s=; Path=/"),
            ("Authorization", "Basic dXNlcjpwYXNz", "Basic BLANKED-1"),
            ("vmware-api-session-id", "0123", "BLANKED-1"), ("X-Other", "kept", "kept"),
            ("Cookie", "s=\"BLANKED-7\"", "s=\"BLANKED-7\""),
        ])
    func blanksHeaders(name: String, value: String, blanked: String) {
        var blanker = SecretBlanker(.standard)
        let headers = HTTPHeaders([HTTPHeaders.Field(name, value)])
        blanker.learn(headers, [])
        #expect(blanker.blank(headers).fields == [HTTPHeaders.Field(name, blanked)])
    }

    @Test("one secret has one placeholder, in every message and wherever its bytes stand")
    func isConsistent() {
        var blanker = SecretBlanker(.standard)
        blanker.learn(["Set-Cookie": "s=\"52ab-session-0815\"; Path=/"], [])
        blanker.learn([:], Array("<a><password>hunter2hunter2</password><password>abc</password></a>".utf8))
        #expect(blanker.blank(["Cookie": "s=52ab-session-0815"])["Cookie"] == "s=BLANKED-1")
        #expect(
            text(blanker.blank(Array("<ref>session[52ab-session-0815]52f0</ref>".utf8)))
                == "<ref>session[BLANKED-1]52f0</ref>")
        #expect(text(blanker.blank(Array("hunter2hunter2 knows abc".utf8))) == "BLANKED-2 knows abc")
        #expect(text(blanker.blank(Array("<p:password>abc</p:password>".utf8))) == "<p:password>BLANKED-3</p:password>")
    }

    private func text(_ bytes: [UInt8]) -> String { String(decoding: bytes, as: UTF8.self) }
}
