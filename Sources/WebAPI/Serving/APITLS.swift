import NIOCore
import NIOSSL
import Platform

/// What a listener speaks TLS with: the certificate it shows, and whose certificates clients must show. A value of the
/// files as they were when it was made.
struct APITLS: Sendable {
    /// A larger file holds no certificates. In bytes.
    private static let sizeLimit = 1 << 20
    /// How long the other end may take to say that it has seen the end.
    private static let partingTime = TimeAmount.seconds(1)

    private let context: NIOSSLContext
    /// What the files held: two are the same when these are.
    private let files: [[UInt8]]

    /// Reads the files. Throws which of them cannot be used, and why; never what they hold.
    init(_ configuration: APITLSConfiguration) throws {
        let certificate = try File.read(configuration.certificate, limit: Self.sizeLimit)
        let key = try File.read(configuration.key, limit: Self.sizeLimit)
        let clients = try configuration.clients.map { try File.read($0, limit: Self.sizeLimit) }
        let chain = try Self.certificates(in: certificate, of: configuration.certificate)
        guard let privateKey = try? NIOSSLPrivateKey(bytes: key, format: .pem) else {
            throw APITLSError("\"\(configuration.key)\" holds no private key in PEM, or one with a passphrase")
        }
        var settings = NIOSSL.TLSConfiguration.makeServerConfiguration(
            certificateChain: chain.map { .certificate($0) }, privateKey: .privateKey(privateKey))
        settings.minimumTLSVersion = .tlsv12
        settings.applicationProtocols = ["http/1.1"]
        settings.shutdownTimeout = Self.partingTime
        if let path = configuration.clients, let clients {
            settings.trustRoots = .certificates(try Self.certificates(in: clients, of: path))
            settings.certificateVerification = .noHostnameVerification
        }
        do {
            context = try NIOSSLContext(configuration: settings)
        } catch {
            throw APITLSError(
                "\"\(configuration.certificate)\" and \"\(configuration.key)\" do not belong together: \(error)")
        }
        files = [certificate, key, clients ?? []]
    }

    private static func certificates(in bytes: [UInt8], of path: String) throws(APITLSError) -> [NIOSSLCertificate] {
        guard let found = try? NIOSSLCertificate.fromPEMBytes(bytes), !found.isEmpty else {
            throw APITLSError("\"\(path)\" holds no certificate in PEM")
        }
        return found
    }

    /// Puts TLS before what else handles a connection. On the connection's event loop.
    func protect(_ channel: any Channel) throws {
        try channel.pipeline.syncOperations.addHandler(NIOSSLServerHandler(context: context))
    }

    /// Whether the files held the same.
    func isSame(as other: APITLS?) -> Bool { files == other?.files }
}

/// What is wrong with the files of `api.tls`.
struct APITLSError: Error, Sendable, Equatable, CustomStringConvertible {
    var description: String

    init(_ problem: String) {
        description = "api.tls: \(problem)"
    }
}
