#define _GNU_SOURCE
#include "CLinux.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <linux/netlink.h>
#include <linux/rtnetlink.h>
#include <stdio.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

void gw_set_thread_name(const char *name) {
    pthread_setname_np(pthread_self(), name);
}

int gw_reopen_for_writing(int descriptor) {
    char path[32];
    snprintf(path, sizeof path, "/proc/self/fd/%d", descriptor);
    return open(path, O_WRONLY | O_NONBLOCK | O_NOCTTY | O_CLOEXEC);
}

int gw_peer_process(int descriptor, int *pid, unsigned *uid) {
    struct ucred peer;
    socklen_t length = sizeof peer;
    if (getsockopt(descriptor, SOL_SOCKET, SO_PEERCRED, &peer, &length) != 0) return -1;
    *pid = peer.pid;
    *uid = peer.uid;
    return 0;
}

int gw_accept(int listener) {
    return accept4(listener, 0, 0, SOCK_NONBLOCK | SOCK_CLOEXEC);
}

int gw_pidfd_open(int pid) {
    return (int)syscall(SYS_pidfd_open, pid, 0);
}

// The kernel's struct pidfd_info in its first size: Debian 12's headers do not have it.
struct gw_pidfd_info {
    uint64_t mask;
    uint64_t cgroup;
    uint32_t ids[11];
    int32_t exit_code;
};

_Static_assert(sizeof(struct gw_pidfd_info) == 64, "PIDFD_INFO_SIZE_VER0");

#define GW_PIDFD_GET_INFO _IOWR(0xFF, 11, struct gw_pidfd_info)
#define GW_PIDFD_INFO_EXIT (1u << 3)

int gw_pidfd_exit_status(int pidfd, int *status) {
    struct gw_pidfd_info info = {.mask = GW_PIDFD_INFO_EXIT};
    if (ioctl(pidfd, GW_PIDFD_GET_INFO, &info) != 0 || !(info.mask & GW_PIDFD_INFO_EXIT)) return 0;
    *status = info.exit_code;
    return 1;
}

// More room than the default, which a storm fills in a tenth of a second; without the right to it, what is allowed.
static void gw_widen(int descriptor) {
    int bytes = 4 << 20;
    if (setsockopt(descriptor, SOL_SOCKET, SO_RCVBUFFORCE, &bytes, sizeof bytes) != 0)
        setsockopt(descriptor, SOL_SOCKET, SO_RCVBUF, &bytes, sizeof bytes);
}

static int gw_netlink_open(int protocol, uint32_t groups) {
    int descriptor = socket(AF_NETLINK, SOCK_RAW | SOCK_CLOEXEC | SOCK_NONBLOCK, protocol);
    if (descriptor < 0) return -1;
    gw_widen(descriptor);
    struct sockaddr_nl address = {.nl_family = AF_NETLINK, .nl_groups = groups};
    if (bind(descriptor, (struct sockaddr *)&address, sizeof address) == 0) return descriptor;
    int code = errno;
    close(descriptor);
    errno = code;
    return -1;
}

int gw_route_open(int listens) {
    int descriptor = gw_netlink_open(NETLINK_ROUTE, listens ? RTMGRP_LINK : 0);
    if (descriptor < 0) return -1;
    int one = 1;
    if (listens && setsockopt(descriptor, SOL_NETLINK, NETLINK_LISTEN_ALL_NSID, &one, sizeof one) != 0) {
        int code = errno;
        close(descriptor);
        errno = code;
        return -1;
    }
    return descriptor;
}

// The kernel's struct cn_msg without its open end, and what is said to its process connector.
struct gw_connector_message {
    uint32_t index, value, sequence, acknowledged;
    uint16_t length, flags;
};

enum { GW_CN_IDX_PROC = 1, GW_CN_VAL_PROC = 1, GW_PROC_CN_MCAST_LISTEN = 1, GW_PROC_CN_MCAST_IGNORE = 2 };

int gw_process_connector_open(void) {
    return gw_netlink_open(NETLINK_CONNECTOR, GW_CN_IDX_PROC);
}

int gw_process_connector_listen(int descriptor, int listens) {
    struct {
        struct nlmsghdr header;
        struct gw_connector_message connector;
        uint32_t operation;
    } request = {
        .header = {.nlmsg_len = sizeof request, .nlmsg_type = NLMSG_DONE, .nlmsg_pid = (uint32_t)getpid()},
        .connector = {.index = GW_CN_IDX_PROC, .value = GW_CN_VAL_PROC, .length = sizeof(uint32_t)},
        .operation = listens ? GW_PROC_CN_MCAST_LISTEN : GW_PROC_CN_MCAST_IGNORE,
    };
    _Static_assert(sizeof request == 40, "no gaps");
    return send(descriptor, &request, sizeof request, 0) == (ssize_t)sizeof request ? 0 : -1;
}

ptrdiff_t gw_netlink_receive(int descriptor, void *buffer, size_t length, int *nsid) {
    struct sockaddr_nl from = {0};
    union {
        struct cmsghdr header;
        char bytes[CMSG_SPACE(sizeof(int))];
    } control = {0};
    struct iovec part = {.iov_base = buffer, .iov_len = length};
    struct msghdr message = {
        .msg_name = &from, .msg_namelen = sizeof from, .msg_iov = &part, .msg_iovlen = 1,
        .msg_control = &control, .msg_controllen = sizeof control,
    };
    *nsid = -1;
    ssize_t received = recvmsg(descriptor, &message, MSG_TRUNC);
    if (received < 0) return -1;
    // Any process may send to a netlink socket: only the kernel has the port 0.
    if (from.nl_pid != 0) return 0;
    for (struct cmsghdr *part = CMSG_FIRSTHDR(&message); part; part = CMSG_NXTHDR(&message, part))
        if (part->cmsg_level == SOL_NETLINK && part->cmsg_type == NETLINK_LISTEN_ALL_NSID)
            memcpy(nsid, CMSG_DATA(part), sizeof *nsid);
    return received;
}

ssize_t gw_read_folder(int descriptor, void *buffer, size_t size) {
    return getdents64(descriptor, buffer, size);
}

ssize_t gw_read_link(const char *path, char *target, size_t size, uid_t *owner) {
    int link = open(path, O_PATH | O_NOFOLLOW | O_CLOEXEC);
    if (link < 0) return -1;
    struct stat status;
    ssize_t length = fstat(link, &status);
    if (length == 0 && S_ISLNK(status.st_mode)) {
        *owner = status.st_uid;
        length = readlinkat(link, "", target, size);
    }
    int cause = errno;
    close(link);
    errno = cause;
    return length;
}

int gw_hide_memory(void) {
    struct rlimit none = {0, 0};
    return setrlimit(RLIMIT_CORE, &none) == 0 && prctl(PR_SET_DUMPABLE, 0, 0, 0, 0) == 0 ? 0 : -1;
}
