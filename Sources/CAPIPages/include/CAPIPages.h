#ifndef CAPI_PAGES_H
#define CAPI_PAGES_H

#include <stddef.h>

/// The description of the HTTP API: `openapi.yaml`, as it is in the sources.
extern const unsigned char guestwatch_openapi[];
/// Its bytes.
extern const size_t guestwatch_openapi_count;

#endif
