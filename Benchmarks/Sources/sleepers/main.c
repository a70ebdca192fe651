// Fills cgroups of version 2 with processes that do nothing: sleepers PROCESSES-EACH < folders, one in a line.
// Says "ready" when all run; they end with this program, and it ends with its input.
#define _GNU_SOURCE
#include <fcntl.h>
#include <linux/sched.h>
#include <signal.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <unistd.h>

static int start(int cgroup) {
    struct clone_args arguments = {.flags = CLONE_INTO_CGROUP, .exit_signal = SIGCHLD, .cgroup = (uint64_t)cgroup};
    long pid = syscall(SYS_clone3, &arguments, sizeof arguments);
    if (pid != 0) return pid > 0 ? 0 : -1;
    prctl(PR_SET_PDEATHSIG, SIGKILL);
    // The parent may have gone before that.
    if (getppid() == 1) _exit(0);
    for (;;) pause();
}

int main(int count, char **arguments) {
    int each = count > 1 ? atoi(arguments[1]) : 1;
    char folder[4096];
    signal(SIGCHLD, SIG_IGN);
    while (fgets(folder, sizeof folder, stdin) && folder[0] != '\n') {
        folder[strcspn(folder, "\n")] = 0;
        int cgroup = open(folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
        for (int index = 0; index < each; index++) {
            if (cgroup < 0 || start(cgroup) != 0) {
                perror(folder);
                return 1;
            }
        }
        close(cgroup);
    }
    puts("ready");
    fflush(stdout);
    while (getchar() != EOF) {}
    return 0;
}
