// Takes webhooks in batched mode as cheaply as can be: hook-receiver EVENTS [ANSWER].
//
// Answers with 204, or with 200 and that body.
// Says "port N", and "done COUNT REPEATED DISORDERED SECONDS SECONDS" when so many different events have come: when the
// first request came and when the last event, in seconds of the monotonic clock. Ends with its input.
#define _GNU_SOURCE
#include <arpa/inet.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

enum { CONNECTIONS = 64, REQUEST_BYTES = 64 << 20 };

struct connection {
    int descriptor;
    char *bytes;
    size_t count;
};

static uint8_t *seen;
static size_t wanted, distinct, repeated, disordered, last;
static double first_time;
static char *answer = "HTTP/1.1 204 No Content\r\n\r\n";

static double now(void) {
    struct timespec time;
    clock_gettime(CLOCK_MONOTONIC, &time);
    return (double)time.tv_sec + (double)time.tv_nsec / 1e9;
}

static void take(const char *body, size_t count) {
    static const char mark[] = "{\"sequence\":\"";
    const char *end = body + count;
    if (first_time == 0) first_time = now();
    for (const char *at = body; (at = memmem(at, (size_t)(end - at), mark, sizeof mark - 1)) != NULL;) {
        at += sizeof mark - 1;
        size_t sequence = strtoull(at, NULL, 10);
        if (sequence < last) disordered++;
        last = sequence;
        if (sequence >= 2 * wanted) continue;
        if (seen[sequence / 8] >> (sequence % 8) & 1) {
            repeated++;
        } else {
            seen[sequence / 8] |= (uint8_t)(1 << (sequence % 8));
            if (++distinct == wanted) {
                printf("done %zu %zu %zu %.6f %.6f\n", distinct, repeated, disordered, first_time, now());
                fflush(stdout);
            }
        }
    }
}

// Takes what has come; false when the connection is over.
static int serve(struct connection *connection) {
    ssize_t received =
        recv(connection->descriptor, connection->bytes + connection->count, REQUEST_BYTES - connection->count - 1, 0);
    if (received <= 0) return 0;
    connection->count += (size_t)received;
    for (;;) {
        connection->bytes[connection->count] = 0;
        char *head_end = memmem(connection->bytes, connection->count, "\r\n\r\n", 4);
        if (head_end == NULL) return connection->count < REQUEST_BYTES - 1;
        char *length = strcasestr(connection->bytes, "\r\nContent-Length:");
        size_t body = length != NULL && length < head_end ? strtoull(length + 17, NULL, 10) : 0;
        size_t head = (size_t)(head_end + 4 - connection->bytes);
        if (head + body >= REQUEST_BYTES) return 0;
        if (connection->count < head + body) return 1;
        take(connection->bytes + head, body);
        if (send(connection->descriptor, answer, strlen(answer), MSG_NOSIGNAL) < 0) return 0;
        connection->count -= head + body;
        memmove(connection->bytes, connection->bytes + head + body, connection->count);
    }
}

int main(int count, char **arguments) {
    wanted = count > 1 ? strtoull(arguments[1], NULL, 10) : 1;
    seen = calloc(1, wanted / 4 + 1);
    if (count > 2
        && asprintf(
               &answer, "HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: %zu\r\n\r\n%s",
               strlen(arguments[2]), arguments[2])
            < 0)
        return 1;
    int listener = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0), on = 1;
    struct sockaddr_in address = {.sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
    socklen_t length = sizeof address;
    if (seen == NULL || bind(listener, (void *)&address, length) != 0 || listen(listener, CONNECTIONS) != 0
        || getsockname(listener, (void *)&address, &length) != 0) {
        perror("hook-receiver");
        return 1;
    }
    printf("port %d\n", ntohs(address.sin_port));
    fflush(stdout);
    static struct connection connections[CONNECTIONS];
    static struct pollfd waiting[CONNECTIONS + 2];
    nfds_t used = 2;
    waiting[0] = (struct pollfd){.fd = STDIN_FILENO, .events = POLLIN};
    waiting[1] = (struct pollfd){.fd = listener, .events = POLLIN};
    while (poll(waiting, used, -1) > 0 && waiting[0].revents == 0) {
        for (nfds_t place = used; place-- > 2;) {
            if (waiting[place].revents == 0 || serve(&connections[place - 2])) continue;
            close(waiting[place].fd);
            free(connections[place - 2].bytes);
            used--;
            waiting[place] = waiting[used];
            connections[place - 2] = connections[used - 2];
        }
        if (waiting[1].revents == 0 || used == CONNECTIONS + 2) continue;
        int descriptor = accept(listener, NULL, NULL);
        char *bytes = descriptor >= 0 ? malloc(REQUEST_BYTES) : NULL;
        if (bytes == NULL) continue;
        setsockopt(descriptor, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
        connections[used - 2] = (struct connection){.descriptor = descriptor, .bytes = bytes};
        waiting[used++] = (struct pollfd){.fd = descriptor, .events = POLLIN};
    }
    return 0;
}
