// Signals are no part of the C standard.
#define _POSIX_C_SOURCE 200809L

#include "CTestTLS.h"

#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/ssl.h>
#include <openssl/x509v3.h>
#include <pthread.h>
#include <signal.h>
#include <stdlib.h>

struct gw_test_certificate {
    EVP_PKEY *key;
    X509 *certificate;
};

struct gw_test_tls {
    SSL_CTX *context;
    SSL *connection;
};

static bool extend(X509 *certificate, int kind, const char *value) {
    X509_EXTENSION *extension = X509V3_EXT_conf_nid(NULL, NULL, kind, value);
    bool done = extension != NULL && X509_add_ext(certificate, extension, -1) == 1;
    X509_EXTENSION_free(extension);
    return done;
}

static bool fill(gw_test_certificate *made, const char *name, long begins, long ends,
                 const gw_test_certificate *issuer) {
    X509 *certificate = made->certificate;
    // Two certificates of one issuer must not have one number.
    static int last_number = 0;
    int number = __atomic_add_fetch(&last_number, 1, __ATOMIC_RELAXED);
    X509_NAME *subject = X509_get_subject_name(certificate);
    return X509_set_version(certificate, X509_VERSION_3) == 1
        && ASN1_INTEGER_set(X509_get_serialNumber(certificate), number) == 1
        && X509_gmtime_adj(X509_getm_notBefore(certificate), begins) != NULL
        && X509_gmtime_adj(X509_getm_notAfter(certificate), ends) != NULL
        && X509_NAME_add_entry_by_txt(subject, "CN", MBSTRING_UTF8, (const unsigned char *)name, -1, -1, 0) == 1
        && X509_set_issuer_name(certificate, X509_get_subject_name(issuer->certificate)) == 1
        && X509_set_pubkey(certificate, made->key) == 1
        && extend(certificate, NID_basic_constraints, issuer == made ? "critical,CA:TRUE" : "critical,CA:FALSE")
        && extend(certificate, NID_subject_alt_name, "IP:127.0.0.1,DNS:localhost")
        && X509_sign(certificate, issuer->key, EVP_sha256()) > 0;
}

gw_test_certificate *gw_test_certificate_create(
    const char *name, long begins, long ends, const gw_test_certificate *issuer) {
    gw_test_certificate *made = calloc(1, sizeof *made);
    if (made == NULL) return NULL;
    made->key = EVP_EC_gen("P-256");
    made->certificate = X509_new();
    bool done = made->key != NULL && made->certificate != NULL
        && fill(made, name, begins, ends, issuer != NULL ? issuer : made);
    if (done) return made;
    gw_test_certificate_destroy(made);
    return NULL;
}

void gw_test_certificate_destroy(gw_test_certificate *certificate) {
    if (certificate == NULL) return;
    X509_free(certificate->certificate);
    EVP_PKEY_free(certificate->key);
    free(certificate);
}

bool gw_test_certificate_thumbprint(const gw_test_certificate *certificate, uint8_t *digest) {
    unsigned length = GW_TEST_THUMBPRINT_BYTES;
    return X509_digest(certificate->certificate, EVP_sha256(), digest, &length) == 1;
}

bool gw_test_certificate_write(const gw_test_certificate *certificate, const char *path) {
    FILE *file = fopen(path, "we");
    if (file == NULL) return false;
    bool written = PEM_write_X509(file, certificate->certificate) == 1;
    return fclose(file) == 0 && written;
}

static void block_pipe_signal(void) {
    sigset_t signals;
    sigemptyset(&signals);
    sigaddset(&signals, SIGPIPE);
    pthread_sigmask(SIG_BLOCK, &signals, NULL);
}

gw_test_tls *gw_test_tls_accept(const gw_test_certificate *certificate, int descriptor) {
    block_pipe_signal();
    gw_test_tls *tls = calloc(1, sizeof *tls);
    if (tls == NULL) return NULL;
    tls->context = SSL_CTX_new(TLS_server_method());
    bool done = tls->context != NULL && SSL_CTX_use_certificate(tls->context, certificate->certificate) == 1
        && SSL_CTX_use_PrivateKey(tls->context, certificate->key) == 1
        && (tls->connection = SSL_new(tls->context)) != NULL && SSL_set_fd(tls->connection, descriptor) == 1
        && SSL_accept(tls->connection) == 1;
    if (done) return tls;
    gw_test_tls_destroy(tls);
    return NULL;
}

ptrdiff_t gw_test_tls_read(gw_test_tls *tls, void *bytes, size_t count) {
    size_t taken = 0;
    return SSL_read_ex(tls->connection, bytes, count, &taken) == 1 ? (ptrdiff_t)taken : 0;
}

bool gw_test_tls_write(gw_test_tls *tls, const void *bytes, size_t count) {
    size_t written = 0;
    return count == 0 || (SSL_write_ex(tls->connection, bytes, count, &written) == 1 && written == count);
}

void gw_test_tls_destroy(gw_test_tls *tls) {
    if (tls == NULL) return;
    SSL_free(tls->connection);
    SSL_CTX_free(tls->context);
    free(tls);
}
