#include "CAPIPages.h"

static const unsigned char openapi[] = {
#embed "openapi.yaml"
};

const unsigned char *guestwatch_openapi_bytes(void) {
    return openapi;
}

size_t guestwatch_openapi_count(void) {
    return sizeof(openapi);
}
