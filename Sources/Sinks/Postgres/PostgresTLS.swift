#if PostgreSQL
    package import AgentCore

    /// How a connection to PostgreSQL is encrypted, in libpq's words.
    package struct PostgresTLS: Configurable, Hashable {
        /// libpq's `sslmode`.
        package enum Mode: String, Sendable, CaseIterable {
            case disable
            case prefer
            case require
            case verifyAuthority = "verify-ca"
            case verifyFull = "verify-full"
        }

        package var mode: Mode
        /// PEM files.
        package var authorities: String?
        package var certificate: String?
        package var key: String?

        package init(
            mode: Mode? = nil, authorities: String? = nil, certificate: String? = nil, key: String? = nil
        ) {
            (self.authorities, self.certificate, self.key) = (authorities, certificate, key)
            self.mode = mode ?? (authorities == nil ? .prefer : .verifyFull)
        }

        package init(from reader: inout ConfigurationReader) {
            let mode = reader.optional(
                "mode", ConfigurationType<Mode>.choice(),
                "disable, prefer, require, verify-ca or verify-full; verify-full with \"caFile\", else prefer.")
            self.init(
                mode: mode,
                authorities: reader.optional(
                    "caFile", .path, "A PEM file with the authorities the server is trusted by."),
                certificate: reader.optional(
                    "certificate", .path, "A PEM file with the certificate shown to the server."),
                key: reader.optional("key", .path, "A PEM file with its key, which nobody else may read."))
            let verifies = [.verifyAuthority, .verifyFull].contains(self.mode)
            if verifies != (authorities != nil) {
                reader.problem("\"caFile\" and one of the modes verify-full and verify-ca go together")
            }
            if (certificate == nil) != (key == nil) { reader.problem("\"certificate\" and \"key\" go together") }
        }

        /// What libpq is told.
        var parameters: [(String, String)] {
            let files = [("sslrootcert", authorities), ("sslcert", certificate), ("sslkey", key)]
            return [("sslmode", mode.rawValue)] + files.compactMap { name, path in path.map { (name, $0) } }
        }
    }
#endif
