// A disk between a program and its files: writes down every change, fails calls on demand, and sets the clock.
// Preloaded (LD_PRELOAD); see disk.py for the record and faults.py for the faults.
//
//     CRASH_ROOT      only files below this folder are looked at
//     CRASH_RECORD    the record is appended here, a change each, in the order they took effect
//     CRASH_SYNC_TIME microseconds that a forced write takes
//     CRASH_CONTROL   a file of struct control, changed by the test while the program runs
//
// A forced write (fdatasync) is written down, not done: a power cut is made up from the record, and kill -9 needs none.
#define _GNU_SOURCE
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <sys/uio.h>
#include <time.h>
#include <unistd.h>

enum kind { OPEN = 1, WRITE, TRUNCATE, RENAME, UNLINK, MKDIR, SYNC, SAID, READ };
enum { RULES = 8, DESCRIPTORS = 4096, PATH = 1024 };

// One rule: calls of `kind` on paths that contain `path` succeed `skip` times, then fail `times` times with `error`.
// `part`: a write that fails so writes this many bytes first, and says so, as a disk that becomes full does.
struct rule { int32_t kind, skip, times, error, part, hits; char path[104]; };
struct control { int64_t clock_offset; struct rule rules[RULES]; };
struct header { uint32_t kind, handle; int64_t offset; int32_t result; uint32_t path, data; };

static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static struct control *control;
static char root[PATH];
static int record = -1;
static uint32_t handles;
static useconds_t sync_time;
// The number of each open file that is looked at; 0 for the others.
static uint32_t handle_of[DESCRIPTORS];
static char path_of[DESCRIPTORS][256];

#define REAL(type, name, ...) static type (*real_##name)(__VA_ARGS__)
REAL(int, open64, const char *, int, ...);
REAL(int, close, int);
REAL(ssize_t, write, int, const void *, size_t);
REAL(ssize_t, writev, int, const struct iovec *, int);
REAL(ssize_t, pwrite64, int, const void *, size_t, off64_t);
REAL(ssize_t, read, int, void *, size_t);
REAL(ssize_t, pread64, int, void *, size_t, off64_t);
REAL(int, ftruncate64, int, off64_t);
REAL(int, rename, const char *, const char *);
REAL(int, unlink, const char *);
REAL(int, mkdir, const char *, mode_t);
REAL(int, fdatasync, int);
REAL(int, clock_gettime, clockid_t, struct timespec *);

__attribute__((constructor)) static void begin(void) {
    if (real_write) return;
#define FIND(name) real_##name = dlsym(RTLD_NEXT, #name)
    FIND(open64), FIND(close), FIND(writev), FIND(pwrite64), FIND(read), FIND(pread64), FIND(ftruncate64);
    FIND(rename), FIND(unlink), FIND(mkdir), FIND(fdatasync), FIND(clock_gettime), FIND(write);
    const char *folder = getenv("CRASH_ROOT"), *log = getenv("CRASH_RECORD"), *rules = getenv("CRASH_CONTROL");
    if (folder) snprintf(root, sizeof root, "%s/", folder);
    if (log) {
        int opened = real_open64(log, O_WRONLY | O_APPEND | O_CREAT | O_CLOEXEC, 0600);
        record = fcntl(opened, F_DUPFD_CLOEXEC, 900);
        real_close(opened);
    }
    if (getenv("CRASH_SYNC_TIME")) sync_time = atoi(getenv("CRASH_SYNC_TIME"));
    int file = rules ? real_open64(rules, O_RDWR | O_CLOEXEC) : -1;
    if (file >= 0) {
        void *mapped = mmap(NULL, sizeof(struct control), PROT_READ | PROT_WRITE, MAP_SHARED, file, 0);
        control = mapped == MAP_FAILED ? NULL : mapped;
        real_close(file);
    }
    // Those that this program starts are not looked at.
    unsetenv("LD_PRELOAD");
}

