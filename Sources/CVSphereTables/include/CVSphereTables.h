// Two tables of facts, compiled in as text: tab-separated, a header line first.
#pragma once

#include <stddef.h>

/// The vim25 event classes: `event-classes.tsv`.
const char *gw_vsphere_event_classes(size_t *length);

/// Our type and severity for each of them: `event-types.tsv`.
const char *gw_vsphere_event_types(size_t *length);
