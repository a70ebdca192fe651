import AgentCore
import AgentTestKit
import EventModel
import Foundation
import HTTPClient
import Testing

@testable import Sinks

/// A real TLS server, python's, with certificates by openssl: what a sink does when one is not right.
@Suite("HTTP sinks and certificates", .serialized) struct HTTPSinkTLSTests {
    private func deliver(
        to server: TLSReceiver, _ trust: TLSTrust, identity: TLSIdentity? = nil
    ) async throws -> DeliveryError? {
        let destination = HTTPDestinationConfiguration(
            url: server.url, connection: HTTPConnection(trust: trust, identity: identity),
            timeout: .seconds(20))
        let sink = try WebhookSink(.init(destination, mode: .batched), in: .http())
        let error = await deliveryError { () throws(DeliveryError) in try await sink.deliver(Entry.numbered(1...3)) }
        await sink.stop()
        return error
    }

    @Test("an expired certificate, a stranger's authority and another thumbprint hold; the right ones deliver")
    func trust() async throws {
        let certificates = try SinkCertificates()
        let authority = TLSTrust.authorities(file: certificates.pem("authority"))
        let good = try TLSReceiver(certificates, "good")
        #expect(try await deliver(to: good, authority) == nil)
        #expect(try await deliver(to: good, .insecure) == nil)
        for (trust, words) in [
            (TLSTrust.authorities(file: certificates.pem("stranger")), "thumbprint"),
            (.systemAuthorities, "thumbprint"), (.thumbprint([UInt8](repeating: 7, count: 32)), "thumbprint"),
            (.authorities(file: "/nowhere/ca.pem"), "/nowhere/ca.pem"),
        ] as [(TLSTrust, String)] {
            let error = try await deliver(to: good, trust)
            #expect(error?.name == "held" && error?.reason.contains(words) == true, "\(String(describing: error))")
        }
        let expired = try TLSReceiver(certificates, "expired")
        let error = try await deliver(to: expired, authority)
        #expect(error?.name == "held" && error?.reason.contains("expired") == true, "\(String(describing: error))")
    }

    @Test("a server that asks who we are is shown the certificate; without it the sink holds")
    func identity() async throws {
        let certificates = try SinkCertificates()
        let authority = TLSTrust.authorities(file: certificates.pem("authority"))
        let server = try TLSReceiver(certificates, "good", asksFor: "authority")
        let ours = TLSIdentity(certificate: certificates.pem("good"), key: certificates.path("good.key"))
        #expect(try await deliver(to: server, authority, identity: ours) == nil)
        let nobody = try await deliver(to: server, authority)
        #expect(nobody?.name == "held" && nobody?.reason.contains("alert") == true, "\(String(describing: nobody))")
        let broken = try await deliver(
            to: server, authority, identity: .init(certificate: "/nowhere/c.pem", key: "/nowhere/k.pem"))
        #expect(broken?.name == "held", "\(String(describing: broken))")
    }
}

/// Certificates for 127.0.0.1 in a folder that goes with them: of an authority, and of a stranger's.
struct SinkCertificates {
    let folder: TemporaryFolder

    init() throws {
        folder = try TemporaryFolder()
        try folder.write(Array("subjectAltName=IP:127.0.0.1\n".utf8), to: "san")
        for name in ["authority", "stranger"] {
            try openssl(
                "req -x509 \(Self.newKey) -subj /CN=\(name) -days 2 -keyout \(path("\(name).key")) -out \(pem(name))")
        }
        for (name, days) in [("good", 2), ("expired", -1)] {
            try openssl(
                "req \(Self.newKey) -subj /CN=\(name) -keyout \(path("\(name).key")) -out \(path("\(name).csr"))")
            try openssl(
                "x509 -req -in \(path("\(name).csr")) -CA \(pem("authority")) -CAkey \(path("authority.key")) "
                    + "-CAcreateserial -days \(days) -extfile \(path("san")) -out \(pem(name))")
        }
    }

    func path(_ name: String) -> String { folder.path(of: name) }
    func pem(_ name: String) -> String { path("\(name).pem") }

    private static let newKey = "-newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes"

    private func openssl(_ arguments: String) throws {
        try run("/bin/sh", "-c", "exec openssl \(arguments) 2>/dev/null")
    }
}

/// A web server that takes every POST over TLS; ends with its last reference.
final class TLSReceiver: Sendable {
    let port: Int
    private let process: Process
    private let input = Pipe()

    private static let script = """
        import http.server, ssl, sys, threading
        class Answer(http.server.BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"
            def log_message(self, *_): pass
            def do_POST(self):
                self.rfile.read(int(self.headers["Content-Length"]))
                self.send_response(204)
                self.end_headers()
        class Server(http.server.ThreadingHTTPServer):
            daemon_threads = True
            def finish_request(self, request, address):
                super().finish_request(context.wrap_socket(request, server_side=True), address)
            def handle_error(self, *_): pass
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(sys.argv[1], sys.argv[2])
        if len(sys.argv) > 3:
            context.load_verify_locations(sys.argv[3])
            context.verify_mode = ssl.CERT_REQUIRED
            # By TLS 1.3 the client may see the connection cut before it reads why.
            context.maximum_version = ssl.TLSVersion.TLSv1_2
        server = Server(("127.0.0.1", 0), Answer)
        print(server.server_port, flush=True)
        threading.Thread(target=server.serve_forever, daemon=True).start()
        sys.stdin.read()
        """

    init(_ certificates: SinkCertificates, _ name: String, asksFor authority: String? = nil) throws {
        let (process, output) = (Process(), Pipe())
        process.executableURL = URL(fileURLWithPath: "/usr/bin/env")
        process.arguments =
            ["python3", "-c", Self.script, certificates.pem(name), certificates.path("\(name).key")]
            + (authority.map { [certificates.pem($0)] } ?? [])
        process.standardInput = input
        process.standardOutput = output
        process.standardError = FileHandle.nullDevice
        try process.run()
        let line = String(decoding: output.fileHandleForReading.availableData, as: UTF8.self)
        guard let port = Int(line.trimmingCharacters(in: .whitespacesAndNewlines)) else {
            process.terminate()
            throw DeliveryError.permanent(reason: "the TLS server did not start: \"\(line)\"")
        }
        (self.port, self.process) = (port, process)
    }

    var url: String { "https://127.0.0.1:\(port)/" }

    deinit {
        try? input.fileHandleForWriting.close()
        process.terminate()
        process.waitUntilExit()
    }
}
