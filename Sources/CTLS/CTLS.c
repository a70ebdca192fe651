#include "CTLS.h"

#include <openssl/err.h>
#include <openssl/ssl.h>
#include <openssl/x509v3.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

struct gw_tls {
    SSL_CTX *context;
    SSL *connection;
    bool untrusted;
    char reason[256];
};

static void say(char *text, size_t size, const char *what) {
    unsigned long code = ERR_peek_last_error();
    const char *why = code != 0 ? ERR_reason_error_string(code) : NULL;
    snprintf(text, size, "%s%s%s", what, why != NULL ? ": " : "", why != NULL ? why : "");
}

// The first file that cannot be used, or NULL.
static const char *load(SSL_CTX *context, const gw_tls_settings *settings) {
    if (settings->ca_file != NULL) {
        if (SSL_CTX_load_verify_locations(context, settings->ca_file, NULL) != 1) return settings->ca_file;
    } else if (SSL_CTX_set_default_verify_paths(context) != 1) {
        return "the system's authorities";
    }
    if (settings->certificate == NULL) return NULL;
    if (SSL_CTX_use_certificate_chain_file(context, settings->certificate) != 1) return settings->certificate;
    if (SSL_CTX_use_PrivateKey_file(context, settings->key, SSL_FILETYPE_PEM) != 1) return settings->key;
    return SSL_CTX_check_private_key(context) == 1 ? NULL : settings->key;
}

// Makes the handshake check whom the server's certificate is made out to.
static bool expect_name(SSL *connection, const char *name) {
    X509_VERIFY_PARAM *parameters = SSL_get0_param(connection);
    if (X509_VERIFY_PARAM_set1_ip_asc(parameters, name) == 1) return true;
    X509_VERIFY_PARAM_set_hostflags(parameters, X509_CHECK_FLAG_NO_PARTIAL_WILDCARDS);
    return SSL_set1_host(connection, name) == 1 && SSL_set_tlsext_host_name(connection, name) == 1;
}

gw_tls *gw_tls_create(const gw_tls_settings *settings, int descriptor, char *error, size_t error_size) {
    ERR_clear_error();
    gw_tls *tls = calloc(1, sizeof *tls);
    if (tls != NULL) tls->context = SSL_CTX_new(TLS_client_method());
    if (tls == NULL || tls->context == NULL) {
        free(tls);
        say(error, error_size, "no TLS context could be made");
        return NULL;
    }
    SSL_CTX_set_min_proto_version(tls->context, TLS1_2_VERSION);
    SSL_CTX_set_mode(tls->context, SSL_MODE_ENABLE_PARTIAL_WRITE | SSL_MODE_ACCEPT_MOVING_WRITE_BUFFER);
    SSL_CTX_set_verify(tls->context, settings->insecure ? SSL_VERIFY_NONE : SSL_VERIFY_PEER, NULL);
    const char *unusable = load(tls->context, settings);
    if (unusable == NULL) {
        tls->connection = SSL_new(tls->context);
        if (tls->connection == NULL || SSL_set_fd(tls->connection, descriptor) != 1
            || !expect_name(tls->connection, settings->server_name)) {
            unusable = settings->server_name;
        }
    }
    if (unusable != NULL) {
        say(error, error_size, unusable);
        gw_tls_destroy(tls);
        return NULL;
    }
    SSL_set_connect_state(tls->connection);
    return tls;
}

void gw_tls_destroy(gw_tls *tls) {
    SSL_free(tls->connection);
    SSL_CTX_free(tls->context);
    free(tls);
}

// The alerts by which a server refuses our certificate, or the lack of one.
static bool is_refusal(int reason) {
    switch (reason) {
    case SSL_R_SSLV3_ALERT_BAD_CERTIFICATE:
    case SSL_R_SSLV3_ALERT_UNSUPPORTED_CERTIFICATE:
    case SSL_R_SSLV3_ALERT_CERTIFICATE_REVOKED:
    case SSL_R_SSLV3_ALERT_CERTIFICATE_EXPIRED:
    case SSL_R_SSLV3_ALERT_CERTIFICATE_UNKNOWN:
    case SSL_R_TLSV1_ALERT_UNKNOWN_CA:
    case SSL_R_TLSV1_ALERT_ACCESS_DENIED:
    case SSL_R_TLSV13_ALERT_CERTIFICATE_REQUIRED:
    case SSL_R_CERTIFICATE_VERIFY_FAILED: return true;
    default: return false;
    }
}

static int code_of(gw_tls *tls, int result, int system) {
    int kind = SSL_get_error(tls->connection, result);
    if (kind == SSL_ERROR_WANT_READ) return GW_TLS_WANTS_READ;
    if (kind == SSL_ERROR_WANT_WRITE) return GW_TLS_WANTS_WRITE;
    if (kind == SSL_ERROR_ZERO_RETURN) return GW_TLS_END;
    unsigned long code = ERR_peek_last_error();
    long verified = SSL_get_verify_result(tls->connection);
    bool refused = ERR_GET_LIB(code) == ERR_LIB_SSL && is_refusal(ERR_GET_REASON(code));
    tls->untrusted = refused;
    if (refused && verified != X509_V_OK) {
        snprintf(tls->reason, sizeof tls->reason, "%s", X509_verify_cert_error_string(verified));
    } else if (code != 0) {
        say(tls->reason, sizeof tls->reason, "TLS");
    } else {
        snprintf(tls->reason, sizeof tls->reason, "%s", system != 0 ? strerror(system) : "the connection was closed");
    }
    return GW_TLS_FAILED;
}

int gw_tls_handshake(gw_tls *tls) {
    ERR_clear_error();
    errno = 0;
    int result = SSL_do_handshake(tls->connection);
    if (result == 1) return 1;
    int code = code_of(tls, result, errno);
    if (code != GW_TLS_END) return code;
    snprintf(tls->reason, sizeof tls->reason, "the connection was closed");
    return GW_TLS_FAILED;
}

ptrdiff_t gw_tls_write(gw_tls *tls, const void *bytes, size_t count) {
    ERR_clear_error();
    errno = 0;
    size_t written = 0;
    int result = SSL_write_ex(tls->connection, bytes, count, &written);
    return result == 1 ? (ptrdiff_t)written : code_of(tls, result, errno);
}

ptrdiff_t gw_tls_read(gw_tls *tls, void *bytes, size_t count) {
    ERR_clear_error();
    errno = 0;
    size_t found = 0;
    int result = SSL_read_ex(tls->connection, bytes, count, &found);
    return result == 1 ? (ptrdiff_t)found : code_of(tls, result, errno);
}

void gw_tls_close(gw_tls *tls) {
    ERR_clear_error();
    SSL_shutdown(tls->connection);
}

void gw_tls_reason(gw_tls *tls, char *text, size_t size) {
    snprintf(text, size, "%s", tls->reason);
}

bool gw_tls_is_untrusted(gw_tls *tls) {
    return tls->untrusted;
}
