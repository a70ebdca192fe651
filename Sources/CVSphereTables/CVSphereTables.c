#include "CVSphereTables.h"

static const char classes[] = {
#embed "event-classes.tsv"
};

static const char types[] = {
#embed "event-types.tsv"
};

const char *gw_vsphere_event_classes(size_t *length) {
    *length = sizeof classes;
    return classes;
}

const char *gw_vsphere_event_types(size_t *length) {
    *length = sizeof types;
    return types;
}
