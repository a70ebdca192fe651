#include "CAPIPages.h"

const unsigned char guestwatch_openapi[] = {
#embed "openapi.yaml"
};
const size_t guestwatch_openapi_count = sizeof(guestwatch_openapi);