// The path below the root; NULL for others.
static const char *below(const char *path, char *room) {
    if (!root[0]) return NULL;
    if (path[0] != '/') {
        if (!getcwd(room, PATH / 2)) return NULL;
        size_t length = strlen(room);
        snprintf(room + length, PATH - length, "/%s", path[0] == '.' && path[1] == '/' ? path + 2 : path);
        path = room;
    }
    size_t length = strlen(root);
    if (!strncmp(path, root, length)) return path + length;
    return !strncmp(path, root, length - 1) && !path[length - 1] ? "" : NULL;
}

static void note(enum kind kind, uint32_t handle, int64_t offset, int result, const char *path, const void *data,
                 size_t count) {
    if (record < 0) return;
    struct header header = {kind, handle, offset, result, path ? strlen(path) : 0, count};
    struct iovec parts[3] = {{&header, sizeof header}, {(void *)path, header.path}, {(void *)data, count}};
    int saved = errno;
    if (real_writev(record, parts, 3) < 0) abort();
    errno = saved;
}

// The rule that a call falls under now; NULL: it succeeds.
static struct rule *fault(enum kind kind, const char *path) {
    for (int i = 0; control && path && i < RULES; i++) {
        struct rule *rule = &control->rules[i];
        if (rule->kind != (int)kind || !rule->times || !strstr(path, rule->path)) continue;
        if (rule->skip > 0) { rule->skip--; continue; }
        if (rule->times > 0) rule->times--;
        rule->hits++;
        errno = rule->error;
        return rule;
    }
    return NULL;
}

static bool known(int fd) { return fd >= 0 && fd < DESCRIPTORS && handle_of[fd]; }

static int opened(const char *path, int flags, mode_t mode) {
    begin();
    char room[PATH];
    const char *name = below(path, room);
    if (!name) return real_open64(path, flags, mode);
    pthread_mutex_lock(&lock);
    bool writes = (flags & O_ACCMODE) != O_RDONLY;
    struct stat before;
    bool is_new = (flags & O_CREAT) && stat(path, &before) != 0;
    int fd = writes && fault(OPEN, name) ? -1 : real_open64(path, flags, mode);
    if (fd >= 0 && fd < DESCRIPTORS && !strstr(name, "-shm")) {
        handle_of[fd] = ++handles;
        snprintf(path_of[fd], sizeof path_of[fd], "%s", name);
        note(OPEN, handles, is_new | (flags & O_TRUNC ? 2 : 0), 0, name, NULL, 0);
    }
    pthread_mutex_unlock(&lock);
    return fd;
}

#define OPENS(name, ...)                                                      \
    int name(__VA_ARGS__, ...) {                                              \
        mode_t mode = 0;                                                      \
        if (flags & (O_CREAT | __O_TMPFILE)) {                                \
            va_list list;                                                     \
            va_start(list, flags);                                            \
            mode = va_arg(list, mode_t);                                      \
            va_end(list);                                                     \
        }                                                                     \
        return opened(path, flags, mode);                                     \
    }
OPENS(open, const char *path, int flags)
OPENS(open64, const char *path, int flags)

int close(int fd) {
    begin();
    if (fd >= 0 && fd < DESCRIPTORS) handle_of[fd] = 0;
    return real_close(fd);
}

// What is written to the standard output is what was told to somebody.
static ssize_t wrote(int fd, const void *data, size_t count, off64_t offset, bool appends) {
    begin();
    if (!known(fd) && fd != 1) return appends ? real_write(fd, data, count) : real_pwrite64(fd, data, count, offset);
    pthread_mutex_lock(&lock);
    if (appends && fd != 1) {
        // Files that are written without an offset are opened to append, or are written from their beginning on.
        int flags = fcntl(fd, F_GETFL);
        offset = lseek64(fd, 0, flags & O_APPEND ? SEEK_END : SEEK_CUR);
    }
    struct rule *rule = fd == 1 ? NULL : fault(WRITE, path_of[fd]);
    ssize_t result = -1;
    if (!rule || rule->part > 0) {
        if (rule && (size_t)rule->part < count) count = rule->part;
        result = appends ? real_write(fd, data, count) : real_pwrite64(fd, data, count, offset);
        if (result > 0) note(fd == 1 ? SAID : WRITE, fd == 1 ? 0 : handle_of[fd], offset, 0, NULL, data, result);
        if (rule) rule->part = 0;
    }
    pthread_mutex_unlock(&lock);
    return result;
}

