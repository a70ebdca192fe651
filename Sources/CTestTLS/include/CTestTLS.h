// TLS of a test server: certificates made in memory, for 127.0.0.1, and connections that wait.
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/// A certificate with its key.
typedef struct gw_test_certificate gw_test_certificate;
/// One connection's TLS.
typedef struct gw_test_tls gw_test_tls;

enum { GW_TEST_THUMBPRINT_BYTES = 32 };

/// Makes one, valid between two times in seconds from now. Without an issuer it is an authority that signs itself.
/// NULL when out of memory.
gw_test_certificate *gw_test_certificate_create(
    const char *name, long begins, long ends, const gw_test_certificate *issuer);
void gw_test_certificate_destroy(gw_test_certificate *certificate);
/// The SHA-256 digest of it.
bool gw_test_certificate_thumbprint(const gw_test_certificate *certificate, uint8_t *digest);
/// Writes it to a file.
bool gw_test_certificate_write(const gw_test_certificate *certificate, const char *path);

/// Shakes hands as a server on a connected descriptor, which stays the caller's. NULL when it fails. SIGPIPE is blocked
/// for the calling thread from then on.
gw_test_tls *gw_test_tls_accept(const gw_test_certificate *certificate, int descriptor);
/// Reads what there is; zero or less at the end.
ptrdiff_t gw_test_tls_read(gw_test_tls *tls, void *bytes, size_t count);
/// Writes all; false when the other end is gone.
bool gw_test_tls_write(gw_test_tls *tls, const void *bytes, size_t count);
void gw_test_tls_destroy(gw_test_tls *tls);
