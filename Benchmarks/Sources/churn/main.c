// Starts and stops containers one after the other: churn CGROUP PREFIX COUNT LIFE-IN-MILLISECONDS
//
// Each is what a runtime makes: a cgroup of version 2 below CGROUP, named as Docker names them by PREFIX and its
// number, a process that is the first of its own namespaces and is put into it, and another program in it, which ends
// by itself; then the cgroup is removed. Prints what could not be done, and ends with 1.
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <linux/sched.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

static void wait_for(long milliseconds) {
    struct timespec time = {milliseconds / 1000, milliseconds % 1000 * 1000000};
    while (nanosleep(&time, &time) != 0 && errno == EINTR) {}
}

static int fail(const char *what) {
    perror(what);
    return 1;
}

static int put_into(const char *folder, int pid) {
    char path[4096], text[16];
    snprintf(path, sizeof path, "%s/cgroup.procs", folder);
    int length = snprintf(text, sizeof text, "%d", pid);
    int file = open(path, O_WRONLY | O_CLOEXEC);
    if (file < 0) return -1;
    ssize_t written = write(file, text, (size_t)length);
    close(file);
    return written == length ? 0 : -1;
}

static int run(const char *folder, const char *life) {
    int go[2];
    if (mkdir(folder, 0755) != 0) return fail(folder);
    if (pipe2(go, O_CLOEXEC) != 0) return fail("pipe");
    struct clone_args arguments = {
        .flags = CLONE_NEWPID | CLONE_NEWNS | CLONE_NEWNET | CLONE_NEWUTS | CLONE_NEWIPC, .exit_signal = SIGCHLD};
    long pid = syscall(SYS_clone3, &arguments, sizeof arguments);
    if (pid < 0) return fail("clone3: run as root");
    if (pid == 0) {
        char byte;
        close(go[1]);
        if (read(go[0], &byte, 1) != 1) _exit(1);
        execl("/bin/sleep", "sleep", life, NULL);
        _exit(127);
    }
    close(go[0]);
    int status = put_into(folder, (int)pid);
    if (status == 0 && write(go[1], "", 1) != 1) status = -1;
    close(go[1]);
    if (status != 0) perror("cgroup.procs");
    int ending;
    while (waitpid((pid_t)pid, &ending, 0) < 0 && errno == EINTR) {}
    // The kernel lets go of the process a moment after it was reaped.
    for (int attempt = 0; rmdir(folder) != 0 && attempt < 1000; attempt++) wait_for(1);
    return status == 0 ? 0 : 1;
}

int main(int count, char **arguments) {
    if (count != 5) return fputs("churn CGROUP PREFIX COUNT LIFE-IN-MILLISECONDS\n", stderr), 2;
    char life[32], folder[4096];
    snprintf(life, sizeof life, "%.3f", atof(arguments[4]) / 1000);
    for (int number = 1; number <= atoi(arguments[3]); number++) {
        snprintf(folder, sizeof folder, "%s/%s%0*x", arguments[1], arguments[2], 64 - (int)strlen(arguments[2]), number);
        if (run(folder, life) != 0) return 1;
    }
    return 0;
}
