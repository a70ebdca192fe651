import CTestTLS

/// A certificate for 127.0.0.1, with its key, made in memory.
package final class TestCertificate: @unchecked Sendable {
    // SAFETY: made by the initializer, freed by deinit, and only read in between; OpenSSL counts references to its
    // parts atomically.
    let certificate: OpaquePointer

    /// Valid between two times in seconds from now; without an issuer it is an authority that signs itself.
    package init?(_ name: String, from begins: Int = -3600, to ends: Int = 86_400, issuer: TestCertificate? = nil) {
        guard let made = gw_test_certificate_create(name, begins, ends, issuer?.certificate) else { return nil }
        certificate = made
    }

    deinit {
        gw_test_certificate_destroy(certificate)
    }

    /// Its SHA-256 digest.
    package var thumbprint: [UInt8] {
        var bytes = [UInt8](repeating: 0, count: Int(GW_TEST_THUMBPRINT_BYTES))
        return gw_test_certificate_thumbprint(certificate, &bytes) ? bytes : []
    }

    /// Writes it as PEM; false when the file cannot be written.
    package func write(to path: String) -> Bool {
        gw_test_certificate_write(certificate, path)
    }
}

/// The certificates a hostile server has.
package struct HostileCertificates: Sendable {
    /// Whom the client trusts.
    package let authority: TestCertificate
    /// The right one, signed by the authority.
    package let right: TestCertificate
    /// Signed by the authority, and run out.
    package let expired: TestCertificate
    /// Signed by nobody.
    package let strange: TestCertificate

    /// nil when out of memory.
    package init?() {
        guard let authority = TestCertificate("authority"),
            let right = TestCertificate("vcenter", issuer: authority),
            let expired = TestCertificate("vcenter", from: -86_400, to: -60, issuer: authority),
            let strange = TestCertificate("vcenter")
        else { return nil }
        (self.authority, self.right, self.expired, self.strange) = (authority, right, expired, strange)
    }
}
