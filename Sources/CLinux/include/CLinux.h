// What the agent needs of Linux that Swift's Glibc module does not offer.
#pragma once

#include <malloc.h>
#include <pthread.h>
#include <sys/epoll.h>
#include <sys/eventfd.h>
#include <sys/inotify.h>
#include <sys/types.h>

/// Names the calling thread, as top(1) and gdb show it: 15 bytes at the most.
void gw_set_thread_name(const char *name);

/// Opens what a descriptor is connected to (a pipe, a terminal) once more, for writing without waiting: the flags of the
/// given one, which may be shared with other processes, stay as they are. -1 and errno when the system does not allow it.
int gw_reopen_for_writing(int descriptor);

/// Reads entries of an open folder as linux_dirent64 records (getdents64(2)): how many bytes, 0 at the end, -1 and errno.
ssize_t gw_read_folder(int descriptor, void *buffer, size_t size);
