// TLS of a client on a socket that never waits, by OpenSSL: for protocols that are no HTTP.
#pragma once

#include <stdbool.h>
#include <stddef.h>

/// One connection's TLS.
typedef struct gw_tls gw_tls;

/// Whom to trust and what to show. Every text may be NULL but the server name.
typedef struct {
    /// A PEM file of authorities; NULL: the system's.
    const char *ca_file;
    /// PEM files of the client's certificate (with its chain) and key.
    const char *certificate;
    const char *key;
    /// The name or the address the server's certificate must be made out to.
    const char *server_name;
    /// Trusts whoever answers.
    bool insecure;
} gw_tls_settings;

/// What a call came to, below zero; a count of bytes otherwise.
enum { GW_TLS_END = 0, GW_TLS_WANTS_READ = -1, GW_TLS_WANTS_WRITE = -2, GW_TLS_FAILED = -3 };

/// Prepares TLS on a connected descriptor, which stays the caller's. NULL and a text in `error` when files cannot be used.
gw_tls *gw_tls_create(const gw_tls_settings *settings, int descriptor, char *error, size_t error_size);
void gw_tls_destroy(gw_tls *tls);

/// A step of the handshake: 1 when it is done, or one of the codes below zero.
int gw_tls_handshake(gw_tls *tls);
/// Writes as much as the socket takes; `count` is above zero.
ptrdiff_t gw_tls_write(gw_tls *tls, const void *bytes, size_t count);
/// Reads what there is; GW_TLS_END when the other end has closed.
ptrdiff_t gw_tls_read(gw_tls *tls, void *bytes, size_t count);
/// Tells the other end that nothing more comes.
void gw_tls_close(gw_tls *tls);

/// Why the last call failed.
void gw_tls_reason(gw_tls *tls, char *text, size_t size);
/// Whether the last failure was a certificate that one of both ends does not accept: only a person can mend it.
bool gw_tls_is_untrusted(gw_tls *tls);
