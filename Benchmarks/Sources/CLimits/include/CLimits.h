// The limits guestwatch is measured beside: the same work by the same libraries, with nothing of ours around it.
#pragma once

#include <stddef.h>
#include <stdint.h>

/// Parses XML with libxml2's SAX2 push interface and handlers that do nothing, in pieces of `piece` bytes.
/// Returns 0, or libxml2's error code.
int gw_limit_sax(const char *bytes, size_t length, size_t piece);

/// `count` events as they lie in memory: ids of `idLength` bytes one after another, bodies of `bodyLength` bytes likewise.
typedef struct {
    const char *ids;
    size_t idLength;
    const char *bodies;
    size_t bodyLength;
    int count;
} gw_limit_batch;

/// A journal in its plainest form: a row for each event, by prepared statements.
typedef struct gw_limit_journal gw_limit_journal;

/// Makes a journal file. NULL when it cannot.
gw_limit_journal *gw_limit_journal_open(const char *path);

/// Commits the batch and a checkpoint in one transaction. Returns 0, or SQLite's result code.
int gw_limit_journal_commit(gw_limit_journal *journal, gw_limit_batch batch);

/// Closes the journal; NULL is allowed.
void gw_limit_journal_close(gw_limit_journal *journal);

/// Appends the bodies of the batch to a file with one write, then fdatasync. Returns 0, or errno.
int gw_limit_file_append(int descriptor, gw_limit_batch batch);

/// What a look at a host's processes met.
typedef struct {
    int cgroups;
    int processes;
    int opened;
} gw_limit_look;

/// Walks through a cgroup hierarchy, reads `cgroup.procs` in each cgroup, then of procfs what a full reconciliation
/// reads: with `isFirst` the `stat` of each process and the `status` of one in each cgroup, else the `stat` of one in each
/// of `rechecked` cgroups. Keeps nothing but numbers. The look is empty when the hierarchy cannot be opened.
gw_limit_look gw_limit_reconcile(const char *cgroups, const char *proc, int isFirst, int rechecked);
