// The least a watcher of containers must do: least-watcher CGROUP-ROOT
//
// Watches a cgroup hierarchy of version 2 by inotify. Of each cgroup that comes and gets a process it reads the list of
// processes, the first one's start time and namespaces, holds it by a process descriptor until it ends, and asks how it
// ended. Keeps numbers only; prints how many it saw when it is told to end (SIGTERM).
#define _GNU_SOURCE
#include <dirent.h>
#include <fcntl.h>
#include <signal.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/inotify.h>
#include <sys/ioctl.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

enum { maximum = 65536 };
// As in linux/pidfd.h of Linux 6.15.
struct pidfd_answer {
    uint64_t mask, cgroup;
    uint32_t numbers[11];
    int32_t exit_code;
};
#define ASK_PIDFD _IOWR(0xFF, 11, struct pidfd_answer)
enum { exit_bit = 8 };

static char *paths[maximum];
static int descriptors[maximum];
static int changes, ready, proc, started, ended;
static unsigned long long sum;
static char text[1 << 16];
static volatile sig_atomic_t is_over;

static void end(int signal) { is_over = signal; }

static ssize_t read_file(int folder, const char *path) {
    int file = openat(folder, path, O_RDONLY | O_CLOEXEC);
    if (file < 0) return -1;
    ssize_t count = read(file, text, sizeof text - 1);
    close(file);
    text[count > 0 ? count : 0] = 0;
    return count;
}

static void watch(const char *folder) {
    int number = inotify_add_watch(changes, folder, IN_CREATE | IN_DELETE | IN_MODIFY | IN_ONLYDIR);
    if (number < 0 || number >= maximum) return;
    free(paths[number]);
    paths[number] = strdup(folder);
}

static void watch_all(const char *folder) {
    watch(folder);
    DIR *entries = opendir(folder);
    if (!entries) return;
    for (struct dirent *entry; (entry = readdir(entries));) {
        char path[4096];
        if (entry->d_type != DT_DIR || entry->d_name[0] == '.') continue;
        snprintf(path, sizeof path, "%s/%s", folder, entry->d_name);
        watch_all(path);
    }
    closedir(entries);
}

static void look(const char *folder, int number) {
    char path[4096];
    snprintf(path, sizeof path, "%s/cgroup.procs", folder);
    if (descriptors[number] || read_file(AT_FDCWD, path) <= 0) return;
    int pid = atoi(text);
    int descriptor = (int)syscall(SYS_pidfd_open, pid, 0);
    if (descriptor < 0) return;
    snprintf(path, sizeof path, "%d/stat", pid);
    if (read_file(proc, path) > 0) sum += strlen(text);
    static const char *const kinds[] = {"pid", "net"};
    for (int kind = 0; kind < 2; kind++) {
        snprintf(path, sizeof path, "%d/ns/%s", pid, kinds[kind]);
        if (readlinkat(proc, path, text, sizeof text) > 0) sum += (unsigned char)text[5];
    }
    struct epoll_event event = {.events = EPOLLIN, .data.u64 = (uint64_t)number << 32 | (uint32_t)descriptor};
    epoll_ctl(ready, EPOLL_CTL_ADD, descriptor, &event);
    descriptors[number] = descriptor;
    started++;
}

static void over(struct epoll_event event) {
    int descriptor = (int)(uint32_t)event.data.u64;
    struct pidfd_answer answer = {.mask = exit_bit};
    if (!(event.events & EPOLLHUP)) {
        // Until it was reaped nobody may ask.
        event.events = 0;
        epoll_ctl(ready, EPOLL_CTL_MOD, descriptor, &event);
        return;
    }
    if (ioctl(descriptor, ASK_PIDFD, &answer) == 0) sum += (unsigned long long)answer.exit_code;
    close(descriptor);
    descriptors[event.data.u64 >> 32] = 0;
    ended++;
}

static void hear(void) {
    static char notices[1 << 16];
    ssize_t count = read(changes, notices, sizeof notices);
    for (ssize_t place = 0; place < count;) {
        const struct inotify_event *notice = (const struct inotify_event *)(notices + place);
        place += (ssize_t)(sizeof *notice + notice->len);
        if (notice->wd < 0 || !paths[notice->wd]) continue;
        char path[4096];
        if (notice->mask & IN_CREATE && notice->mask & IN_ISDIR) {
            snprintf(path, sizeof path, "%s/%s", paths[notice->wd], notice->name);
            watch(path);
        } else if (notice->mask & IN_MODIFY && strcmp(notice->name, "cgroup.procs") == 0) {
            look(paths[notice->wd], notice->wd);
        } else if (notice->mask & IN_IGNORED) {
            free(paths[notice->wd]);
            paths[notice->wd] = NULL;
        }
    }
}

int main(int count, char **arguments) {
    if (count != 2) return fputs("least-watcher CGROUP-ROOT\n", stderr), 2;
    changes = inotify_init1(IN_CLOEXEC);
    ready = epoll_create1(EPOLL_CLOEXEC);
    proc = open("/proc", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    struct sigaction action = {.sa_handler = end};
    sigaction(SIGTERM, &action, NULL);
    struct epoll_event event = {.events = EPOLLIN, .data.u64 = UINT64_MAX};
    if (changes < 0 || proc < 0 || epoll_ctl(ready, EPOLL_CTL_ADD, changes, &event) != 0) return 1;
    watch_all(arguments[1]);
    puts("ready");
    fflush(stdout);
    while (!is_over) {
        struct epoll_event events[64];
        int found = epoll_wait(ready, events, 64, -1);
        for (int index = 0; index < found; index++) {
            if (events[index].data.u64 == UINT64_MAX) hear();
            else over(events[index]);
        }
    }
    printf("%d started, %d ended (%llu)\n", started, ended, sum & 1);
    return 0;
}
