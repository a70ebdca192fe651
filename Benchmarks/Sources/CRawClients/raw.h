#pragma once

#include "CRawClients.h"

struct gw_raw {
    int (*deliver)(gw_raw *raw, const gw_raw_event *events, int count);
    void (*close)(gw_raw *raw);
};
