// What the agent needs of Linux that Swift's Glibc module does not offer.
#pragma once

#include <pthread.h>

/// Names the calling thread, as top(1) and gdb show it: 15 bytes at the most.
void gw_set_thread_name(const char *name);
