#define _GNU_SOURCE
#include "raw.h"

#include <arpa/inet.h>
#include <curl/curl.h>
#include <errno.h>
#include <fcntl.h>
#include <linux/sockios.h>
#include <postgresql/libpq-fe.h>
#include <sqlite3.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <unistd.h>

int gw_raw_deliver(gw_raw *raw, const gw_raw_event *events, int count) { return raw->deliver(raw, events, count); }

void gw_raw_close(gw_raw *raw) {
    if (raw != NULL) raw->close(raw);
}

// MARK: PostgreSQL

struct postgres {
    gw_raw raw;
    PGconn *connection;
    char *copy, *insert;
};

static int postgres_run(PGconn *connection, const char *statement, ExecStatusType wanted) {
    PGresult *result = PQexec(connection, statement);
    ExecStatusType status = PQresultStatus(result);
    PQclear(result);
    return status == wanted ? 0 : (int)status + 1;
}

static int postgres_deliver(gw_raw *raw, const gw_raw_event *events, int count) {
    struct postgres *postgres = (struct postgres *)raw;
    for (int index = 0; index < count; index++) {
        int status = postgres_run(postgres->connection, postgres->copy, PGRES_COPY_IN);
        if (status != 0) return status;
        if (PQputCopyData(postgres->connection, events[index].body, (int)events[index].length) != 1
            || PQputCopyEnd(postgres->connection, NULL) != 1)
            return -1;
        for (PGresult *result; (result = PQgetResult(postgres->connection)) != NULL; PQclear(result))
            if (PQresultStatus(result) != PGRES_COMMAND_OK) status = -2;
        if (status == 0) status = postgres_run(postgres->connection, postgres->insert, PGRES_COMMAND_OK);
        if (status != 0) return status;
    }
    return 0;
}

static void postgres_close(gw_raw *raw) {
    PQfinish(((struct postgres *)raw)->connection);
    free(raw);
}

gw_raw *gw_raw_postgres(int port, const char *prepare, const char *copy, const char *insert) {
    char parameters[128];
    snprintf(parameters, sizeof parameters, "host=127.0.0.1 port=%d dbname=postgres user=postgres", port);
    struct postgres *postgres = calloc(1, sizeof *postgres);
    *postgres =
        (struct postgres){{postgres_deliver, postgres_close}, PQconnectdb(parameters), strdup(copy), strdup(insert)};
    if (PQstatus(postgres->connection) == CONNECTION_OK
        && postgres_run(postgres->connection, prepare, PGRES_COMMAND_OK) == 0)
        return &postgres->raw;
    postgres_close(&postgres->raw);
    return NULL;
}

// MARK: SQLite

struct sqlite {
    gw_raw raw;
    sqlite3 *database;
    sqlite3_stmt *insert;
    sqlite3_int64 number;
};

static int sqlite_deliver(gw_raw *raw, const gw_raw_event *events, int count) {
    struct sqlite *sqlite = (struct sqlite *)raw;
    int status = sqlite3_exec(sqlite->database, "BEGIN IMMEDIATE", NULL, NULL, NULL);
    sqlite3_stmt *insert = sqlite->insert;
    for (int index = 0; index < count && status == SQLITE_OK; index++) {
        const char *texts[] = {
            events[index].time, "vsphere://measured", events[index].id, "01JMEASURED0000000000000000", "", "vm.powered-on",
            "info", events[index].key, "web-41", "esx-1.example"};
        for (int column = 0; column < 10; column++)
            if (column != 4) sqlite3_bind_text(insert, column + 1, texts[column], -1, SQLITE_STATIC);
        sqlite3_bind_int64(insert, 5, ++sqlite->number);
        sqlite3_bind_text(insert, 11, events[index].body, (int)events[index].length, SQLITE_STATIC);
        status = sqlite3_step(insert) == SQLITE_DONE ? SQLITE_OK : SQLITE_ERROR;
        sqlite3_reset(insert);
    }
    return status != SQLITE_OK ? status : sqlite3_exec(sqlite->database, "COMMIT", NULL, NULL, NULL);
}

static void sqlite_close(gw_raw *raw) {
    sqlite3_finalize(((struct sqlite *)raw)->insert);
    sqlite3_close(((struct sqlite *)raw)->database);
    free(raw);
}

