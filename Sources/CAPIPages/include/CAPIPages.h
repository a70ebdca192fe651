#ifndef CAPI_PAGES_H
#define CAPI_PAGES_H

#include <stddef.h>

/// The description of the HTTP API: `openapi.yaml`, as it is in the sources.
const unsigned char *guestwatch_openapi_bytes(void);
/// How many bytes it has.
size_t guestwatch_openapi_count(void);

#endif
