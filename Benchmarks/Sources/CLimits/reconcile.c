#define _GNU_SOURCE
#include "CLimits.h"

#include <dirent.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

static char file[1 << 16];
static unsigned long long sum;

static ssize_t read_file(int folder, const char *path) {
    int descriptor = openat(folder, path, O_RDONLY | O_CLOEXEC);
    if (descriptor < 0) return -1;
    ssize_t count = read(descriptor, file, sizeof file - 1);
    close(descriptor);
    if (count >= 0) file[count] = 0;
    return count;
}

static void read_stat(int proc, int pid) {
    char path[32];
    snprintf(path, sizeof path, "%d/stat", pid);
    if (read_file(proc, path) <= 0) return;
    const char *field = strrchr(file, ')');
    for (int number = 2; field && number < 22; number++) field = strchr(field + 1, ' ');
    if (field) sum += strtoull(field + 1, NULL, 10);
}

static void read_status(int proc, int pid) {
    char path[32];
    snprintf(path, sizeof path, "%d/status", pid);
    if (read_file(proc, path) <= 0) return;
    const char *line = strstr(file, "NSpid:");
    if (line) sum += strtoull(line + 6, NULL, 10);
}

static void take(int parent, const char *name, int proc, int isFirst, int rechecked, gw_limit_look *look) {
    char path[512];
    snprintf(path, sizeof path, "%s/cgroup.procs", name);
    if (read_file(parent, path) <= 0) return;
    int pids[4096], count = 0;
    for (char *line = file; *line && count < 4096; line++) {
        pids[count++] = (int)strtol(line, &line, 10);
        if (*line != '\n') break;
    }
    look->processes += count;
    int read = isFirst ? count : count > 0 && look->opened < rechecked;
    for (int index = 0; index < read; index++) read_stat(proc, pids[index]);
    look->opened += read;
    if (isFirst && count > 0) {
        read_status(proc, pids[0]);
        look->opened++;
    }
}

static void look_at(int parent, const char *name, int proc, int isFirst, int rechecked, gw_limit_look *look) {
    look->cgroups++;
    take(parent, name, proc, isFirst, rechecked, look);
    struct stat status;
    if (fstatat(parent, name, &status, AT_SYMLINK_NOFOLLOW) != 0 || status.st_nlink == 2) return;
    int folder = openat(parent, name, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    if (folder < 0) return;
    DIR *entries = fdopendir(folder);
    if (!entries) return;
    for (struct dirent *entry; (entry = readdir(entries));) {
        if (entry->d_type == DT_DIR && entry->d_name[0] != '.')
            look_at(folder, entry->d_name, proc, isFirst, rechecked, look);
    }
    closedir(entries);
}

gw_limit_look gw_limit_reconcile(const char *cgroups, const char *proc, int isFirst, int rechecked) {
    gw_limit_look look = {0};
    int processes = open(proc, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    if (processes < 0) return look;
    look_at(AT_FDCWD, cgroups, processes, isFirst, rechecked, &look);
    close(processes);
    return look;
}
