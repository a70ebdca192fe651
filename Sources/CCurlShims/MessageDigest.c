#include "CCurlShims.h"

#include <openssl/evp.h>
#include <openssl/params.h>
#include <openssl/core_names.h>

bool gw_sha256(const uint8_t *bytes, size_t count, uint8_t *digest) {
    unsigned length = GW_THUMBPRINT_BYTES;
    return EVP_Digest(bytes, count, digest, &length, EVP_sha256(), NULL) == 1;
}

// RFC 2104 over two parts, without a copy of either.
bool gw_hmac_sha256(
    const uint8_t *key, size_t key_count, const uint8_t *first, size_t first_count, const uint8_t *second,
    size_t second_count, uint8_t *digest) {
    EVP_MAC *algorithm = EVP_MAC_fetch(NULL, "HMAC", NULL);
    EVP_MAC_CTX *context = algorithm != NULL ? EVP_MAC_CTX_new(algorithm) : NULL;
    char name[] = "SHA256";
    OSSL_PARAM parameters[] = {
        OSSL_PARAM_construct_utf8_string(OSSL_MAC_PARAM_DIGEST, name, 0), OSSL_PARAM_construct_end()};
    size_t length = 0;
    bool done = context != NULL && EVP_MAC_init(context, key, key_count, parameters) == 1
        && EVP_MAC_update(context, first, first_count) == 1 && EVP_MAC_update(context, second, second_count) == 1
        && EVP_MAC_final(context, digest, &length, GW_THUMBPRINT_BYTES) == 1 && length == GW_THUMBPRINT_BYTES;
    EVP_MAC_CTX_free(context);
    EVP_MAC_free(algorithm);
    return done;
}
