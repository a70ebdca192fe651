// What the agent needs of Linux that Swift's Glibc module does not offer.
#pragma once

#include <malloc.h>
#include <pthread.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/epoll.h>
#include <sys/eventfd.h>
#include <sys/inotify.h>
#include <sys/types.h>

/// Names the calling thread, as top(1) and gdb show it: 15 bytes at the most.
void gw_set_thread_name(const char *name);

/// Opens what a descriptor is connected to (a pipe, a terminal) once more, for writing without waiting: the flags of the
/// given one, which may be shared with other processes, stay as they are. -1 and errno when the system does not allow it.
int gw_reopen_for_writing(int descriptor);

/// Makes a pipe that no child inherits: the reading end, the writing end. -1 and errno when there are no descriptors.
int gw_pipe(int ends[2]);

/// A program to start: the path of its file, its arguments and its whole environment, both ended by NULL, and the
/// directory it works in, NULL for the agent's own.
struct gw_program {
    const char *path;
    char *const *arguments;
    char *const *environment;
    const char *directory;
};

/// Starts a program in a process group of its own, with these as its standard descriptors and nothing else of ours, no
/// signal blocked or ignored. It is killed when the calling thread ends. `pidfd` becomes -1 where the kernel knows none.
/// The pid; -1 and errno, also when exec(2) failed.
int gw_spawn(const struct gw_program *program, int input, int output, int errors, int *pidfd);

/// Who made the other end of a unix socket: SO_PEERCRED, unix(7). 0, or -1 and errno.
int gw_peer_process(int descriptor, int *pid, unsigned *uid);

/// Accepts a connection that neither waits nor is inherited: accept4(2). The descriptor, or -1 and errno.
int gw_accept(int listener);

/// A descriptor of a process, readable when it ends: pidfd_open(2). -1 and errno when it cannot be had.
int gw_pidfd_open(int pid);

/// The wait status of the process behind a pidfd, once it was reaped. 1: `status` has it; 0: not yet, or the kernel does
/// not keep it (before Linux 6.15).
int gw_pidfd_exit_status(int pidfd, int *status);

/// A routing socket to ask with; with `listens` one that hears of the network links of all namespaces this one has a
/// number for. -1 and errno.
int gw_route_open(int listens);

/// A socket that hears of every fork, exec and exit of the host. -1 and errno.
int gw_process_connector_open(void);

/// Asks the kernel's process connector to speak (1) or to be silent (0). -1 and errno.
int gw_process_connector_listen(int descriptor, int listens);

/// One datagram of a netlink socket, without waiting: its length, 0 when it was not from the kernel, -1 and errno. `nsid`
/// is the number of the namespace it is about, -1 for the socket's own. What did not fit is cut: the length says so.
ptrdiff_t gw_netlink_receive(int descriptor, void *buffer, size_t length, int *nsid);

/// Reads entries of an open folder as linux_dirent64 records (getdents64(2)): how many bytes, 0 at the end, -1 and errno.
ssize_t gw_read_folder(int descriptor, void *buffer, size_t size);

/// Where a symbolic link leads and whose it is, both of the same link whoever exchanges it meanwhile. The length of the
/// target, of which at most `size` bytes are written; 0 when there is no link at the path, but something else; -1 and errno.
ssize_t gw_read_link(const char *path, char *target, size_t size, uid_t *owner);

/// Keeps the memory of this process to itself: no core file, no ptrace(2) or `/proc/PID/environ` for anybody but root.
/// 0, or -1 and errno.
int gw_hide_memory(void);

/// Lets go of every page of the program and its libraries that holds nothing but what their files hold: the kernel reads
/// those that are used again from there.
void gw_release_program_pages(void);
