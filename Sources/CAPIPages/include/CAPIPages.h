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

/// The files of the dashboard, `dashboard/`, as they are in the sources.
extern const struct guestwatch_page guestwatch_dashboard[];
/// How many they are.
extern const size_t guestwatch_dashboard_count;

#endif
