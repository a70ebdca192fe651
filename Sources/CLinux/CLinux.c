#define _GNU_SOURCE
#include "CLinux.h"

#include <dirent.h>
#include <fcntl.h>
#include <stdio.h>

void gw_set_thread_name(const char *name) {
    pthread_setname_np(pthread_self(), name);
}

int gw_reopen_for_writing(int descriptor) {
    char path[32];
    snprintf(path, sizeof path, "/proc/self/fd/%d", descriptor);
    return open(path, O_WRONLY | O_NONBLOCK | O_NOCTTY | O_CLOEXEC);
}

ssize_t gw_read_folder(int descriptor, void *buffer, size_t size) {
    return getdents64(descriptor, buffer, size);
}
