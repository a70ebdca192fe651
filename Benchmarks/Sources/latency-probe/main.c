// Appends numbered lines to a file at a steady rate and looks when each arrives at the other end of whatever follows it:
// latency-probe http|tcp|file LINES PER_SECOND INPUT [OUTPUT].
//
// Says "port N" (0 for a file), begins when its input ends, and says "done ARRIVED P50 P99 GREATEST" in milliseconds; the
// first second is not counted.
#define _GNU_SOURCE
#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/inotify.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

enum { CONNECTIONS = 16, BYTES = 1 << 20, LINE_BYTES = 500 };

struct stream {
    int descriptor;
    char *bytes;
    size_t count;
};

static double *sent, *took;
static size_t lines, arrived;
static int is_http;

static double now(void) {
    struct timespec time;
    clock_gettime(CLOCK_MONOTONIC, &time);
    return (double)time.tv_sec + (double)time.tv_nsec / 1e9;
}

// Notes every whole mark; gives where the first that is not whole may begin.
static size_t take(const char *bytes, size_t count) {
    static const char mark[] = "mark=";
    double time = now();
    const char *at = bytes, *end = bytes + count;
    while ((at = memmem(at, (size_t)(end - at), mark, sizeof mark - 1)) != NULL && end - at >= 14) {
        size_t number = strtoull(at + sizeof mark - 1, NULL, 10);
        if (number < lines && sent[number] > 0 && took[number] == 0) {
            took[number] = time - sent[number];
            arrived++;
        }
        at += 14;
    }
    return at != NULL ? (size_t)(at - bytes) : count > 5 ? count - 5 : 0;
}

// Takes whole requests and answers them.
static int serve(struct stream *stream) {
    for (;;) {
        stream->bytes[stream->count] = 0;
        char *head_end = memmem(stream->bytes, stream->count, "\r\n\r\n", 4);
        if (head_end == NULL) return 1;
        char *length = strcasestr(stream->bytes, "\r\nContent-Length:");
        size_t whole = (size_t)(head_end + 4 - stream->bytes)
            + (length != NULL && length < head_end ? strtoull(length + 17, NULL, 10) : 0);
        if (whole >= BYTES) return 0;
        if (stream->count < whole) return 1;
        take(stream->bytes, whole);
        static const char answer[] = "HTTP/1.1 204 No Content\r\n\r\n";
        if (send(stream->descriptor, answer, sizeof answer - 1, MSG_NOSIGNAL) < 0) return 0;
        stream->count -= whole;
        memmove(stream->bytes, stream->bytes + whole, stream->count);
    }
}

// Reads what has come; false when it is over.
static int receive(struct stream *stream) {
    ssize_t received = read(stream->descriptor, stream->bytes + stream->count, BYTES - stream->count - 1);
    if (received <= 0) return 0;
    stream->count += (size_t)received;
    if (is_http) return serve(stream);
    size_t done = take(stream->bytes, stream->count);
    stream->count -= done;
    memmove(stream->bytes, stream->bytes + done, stream->count);
    return 1;
}

static void append(int descriptor, size_t number) {
    char line[LINE_BYTES];
    memset(line, '.', sizeof line);
    int length = snprintf(line, sizeof line, "2026-11-21T12:00:00.000000Z app[1]: request mark=%08zu;", number);
    line[length] = ' ';
    line[sizeof line - 1] = '\n';
    sent[number] = now();
    if (write(descriptor, line, sizeof line) < 0) perror("latency-probe");
}

static int compare(const void *one, const void *other) {
    double difference = *(const double *)one - *(const double *)other;
    return difference < 0 ? -1 : difference > 0;
}

static void tell(size_t first) {
    size_t count = 0;
    for (size_t number = first; number < lines; number++)
        if (took[number] > 0) took[count++] = took[number];
    qsort(took, count, sizeof *took, compare);
    if (count == 0) count = 1;
    printf("done %zu %.3f %.3f %.3f\n", arrived, took[count / 2] * 1e3, took[count * 99 / 100] * 1e3, took[count - 1] * 1e3);
    fflush(stdout);
}

int main(int count, char **arguments) {
    if (count < 5) return 2;
    is_http = strcmp(arguments[1], "http") == 0;
    const char *output = count > 5 ? arguments[5] : NULL;
    lines = strtoull(arguments[2], NULL, 10);
    double interval = 1 / strtod(arguments[3], NULL);
    sent = calloc(lines, sizeof *sent);
    took = calloc(lines, sizeof *took);
    int input = open(arguments[4], O_WRONLY | O_APPEND | O_CREAT | O_CLOEXEC, 0644);
    struct sockaddr_in address = {.sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
    socklen_t length = sizeof address;
    int source = output != NULL ? inotify_init1(IN_CLOEXEC | IN_NONBLOCK) : socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    if (sent == NULL || took == NULL || input < 0 || source < 0
        || (output == NULL
            && (bind(source, (void *)&address, length) != 0 || listen(source, CONNECTIONS) != 0
                || getsockname(source, (void *)&address, &length) != 0))) {
        perror("latency-probe");
        return 1;
    }
    printf("port %d\n", ntohs(address.sin_port));
    fflush(stdout);
    static struct stream streams[CONNECTIONS];
    for (int place = 0; place < CONNECTIONS; place++) streams[place] = (struct stream){.descriptor = -1};
    int used = 0;
    size_t next = 0;
    double due = 0, end = 0;
    for (;;) {
        double time = now(), rest = due == 0 ? 3600 : next < lines ? due - time : end - time;
        if (due > 0 && next < lines && rest <= 0) {
            append(input, next++);
            due += interval;
            end = time + 10;
            continue;
        }
        if (due > 0 && next == lines && (arrived == lines || rest <= 0)) break;
        struct timespec pause = {.tv_sec = (time_t)rest, .tv_nsec = (long)((rest - (double)(time_t)rest) * 1e9)};
        struct pollfd all[CONNECTIONS + 2] = {
            {.fd = source, .events = POLLIN}, {.fd = due == 0 ? STDIN_FILENO : -1, .events = POLLIN}};
        for (int place = 0; place < used; place++)
            all[place + 2] = (struct pollfd){.fd = output == NULL ? streams[place].descriptor : -1, .events = POLLIN};
        if (ppoll(all, (nfds_t)used + 2, &pause, NULL) < 0) continue;
        if (all[1].revents != 0) {
            if (output != NULL) {
                // It is there by now: the first line went through before.
                streams[0] = (struct stream){.descriptor = open(output, O_RDONLY | O_CLOEXEC), .bytes = malloc(BYTES)};
                inotify_add_watch(source, output, IN_MODIFY);
                lseek(streams[0].descriptor, 0, SEEK_END);
            }
            due = now();
        }
        for (int place = 0; place < used; place++) {
            if (all[place + 2].revents == 0 || receive(&streams[place])) continue;
            close(streams[place].descriptor);
            streams[place].descriptor = -1;
        }
        if (all[0].revents == 0) continue;
        if (output != NULL) {
            char events[4096];
            while (read(source, events, sizeof events) > 0) {}
            while (streams[0].descriptor >= 0 && receive(&streams[0])) {}
            continue;
        }
        int accepted = accept4(source, NULL, NULL, SOCK_CLOEXEC), on = 1;
        setsockopt(accepted, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
        if (used == CONNECTIONS) close(accepted);
        else streams[used++] = (struct stream){.descriptor = accepted, .bytes = malloc(BYTES)};
    }
    double skipped = 1 / interval;
    tell(lines > 2 * (size_t)skipped ? (size_t)skipped : 0);
    return 0;
}
