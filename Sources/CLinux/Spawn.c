#define _GNU_SOURCE
#include "CLinux.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

// <linux/close_range.h>, which Debian 12's libc does not offer beside <unistd.h>.
#define GW_CLOSE_RANGE_CLOEXEC (1U << 2)

int gw_pipe(int ends[2]) {
    return pipe2(ends, O_CLOEXEC);
}

// Runs in the child, which shares its memory with the sleeping parent until it execs: system calls only.
static void gw_become(const struct gw_program *program, const int ends[3], pid_t parent, const sigset_t *mask) {
    // A group of its own: whatever it starts is killed with it. The kernel kills it when the thread that started it ends.
    if (setpgid(0, 0) != 0 || prctl(PR_SET_PDEATHSIG, SIGKILL) != 0 || getppid() != parent) return;
    // Whatever others opened without a thought of children; before Linux 5.11 it is inherited.
    syscall(SYS_close_range, 3, ~0U, GW_CLOSE_RANGE_CLOEXEC);
    for (int end = 0; end < 3; end++) {
        // dup2 onto itself would leave the descriptor to be closed by exec.
        if (ends[end] == end ? fcntl(end, F_SETFD, 0) != 0 : dup2(ends[end], end) < 0) return;
    }
    struct sigaction standard = {.sa_handler = SIG_DFL};
    for (int number = 1; number < NSIG; number++) sigaction(number, &standard, NULL);
    if (program->directory && chdir(program->directory) != 0) return;
    sigprocmask(SIG_SETMASK, mask, NULL);
    execve(program->path, program->arguments, program->environment);
}

int gw_spawn(const struct gw_program *program, int input, int output, int errors, int *pidfd) {
    // Above 2, so that none is overwritten while the others are put in their places.
    int ends[3] = {
        fcntl(input, F_DUPFD_CLOEXEC, 3), fcntl(output, F_DUPFD_CLOEXEC, 3), fcntl(errors, F_DUPFD_CLOEXEC, 3)};
    volatile int failure = ends[0] < 0 || ends[1] < 0 || ends[2] < 0 ? errno : 0;
    volatile pid_t child = -1;
    if (failure == 0) {
        sigset_t all, mask, empty;
        sigfillset(&all);
        sigemptyset(&empty);
        pthread_sigmask(SIG_SETMASK, &all, &mask);
        pid_t parent = getpid();
        // vfork: the agent's memory is neither copied nor, page by page, doubled.
        child = vfork();
        if (child == 0) {
            gw_become(program, ends, parent, &empty);
            failure = errno ? errno : ESRCH;
            _exit(127);
        }
        if (child < 0) failure = errno;
        pthread_sigmask(SIG_SETMASK, &mask, NULL);
    }
    for (int end = 0; end < 3; end++) {
        if (ends[end] >= 0) close(ends[end]);
    }
    if (failure != 0) {
        if (child > 0) waitpid(child, NULL, 0);
        errno = failure;
        return -1;
    }
    *pidfd = (int)syscall(SYS_pidfd_open, child, 0);
    return child;
}
