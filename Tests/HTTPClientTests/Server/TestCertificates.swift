import Foundation

/// Certificates of every sort for 127.0.0.1, made by openssl in a folder that vanishes with the process.
struct TestCertificates {
    let folder: URL

    init() throws {
        folder = TestFolder.unused()
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        try Data("subjectAltName=IP:127.0.0.1,DNS:localhost\n".utf8).write(to: folder.appending(path: "san"))
        try authority("authority")
        try authority("stranger")
        try leaf("good", days: 2)
        try leaf("expired", days: -1)
        try openssl(
            "req", "-x509", "-subj", "/CN=elsewhere", "-addext", "subjectAltName=DNS:elsewhere.example", "-days", "2",
            "-keyout", "misnamed.key", "-out", "misnamed.pem", newKey: true)
    }

    /// The path of a certificate.
    func pem(_ name: String) -> String { folder.appending(path: "\(name).pem").path }

    /// `CERTIFICATE,KEY`, as the server takes it.
    func files(_ name: String) -> String { "\(pem(name)),\(folder.appending(path: "\(name).key").path)" }

    /// As openssl prints it, not as our code computes it.
    func thumbprint(_ name: String) throws -> String {
        let line = try openssl("x509", "-in", "\(name).pem", "-noout", "-fingerprint", "-sha256")
        return String(line.split(separator: "=")[1]).trimmingCharacters(in: .whitespacesAndNewlines)
    }

    private func authority(_ name: String) throws {
        try openssl(
            "req", "-x509", "-subj", "/CN=\(name)", "-days", "2", "-keyout", "\(name).key", "-out", "\(name).pem",
            newKey: true)
    }

    private func leaf(_ name: String, days: Int) throws {
        try openssl("req", "-subj", "/CN=\(name)", "-keyout", "\(name).key", "-out", "\(name).csr", newKey: true)
        try openssl(
            "x509", "-req", "-in", "\(name).csr", "-CA", "authority.pem", "-CAkey", "authority.key", "-CAcreateserial",
            "-days", "\(days)", "-extfile", "san", "-out", "\(name).pem")
    }

    @discardableResult
    private func openssl(_ arguments: String..., newKey: Bool = false) throws -> String {
        let key = ["-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes"]
        let process = Process()
        let output = Pipe()
        process.executableURL = URL(fileURLWithPath: "/usr/bin/env")
        process.arguments = ["openssl", arguments[0]] + (newKey ? key : []) + arguments.dropFirst()
        process.currentDirectoryURL = folder
        process.standardOutput = output
        process.standardError = FileHandle.nullDevice
        try process.run()
        let text = String(decoding: output.fileHandleForReading.readDataToEndOfFile(), as: UTF8.self)
        process.waitUntilExit()
        guard process.terminationStatus == 0 else { throw Failure(arguments: arguments) }
        return text
    }

    struct Failure: Error { let arguments: [String] }
}
