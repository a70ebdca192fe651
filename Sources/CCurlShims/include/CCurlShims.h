// What Swift cannot say to libcurl and OpenSSL itself: the variadic setters, one function per kind of argument, and
// whom to trust.
#pragma once

#include <curl/curl.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/// Takes bytes of a header or a body; anything but `size * count` ends the transfer.
typedef size_t (*gw_curl_sink)(char *bytes, size_t size, size_t count, void *context);

CURLcode gw_curl_set_long(CURL *easy, CURLoption option, long value);
CURLcode gw_curl_set_offset(CURL *easy, CURLoption option, curl_off_t value);
CURLcode gw_curl_set_string(CURL *easy, CURLoption option, const char *value);
CURLcode gw_curl_set_pointer(CURL *easy, CURLoption option, const void *value);
CURLcode gw_curl_set_sink(CURL *easy, CURLoption option, gw_curl_sink value);
CURLcode gw_curl_set_seek(CURL *easy, curl_seek_callback value);
CURLMcode gw_curl_multi_set_long(CURLM *multi, CURLMoption option, long value);

/// An integer of the transfer; 0 when libcurl does not know it.
long gw_curl_get_long(CURL *easy, CURLINFO info);
/// A count of bytes or microseconds of the transfer; 0 when libcurl does not know it.
curl_off_t gw_curl_get_offset(CURL *easy, CURLINFO info);

/// Whom to trust, and what the server showed last. Must outlive every connection made with it.
typedef struct gw_trust gw_trust;
/// The length of a SHA-256 thumbprint.
enum { GW_THUMBPRINT_BYTES = 32 };
typedef enum { GW_TRUST_AUTHORITIES, GW_TRUST_THUMBPRINT, GW_TRUST_ANYONE } gw_trust_by;

/// `thumbprint` is read when `by` says so: GW_THUMBPRINT_BYTES bytes. NULL when out of memory.
gw_trust *gw_trust_create(gw_trust_by by, const uint8_t *thumbprint);
void gw_trust_destroy(gw_trust *trust);
/// Makes `easy` ask `trust` in each TLS handshake.
CURLcode gw_curl_set_trust(CURL *easy, gw_trust *trust);
/// Copies the thumbprint of the certificate shown in the last handshake; false when none was.
bool gw_trust_shown(const gw_trust *trust, uint8_t *thumbprint);

/// Writes GW_THUMBPRINT_BYTES bytes of SHA-256; false when out of memory.
bool gw_sha256(const uint8_t *bytes, size_t count, uint8_t *digest);
/// Writes GW_THUMBPRINT_BYTES bytes of HMAC-SHA256 over the two parts, one after the other; false when out of memory.
bool gw_hmac_sha256(
    const uint8_t *key, size_t key_count, const uint8_t *first, size_t first_count, const uint8_t *second,
    size_t second_count, uint8_t *digest);
