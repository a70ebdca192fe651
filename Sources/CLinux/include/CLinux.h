// What the agent needs of Linux that Swift's Glibc module does not offer.
#pragma once

#include <malloc.h>
#include <pthread.h>
#include <sys/epoll.h>
#include <sys/eventfd.h>
#include <sys/inotify.h>

/// Names the calling thread, as top(1) and gdb show it: 15 bytes at the most.
void gw_set_thread_name(const char *name);

/// Opens what a descriptor is connected to (a pipe, a terminal) once more, for writing without waiting: the flags of the
/// given one, which may be shared with other processes, stay as they are. -1 and errno when the system does not allow it.
int gw_reopen_for_writing(int descriptor);

/// Who made the other end of a unix socket: SO_PEERCRED, unix(7). 0, or -1 and errno.
int gw_peer_process(int descriptor, int *pid, unsigned *uid);

/// Accepts a connection that neither waits nor is inherited: accept4(2). The descriptor, or -1 and errno.
int gw_accept(int listener);
