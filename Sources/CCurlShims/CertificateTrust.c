#include "CCurlShims.h"

#include <openssl/evp.h>
#include <openssl/ssl.h>
#include <openssl/x509.h>
#include <stdlib.h>
#include <string.h>

struct gw_trust {
    gw_trust_by by;
    uint8_t expected[GW_THUMBPRINT_BYTES];
    bool any_shown;
    uint8_t shown[GW_THUMBPRINT_BYTES];
};

gw_trust *gw_trust_create(gw_trust_by by, const uint8_t *thumbprint) {
    gw_trust *trust = calloc(1, sizeof *trust);
    if (trust == NULL) return NULL;
    trust->by = by;
    if (by == GW_TRUST_THUMBPRINT) memcpy(trust->expected, thumbprint, GW_THUMBPRINT_BYTES);
    return trust;
}

void gw_trust_destroy(gw_trust *trust) {
    free(trust);
}

bool gw_trust_shown(const gw_trust *trust, uint8_t *thumbprint) {
    if (trust->any_shown) memcpy(thumbprint, trust->shown, GW_THUMBPRINT_BYTES);
    return trust->any_shown;
}

// Replaces OpenSSL's own verification of the chain. Returns 1 to go on with the handshake.
static int verify(X509_STORE_CTX *chain, void *context) {
    gw_trust *trust = context;
    X509 *leaf = X509_STORE_CTX_get0_cert(chain);
    unsigned length = GW_THUMBPRINT_BYTES;
    trust->any_shown = leaf != NULL && X509_digest(leaf, EVP_sha256(), trust->shown, &length) == 1;

    if (trust->by == GW_TRUST_AUTHORITIES) return X509_verify_cert(chain);
    if (trust->by == GW_TRUST_THUMBPRINT
        && (!trust->any_shown || memcmp(trust->shown, trust->expected, GW_THUMBPRINT_BYTES) != 0)) {
        X509_STORE_CTX_set_error(chain, X509_V_ERR_CERT_REJECTED);
        return 0;
    }
    X509_STORE_CTX_set_error(chain, X509_V_OK);
    return 1;
}

static CURLcode prepare(CURL *easy, void *context, void *trust) {
    (void)easy;
    SSL_CTX_set_cert_verify_callback(context, verify, trust);
    // An idle pooled connection gives its 34 KiB of buffers back.
    SSL_CTX_set_mode(context, SSL_MODE_RELEASE_BUFFERS);
    return CURLE_OK;
}

CURLcode gw_curl_set_trust(CURL *easy, gw_trust *trust) {
    CURLcode code = curl_easy_setopt(easy, CURLOPT_SSL_CTX_DATA, trust);
    return code != CURLE_OK ? code : curl_easy_setopt(easy, CURLOPT_SSL_CTX_FUNCTION, prepare);
}
