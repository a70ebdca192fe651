/// An authority made for one test, with a certificate for `localhost` and 127.0.0.1, one for another name, and one of
/// a client.
package struct TestAuthority: Sendable {
    /// Where its files are.
    package let folder: TemporaryDirectory
    /// The path of its own certificate.
    package var authorities: String { folder.path("ca.pem") }

    /// The paths of a certificate and its key.
    package struct Identity: Sendable {
        package var certificate: String
        package var key: String
    }

    /// By `openssl`.
    package init() async throws {
        folder = try TemporaryDirectory("authority")
        try await run(
            ["req", "-x509", "-nodes", "-days", "30", "-subj", "/CN=test authority"] + Self.keyOptions
                + ["-keyout", folder.path("ca.key"), "-out", authorities])
    }

    /// A certificate made out to the names, as in `DNS:localhost,IP:127.0.0.1`.
    package func identity(_ file: String, names: String = "DNS:localhost,IP:127.0.0.1") async throws -> Identity {
        let (request, key) = (folder.path("\(file).csr"), folder.path("\(file).key"))
        try await run(["req", "-nodes", "-subj", "/CN=\(file)"] + Self.keyOptions + ["-keyout", key, "-out", request])
        TestFile.write("subjectAltName=\(names)\n".utf8, to: folder.path("\(file).ext"))
        try await run([
            "x509", "-req", "-in", request, "-CA", authorities, "-CAkey", folder.path("ca.key"), "-CAcreateserial",
            "-days", "30", "-extfile", folder.path("\(file).ext"), "-out", folder.path("\(file).pem"),
        ])
        return Identity(certificate: folder.path("\(file).pem"), key: key)
    }

    private static let keyOptions = ["-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256"]

    private func run(_ arguments: [String]) async throws {
        let process = try ChildProcess(.init("/usr/bin/openssl", arguments))
        let exit = try await process.waitForExit(limit: .seconds(60))
        if exit != .code(0) { throw EndedEarly(exit: exit, errors: process.errors) }
    }
}