gw_raw *gw_raw_sqlite(const char *path, const char *prepare, const char *insert) {
    struct sqlite *sqlite = calloc(1, sizeof *sqlite);
    sqlite->raw = (gw_raw){sqlite_deliver, sqlite_close};
    if (sqlite3_open(path, &sqlite->database) == SQLITE_OK
        && sqlite3_exec(sqlite->database, prepare, NULL, NULL, NULL) == SQLITE_OK
        && sqlite3_prepare_v3(
               sqlite->database, insert, -1, SQLITE_PREPARE_PERSISTENT, &sqlite->insert, NULL)
            == SQLITE_OK)
        return &sqlite->raw;
    sqlite_close(&sqlite->raw);
    return NULL;
}

// MARK: HTTP

struct http {
    gw_raw raw;
    CURL *handle;
};

static size_t http_forget(char *bytes, size_t size, size_t count, void *opaque) {
    (void)bytes, (void)opaque;
    return size * count;
}

static int http_deliver(gw_raw *raw, const gw_raw_event *events, int count) {
    CURL *handle = ((struct http *)raw)->handle;
    for (int index = 0; index < count; index++) {
        struct curl_slist *headers = curl_slist_append(curl_slist_append(NULL, events[index].id), "Expect:");
        curl_easy_setopt(handle, CURLOPT_URL, events[index].key);
        curl_easy_setopt(handle, CURLOPT_HTTPHEADER, headers);
        curl_easy_setopt(handle, CURLOPT_POSTFIELDSIZE_LARGE, (curl_off_t)events[index].length);
        curl_easy_setopt(handle, CURLOPT_POSTFIELDS, events[index].body);
        CURLcode code = curl_easy_perform(handle);
        curl_slist_free_all(headers);
        long status = 0;
        curl_easy_getinfo(handle, CURLINFO_RESPONSE_CODE, &status);
        if (code != CURLE_OK || status / 100 != 2) return code != CURLE_OK ? (int)code : (int)status;
    }
    return 0;
}

static void http_close(gw_raw *raw) {
    curl_easy_cleanup(((struct http *)raw)->handle);
    free(raw);
}

gw_raw *gw_raw_http(void) {
    struct http *http = calloc(1, sizeof *http);
    *http = (struct http){{http_deliver, http_close}, curl_easy_init()};
    curl_easy_setopt(http->handle, CURLOPT_WRITEFUNCTION, http_forget);
    return &http->raw;
}

// MARK: A socket, a file

struct plain {
    gw_raw raw;
    int descriptor;
};

static int write_all(int descriptor, const gw_raw_event *event) {
    for (size_t written = 0; written < event->length;) {
        ssize_t count = write(descriptor, event->body + written, event->length - written);
        if (count < 0) return errno;
        written += (size_t)count;
    }
    return 0;
}

static int tcp_deliver(gw_raw *raw, const gw_raw_event *events, int count) {
    int descriptor = ((struct plain *)raw)->descriptor, waiting = 0;
    for (int index = 0; index < count; index++) {
        int status = write_all(descriptor, &events[index]);
        if (status != 0) return status;
    }
    while (ioctl(descriptor, SIOCOUTQ, &waiting) == 0 && waiting > 0) usleep(20);
    return 0;
}

static int file_deliver(gw_raw *raw, const gw_raw_event *events, int count) {
    int descriptor = ((struct plain *)raw)->descriptor;
    for (int index = 0; index < count; index++) {
        int status = write_all(descriptor, &events[index]);
        if (status == 0 && fdatasync(descriptor) != 0) status = errno;
        if (status != 0) return status;
    }
    return 0;
}

static void plain_close(gw_raw *raw) {
    close(((struct plain *)raw)->descriptor);
    free(raw);
}

gw_raw *gw_raw_tcp(int port) {
    struct plain *plain = calloc(1, sizeof *plain);
    struct sockaddr_in address = {
        .sin_family = AF_INET, .sin_port = htons((uint16_t)port), .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
    *plain = (struct plain){{tcp_deliver, plain_close}, socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0)};
    if (connect(plain->descriptor, (void *)&address, sizeof address) == 0) return &plain->raw;
    plain_close(&plain->raw);
    return NULL;
}

gw_raw *gw_raw_file(const char *path) {
    struct plain *plain = calloc(1, sizeof *plain);
    *plain = (struct plain){
        {file_deliver, plain_close}, open(path, O_WRONLY | O_APPEND | O_CREAT | O_CLOEXEC, 0600)};
    if (plain->descriptor >= 0) return &plain->raw;
    free(plain);
    return NULL;
}
