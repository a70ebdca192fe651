#ifndef CAPI_PAGES_H
#define CAPI_PAGES_H

#include <stddef.h>

/// The description of the HTTP API: `openapi.yaml`, as it is in the sources.
const unsigned char *guestwatch_openapi_bytes(void);
/// How many bytes it has.
size_t guestwatch_openapi_count(void);

/// A file of the dashboard.
struct guestwatch_page {
    /// Where it is served.
    const char *path;
    /// Its media type.
    const char *type;
    const unsigned char *bytes;
    size_t count;
};

/// A file of the dashboard, as it is in the sources' folder `dashboard`; NULL beyond the last.
const struct guestwatch_page *guestwatch_dashboard(size_t index);

#endif
