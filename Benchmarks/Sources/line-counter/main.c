// Takes lines over TCP as cheaply as can be, whatever is around them: line-counter LINES WORD.
//
// Says "port N", and "done" when the word has come so many times. Ends with its input.
#define _GNU_SOURCE
#include <arpa/inet.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

enum { CONNECTIONS = 16, BYTES = 1 << 20 };

int main(int count, char **arguments) {
    if (count < 3) return 2;
    size_t wanted = strtoull(arguments[1], NULL, 10), length = strlen(arguments[2]), found = 0, rests[CONNECTIONS + 2] = {};
    int listener = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    struct sockaddr_in address = {.sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
    socklen_t size = sizeof address;
    char *buffers[CONNECTIONS + 2] = {};
    if (bind(listener, (void *)&address, size) != 0 || listen(listener, CONNECTIONS) != 0
        || getsockname(listener, (void *)&address, &size) != 0) {
        perror("line-counter");
        return 1;
    }
    printf("port %d\n", ntohs(address.sin_port));
    fflush(stdout);
    struct pollfd waiting[CONNECTIONS + 2] = {{.fd = STDIN_FILENO, .events = POLLIN}, {.fd = listener, .events = POLLIN}};
    nfds_t used = 2;
    while (poll(waiting, used, -1) > 0 && waiting[0].revents == 0) {
        for (nfds_t place = 2; place < used; place++) {
            if (waiting[place].revents == 0) continue;
            char *bytes = buffers[place];
            ssize_t received = recv(waiting[place].fd, bytes + rests[place], BYTES - rests[place], 0);
            if (received <= 0) {
                close(waiting[place].fd);
                waiting[place].fd = -1;
                continue;
            }
            size_t all = rests[place] + (size_t)received;
            char *at = bytes, *end = bytes + all;
            for (char *hit; (hit = memmem(at, (size_t)(end - at), arguments[2], length)) != NULL; at = hit + length)
                if (++found == wanted) {
                    puts("done");
                    fflush(stdout);
                }
            size_t rest = (size_t)(end - at) < length - 1 ? (size_t)(end - at) : length - 1;
            memmove(bytes, end - rest, rest);
            rests[place] = rest;
        }
        if (waiting[1].revents == 0) continue;
        int accepted = accept4(listener, NULL, NULL, SOCK_CLOEXEC);
        if (used == CONNECTIONS + 2) {
            close(accepted);
            continue;
        }
        buffers[used] = malloc(BYTES);
        waiting[used++] = (struct pollfd){.fd = accepted, .events = POLLIN};
    }
    return 0;
}
