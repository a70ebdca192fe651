#define _GNU_SOURCE
#include "CLimits.h"

#include <errno.h>
#include <unistd.h>

int gw_limit_file_append(int descriptor, gw_limit_batch batch) {
    size_t length = batch.bodyLength * (size_t)batch.count;
    for (size_t at = 0; at < length;) {
        ssize_t written = write(descriptor, batch.bodies + at, length - at);
        if (written < 0) return errno;
        at += (size_t)written;
    }
    return fdatasync(descriptor) == 0 ? 0 : errno;
}
