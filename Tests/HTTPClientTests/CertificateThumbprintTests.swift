import Testing

@testable import HTTPClient

@Suite struct CertificateThumbprintTests {
    static let text = (0..<32).map { $0 % 2 == 0 ? "AB" : "0F" }.joined(separator: ":")

    @Test(
        "every way to write it is read, and one way is printed",
        arguments: [
            text, text.lowercased(), text.filter { $0 != ":" }, "sha256 Fingerprint=" + text, " \(text)\n",
            text.map { $0 == ":" ? " " : String($0) }.joined(),
        ])
    func reads(text: String) throws {
        let thumbprint = try CertificateThumbprint(text)
        #expect(thumbprint.bytes == (0..<32).map { $0 % 2 == 0 ? 0xAB : 0x0F })
        #expect(thumbprint.description == Self.text)
    }

    @Test(
        "what is none is refused with the remedy",
        arguments: [
            (String(repeating: "AB:", count: 19) + "CD", "SHA-1"), ("AB:CD", "4 hexadecimal digits"),
            ("", "0 hexadecimal"),
            (String(repeating: "x", count: 64), "not hexadecimal"), (text + ":00", "66 hexadecimal digits"),
            (String(repeating: "é", count: 32), "not hexadecimal"),
        ])
    func refuses(text: String, words: String) {
        do throws(HTTPError) {
            _ = try CertificateThumbprint(text)
            Issue.record("\(text) was accepted")
        } catch {
            #expect(error.description.contains(words))
            #expect(error.description.contains("openssl s_client"))
        }
    }

    @Test("bytes are 32 or none")
    func countsBytes() {
        #expect(CertificateThumbprint(bytes: [UInt8](repeating: 1, count: 31)) == nil)
        #expect(CertificateThumbprint(bytes: [UInt8](repeating: 1, count: 32)) != nil)
    }
}
