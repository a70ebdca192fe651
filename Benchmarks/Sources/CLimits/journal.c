#define _GNU_SOURCE
#include "CLimits.h"

#include <sqlite3.h>
#include <stdlib.h>
#include <time.h>

// The settings of our journal's writer; the schema and the statements of whoever stores events the plain way: a row for
// each, and a unique index that tells repeats.
static const char *const settings =
    "PRAGMA journal_mode = WAL;"
    "CREATE TABLE sources (number INTEGER PRIMARY KEY, name TEXT NOT NULL UNIQUE) STRICT;"
    "CREATE TABLE types (number INTEGER PRIMARY KEY, name TEXT NOT NULL UNIQUE) STRICT;"
    "CREATE TABLE entries ("
    "sequence INTEGER PRIMARY KEY, source INTEGER NOT NULL, id TEXT NOT NULL, type INTEGER NOT NULL,"
    "severity INTEGER NOT NULL, stored_at INTEGER NOT NULL, total INTEGER NOT NULL, body BLOB NOT NULL) STRICT;"
    "CREATE UNIQUE INDEX entries_by_id ON entries (source, id);"
    "CREATE TABLE checkpoints ("
    "collector TEXT PRIMARY KEY, version INTEGER NOT NULL, bytes BLOB NOT NULL, stored_at INTEGER NOT NULL"
    ") STRICT, WITHOUT ROWID;"
    "PRAGMA synchronous = FULL; PRAGMA cache_size = -1024; PRAGMA wal_autocheckpoint = 2048;"
    "PRAGMA journal_size_limit = 8388608; PRAGMA temp_store = MEMORY;"
    "INSERT INTO sources VALUES (1, 'vsphere://limit'); INSERT INTO types VALUES (1, 'vm.powered-on');";
static const char *const beginText = "BEGIN IMMEDIATE";
static const char *const insertText =
    "INSERT INTO entries (sequence, source, id, type, severity, stored_at, total, body) "
    "VALUES (?1, 1, ?2, 1, 2, ?3, ?4, ?5) ON CONFLICT (source, id) DO NOTHING";
static const char *const checkpointText =
    "INSERT INTO checkpoints VALUES ('limit', 1, ?1, ?2) "
    "ON CONFLICT (collector) DO UPDATE SET version = excluded.version, bytes = excluded.bytes, stored_at = excluded.stored_at";
static const char *const commitText = "COMMIT";

struct gw_limit_journal {
    sqlite3 *database;
    sqlite3_stmt *begin, *insert, *checkpoint, *commit;
    sqlite3_int64 sequence, total;
};

static sqlite3_int64 milliseconds(void) {
    struct timespec time;
    clock_gettime(CLOCK_REALTIME, &time);
    return time.tv_sec * 1000LL + time.tv_nsec / 1000000;
}

static int prepare(sqlite3 *database, const char *text, sqlite3_stmt **statement) {
    return sqlite3_prepare_v3(database, text, -1, SQLITE_PREPARE_PERSISTENT, statement, NULL);
}

gw_limit_journal *gw_limit_journal_open(const char *path) {
    gw_limit_journal *journal = calloc(1, sizeof *journal);
    if (journal == NULL) return NULL;
    int flags = SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE | SQLITE_OPEN_NOMUTEX | SQLITE_OPEN_EXRESCODE;
    if (sqlite3_open_v2(path, &journal->database, flags, NULL) == SQLITE_OK
        && sqlite3_exec(journal->database, settings, NULL, NULL, NULL) == SQLITE_OK
        && prepare(journal->database, beginText, &journal->begin) == SQLITE_OK
        && prepare(journal->database, insertText, &journal->insert) == SQLITE_OK
        && prepare(journal->database, checkpointText, &journal->checkpoint) == SQLITE_OK
        && prepare(journal->database, commitText, &journal->commit) == SQLITE_OK)
        return journal;
    gw_limit_journal_close(journal);
    return NULL;
}

static int run(sqlite3_stmt *statement) {
    int status = sqlite3_step(statement);
    sqlite3_reset(statement);
    return status == SQLITE_DONE ? SQLITE_OK : status;
}

static int insert(gw_limit_journal *journal, gw_limit_batch batch, sqlite3_int64 storedAt) {
    sqlite3_stmt *statement = journal->insert;
    sqlite3_bind_int64(statement, 3, storedAt);
    for (int index = 0; index < batch.count; index++) {
        journal->total += (sqlite3_int64)batch.bodyLength;
        sqlite3_bind_int64(statement, 1, ++journal->sequence);
        sqlite3_bind_text(statement, 2, batch.ids + (size_t)index * batch.idLength, (int)batch.idLength, SQLITE_STATIC);
        sqlite3_bind_int64(statement, 4, journal->total);
        sqlite3_bind_blob64(statement, 5, batch.bodies + (size_t)index * batch.bodyLength, batch.bodyLength, SQLITE_STATIC);
        int status = run(statement);
        if (status != SQLITE_OK) return status;
    }
    return SQLITE_OK;
}

int gw_limit_journal_commit(gw_limit_journal *journal, gw_limit_batch batch) {
    sqlite3_int64 storedAt = milliseconds();
    int status = run(journal->begin);
    if (status == SQLITE_OK) status = insert(journal, batch, storedAt);
    if (status == SQLITE_OK) {
        sqlite3_bind_blob(journal->checkpoint, 1, &journal->sequence, sizeof journal->sequence, SQLITE_STATIC);
        sqlite3_bind_int64(journal->checkpoint, 2, storedAt);
        status = run(journal->checkpoint);
    }
    return status == SQLITE_OK ? run(journal->commit) : status;
}

void gw_limit_journal_close(gw_limit_journal *journal) {
    if (journal == NULL) return;
    sqlite3_finalize(journal->begin);
    sqlite3_finalize(journal->insert);
    sqlite3_finalize(journal->checkpoint);
    sqlite3_finalize(journal->commit);
    sqlite3_close_v2(journal->database);
    free(journal);
}