ssize_t write(int fd, const void *data, size_t count) { return wrote(fd, data, count, 0, true); }
ssize_t pwrite(int fd, const void *data, size_t count, off_t offset) { return wrote(fd, data, count, offset, false); }
ssize_t pwrite64(int fd, const void *data, size_t count, off64_t offset) {
    return wrote(fd, data, count, offset, false);
}

ssize_t read(int fd, void *data, size_t count) {
    begin();
    return known(fd) && fault(READ, path_of[fd]) ? -1 : real_read(fd, data, count);
}
static ssize_t read_at(int fd, void *data, size_t count, off64_t offset) {
    begin();
    return known(fd) && fault(READ, path_of[fd]) ? -1 : real_pread64(fd, data, count, offset);
}
ssize_t pread(int fd, void *data, size_t count, off_t offset) { return read_at(fd, data, count, offset); }
ssize_t pread64(int fd, void *data, size_t count, off64_t offset) { return read_at(fd, data, count, offset); }

static int truncated(int fd, off64_t length) {
    begin();
    if (!known(fd)) return real_ftruncate64(fd, length);
    pthread_mutex_lock(&lock);
    int result = fault(TRUNCATE, path_of[fd]) ? -1 : real_ftruncate64(fd, length);
    if (!result) note(TRUNCATE, handle_of[fd], length, 0, NULL, NULL, 0);
    pthread_mutex_unlock(&lock);
    return result;
}
int ftruncate(int fd, off_t length) { return truncated(fd, length); }
int ftruncate64(int fd, off64_t length) { return truncated(fd, length); }

// A sync that fails is written down too: what it should have forced is then clean for the kernel, and not on the disk.
static int synced(int fd) {
    begin();
    if (!known(fd)) return real_fdatasync(fd);
    // No file here is written by two threads: what this forces was written before it began.
    if (sync_time) usleep(sync_time);
    pthread_mutex_lock(&lock);
    int result = fault(SYNC, path_of[fd]) ? -1 : 0;
    note(SYNC, handle_of[fd], 0, result, NULL, NULL, 0);
    pthread_mutex_unlock(&lock);
    return result;
}
int fsync(int fd) { return synced(fd); }
int fdatasync(int fd) { return synced(fd); }

int rename(const char *from, const char *to) {
    begin();
    char room[PATH], other[PATH];
    const char *old = below(from, room), *new = below(to, other);
    if (!old || !new) return real_rename(from, to);
    pthread_mutex_lock(&lock);
    int result = fault(RENAME, old) ? -1 : real_rename(from, to);
    if (!result) note(RENAME, 0, 0, 0, old, new, strlen(new));
    pthread_mutex_unlock(&lock);
    return result;
}

static int named(enum kind kind, const char *path, int (*call)(const char *, mode_t), mode_t mode) {
    char room[PATH];
    const char *name = below(path, room);
    if (!name) return call(path, mode);
    pthread_mutex_lock(&lock);
    int result = fault(kind, name) ? -1 : call(path, mode);
    if (!result) note(kind, 0, 0, 0, name, NULL, 0);
    pthread_mutex_unlock(&lock);
    return result;
}
static int removing(const char *path, mode_t mode) { return (void)mode, real_unlink(path); }
int unlink(const char *path) { return begin(), named(UNLINK, path, removing, 0); }
int mkdir(const char *path, mode_t mode) { return begin(), named(MKDIR, path, real_mkdir, mode); }

int clock_gettime(clockid_t clock, struct timespec *time) {
    begin();
    int result = real_clock_gettime(clock, time);
    if (!result && control && clock == CLOCK_REALTIME && control->clock_offset) {
        int64_t all = time->tv_sec * 1000000000LL + time->tv_nsec + control->clock_offset;
        time->tv_sec = all / 1000000000, time->tv_nsec = all % 1000000000;
    }
    return result;
}
