#!/usr/bin/env python3
"""Checks guestwatch's promises on a recorded history, by name, without any code of guestwatch.

    check.py --journal FILE [--history COLLECTOR=FILE]... [--by MEMBER]
             [--archive FILE] [--sink NAME] [--table FILE] [--told FILE]... [--stream FILE]... [--finished]

    --journal    the journal's file; its -wal is read with it. An agent may be running.
    --history    what a source offered, in its order: JSON lines with `source` and `id` (CloudEvents will do), or with
                 only the member that `--by` names; `position`, if there is one, is what the checkpoint says when
                 the line was read (else: the number of the line)
    --by         what tells one event of a history from another; default: source and id. A path such as data.key
    --archive    the `path` of a file sink; the files it has closed, plain or .gz, are found beside it
    --sink       the name of that sink: what its cursor says it has must be in the archive
    --table      the database of a `sqlite` sink
    --told       JSON lines somebody was given (stdout, webhook, stream): each must be in the journal, at its sequence
    --stream     JSON lines of one unfiltered stream: as --told, in order, and none left out between two
    --finished   the source is silent and all was delivered: then nothing offered may be missing anywhere

Prints a line for each promise; the exit status is 1 when one is broken, 2 when something could not be read at all.
"""
import argparse
import contextlib
import glob
import gzip
import json
import os
import sqlite3
import sys
import zlib
from urllib.parse import quote

from journal import Journal

PROMISES = {
    "Readable": "every page, frame and entry of the journal can be read",
    "Ordered": "sequences count without a gap, and readers see them in order",
    "Unique": "an event is in the journal once",
    "Atomic": "checkpoint and events are committed together: the checkpoint is never ahead of them, nor behind",
    "Complete": "what the source offered is there",
    "True": "nothing is there that the source did not offer",
    "Durable": "what was told to somebody is still in the journal, at its sequence",
    "Reliable": "a cursor is never ahead of the journal or of the destination",
    "Exactly once": "an archive holds each event once, in order, as the journal has it",
    "Resumable": "between two entries of a stream none is left out",
}
# Findings printed for each promise.
SHOWN = 5


class Findings:
    """What was found wrong, and how much was looked at."""

    def __init__(self):
        self.wrong = {name: [] for name in PROMISES}
        self.judged = {name: 0 for name in PROMISES}

    def judge(self, promise, holds, sentence):
        """Counts one thing looked at; notes the sentence (text, or a function that makes it) when it is wrong."""
        self.judged[promise] += 1
        if not holds:
            self.wrong[promise].append(sentence() if callable(sentence) else sentence)
        return holds

    @property
    def broken(self):
        return [name for name, sentences in self.wrong.items() if sentences]

    def report(self):
        lines = []
        for name, meaning in PROMISES.items():
            count, wrong = self.judged[name], self.wrong[name]
            if not count and not wrong:
                continue
            lines.append(f"{'BROKEN' if wrong else 'kept':<7} {name:<13} {count:>8} judged: {meaning}")
            lines += [f"        {sentence}" for sentence in wrong[:SHOWN]]
            if len(wrong) > SHOWN:
                lines.append(f"        and {len(wrong) - SHOWN} more")
        return "\n".join(lines)


class History:
    """What one source offered, in its order."""

    def __init__(self, collector, lines, by=None):
        self.collector, self.by, self.keys, self.positions = collector, by, [], []
        for number, line in enumerate(lines, 1):
            event = line if isinstance(line, dict) else json.loads(line)
            self.keys.append(key_of(event, by))
            self.positions.append(event.get("position", number))
        self.places = {key: place for place, key in enumerate(self.keys)}


def key_of(event, by):
    """What tells an event from others."""
    if not by:
        return event["source"], event["id"]
    if by in event:
        return event[by]
    for part in by.split("."):
        event = event.get(part) if isinstance(event, dict) else None
    return event


def position_of(checkpoint):
    """How far a checkpoint says its collector has read; None where this program cannot tell."""
    try:
        value = json.loads(checkpoint[1])
    except ValueError:
        return None
    if "key" in value:
        return value["key"]  # vsphere-events: the key of the last event
    if "count" in value and value.get("pass") == 0:
        return value["count"]  # replay: events played
    return None


def check_journal(journal, found):
    """What must hold of every journal, whatever its source."""
    found.judged["Readable"] += len(journal.entries)
    found.judged["Ordered"] += len(journal.entries)
    for promise, sentence in journal.problems:
        found.wrong[promise].append(sentence)
    seen = {}
    for entry in journal.entries:
        first = seen.setdefault(entry.name, entry.sequence)
        found.judge("Unique", first == entry.sequence,
                    lambda: f"entries {first} and {entry.sequence} are the same event {entry.name}")
        found.judge("Unique", journal.ids.get(entry.name) == entry.sequence,
                    lambda: f"entry {entry.sequence}: `ids` has {journal.ids.get(entry.name)} for {entry.name}")
    extra = sum(sequence > journal.trimmed for sequence in journal.ids.values()) - len(seen)
    found.judge("Unique", extra == 0, f"`ids` has {extra} entries more than `batches`")
    for sink, cursor in journal.cursors.items():
        found.judge("Reliable", cursor <= journal.head,
                    f"the cursor of \"{sink}\", {cursor}, is beyond the head, {journal.head}")


def check_history(journal, history, found, finished):
    """Journal and checkpoint against what the source offered."""
    held, sources = {}, set()
    for entry in journal.entries:
        key = key_of(json.loads(entry.body), history.by) if history.by else entry.name
        if key in history.places:
            place = history.places[key]
            found.judge("Unique", place not in held, lambda: f"{key} is in the journal twice")
            held[place] = entry.sequence
            sources.add(entry.source)
    for entry in journal.entries:
        if entry.source in sources:
            key = key_of(json.loads(entry.body), history.by) if history.by else entry.name
            found.judge("True", key is None or key in history.places, lambda: f"{key} was never offered")
    order = [held[place] for place in sorted(held)]
    found.judge("Ordered", order == sorted(order), f"{history.collector}: not in the order of the source")
    # What retention has removed was the beginning.
    first = min(held, default=len(history.keys)) if journal.trimmed else 0
    checkpoint = journal.checkpoints.get(history.collector)
    position = position_of(checkpoint) if checkpoint else 0
    if position is not None:
        for place in range(first, len(history.keys)):
            is_read = history.positions[place] <= position
            found.judge("Atomic", is_read == (place in held), lambda: (
                f"{history.collector}: the checkpoint says {position}, but {history.keys[place]} "
                f"({history.positions[place]}) is {'missing' if is_read else 'there'}"))
    if finished:
        for place in range(first, len(history.keys)):
            found.judge("Complete", place in held, lambda: f"{history.collector}: {history.keys[place]} is missing")


def check_told(journal, lines, found, name, is_stream=False):
    """Lines that somebody was given against the journal."""
    entries = {entry.sequence: entry for entry in journal.entries}
    last = None
    for line in lines:
        event = json.loads(line)
        sequence = int(event["sequence"])
        if journal.is_empty or event["journal"] != journal.instance:
            found.judge("Durable", False, f"{name}: {sequence} was told of journal {event['journal']}, "
                        f"this is {journal.instance}")
            continue
        if sequence > journal.trimmed:
            entry = entries.get(sequence)
            found.judge("Durable", entry and entry.name == (event["source"], event["id"]), lambda: (
                f"{name}: entry {sequence} was told as {event['source']} {event['id']}, the journal "
                + (f"has {entry.name} there" if entry else f"ends at {journal.head}")))
        if is_stream and last is not None:
            found.judge("Ordered", sequence > last, f"{name}: {sequence} follows {last}")
            found.judge("Resumable", sequence <= last + 1, f"{name}: {sequence} follows {last}")
        last = sequence


def read_archive(path, found):
    """The events of an archive: its closed files in the order of their names, then the current one. Lines that are not
    whole are told of as findings; without `found` they are passed over, as a power cut may leave them."""
    stem, suffix = os.path.splitext(path)
    stem, suffix = glob.escape(stem), glob.escape(suffix)
    names = glob.glob(f"{stem}-*-*-*{suffix}") + glob.glob(f"{stem}-*-*-*{suffix}.gz")
    # STEM-TIME-JOURNAL-LAST SEQUENCE.SUFFIX, as they were closed.
    names.sort(key=lambda name: (name.rsplit("-", 3)[1], int(name.rsplit("-", 1)[1].split(".")[0])))
    events = []
    for name in names + ([path] if os.path.exists(path) else []):
        number = 0
        try:
            with gzip.open(name) if name.endswith(".gz") else open(name, "rb") as file:
                for number, line in enumerate(file, 1):
                    events.append(json.loads(line))
                    if not line.endswith(b"\n"):
                        raise ValueError("the line has no end")
        except (OSError, EOFError, ValueError, zlib.error) as problem:
            if found:
                found.judge("Exactly once", False, f"{name}:{number}: {problem}")
    return events


def check_archive(journal, events, found, sink, finished):
    """An archive against the journal: each event once, in order, the same."""
    entries = {entry.sequence: entry for entry in journal.entries}
    last = 0
    for event in events:
        if event["journal"] != journal.instance:
            continue
        sequence = int(event["sequence"])
        found.judge("Exactly once", sequence > last, f"archive: {sequence} follows {last}")
        last = max(last, sequence)
        if sequence > journal.trimmed:
            entry = entries.get(sequence)
            plain = {name: value for name, value in event.items() if name not in ("sequence", "journal")}
            found.judge("Exactly once", entry and json.loads(entry.body) == plain, lambda: (
                f"archive: {sequence} is {event['source']} {event['id']}, the journal has "
                + (f"{entry.source} {entry.id}" if entry else "none of that sequence")))
    check_acknowledged(journal, events, found, sink, finished)


def check_acknowledged(journal, events, found, sink, finished=False):
    """What a sink's cursor says the archive has (all that is in the journal, when finished) must be in it."""
    held = {int(event["sequence"]) for event in events if event["journal"] == journal.instance}
    wanted = journal.head if finished else journal.cursors.get(sink, 0)
    for sequence in range(journal.trimmed + 1, wanted + 1):
        found.judge("Reliable", sequence in held, f"archive: entry {sequence} is missing; it was acknowledged")


def check_table(journal, path, found, finished):
    """The database of a `sqlite` sink against the journal: each event once, under its sequence."""
    entries, held = {entry.sequence: entry for entry in journal.entries}, set()
    with contextlib.closing(sqlite3.connect(f"file:{quote(os.path.abspath(path))}?mode=ro", uri=True)) as db:
        for sequence, source, id in db.execute(
                "SELECT sequence, source, id FROM events WHERE journal = ?", (journal.instance,)):
            found.judge("Exactly once", sequence not in held, f"table: {sequence} is there twice")
            held.add(sequence)
            if sequence > journal.trimmed:
                found.judge("Exactly once", sequence in entries and entries[sequence].name == (source, id), lambda: (
                    f"table: {sequence} is {source} {id}, the journal has another there"))
    for sequence in range(journal.trimmed + 1, journal.head + 1 if finished else 0):
        found.judge("Reliable", sequence in held, f"table: entry {sequence} is missing")


def check(journal_path, histories=(), archive=None, sink=None, told=(), streams=(), table=None, finished=False,
          is_torn=False):
    """All that is asked for; gives the findings. `told` and `streams` are (name, lines). `is_torn`: nobody has opened
    the archive since a power cut, so that only what was acknowledged must be in it, and the journal is a copy."""
    found, journal = Findings(), Journal(journal_path, is_copy=is_torn)
    check_journal(journal, found)
    for history in histories:
        check_history(journal, history, found, finished)
    for name, lines in told:
        check_told(journal, lines, found, name)
    for name, lines in streams:
        check_told(journal, lines, found, name, is_stream=True)
    if archive and is_torn:
        check_acknowledged(journal, read_archive(archive, None), found, sink)
    elif archive:
        check_archive(journal, read_archive(archive, found), found, sink, finished)
    if table:
        check_table(journal, table, found, finished)
    return found


def lines_of(path):
    with open(path, encoding="utf-8") as file:
        return [line for line in file if line.strip()]


def main():
    parser = argparse.ArgumentParser(usage=__doc__, add_help=True)
    parser.add_argument("--journal", required=True)
    for name in ("history", "told", "stream"):
        parser.add_argument(f"--{name}", action="append", default=[])
    for name in ("archive", "by", "sink", "table"):
        parser.add_argument(f"--{name}")
    parser.add_argument("--finished", action="store_true")
    options = parser.parse_args()
    histories = []
    for history in options.history:
        collector, _, path = history.partition("=")
        histories.append(History(collector, lines_of(path), options.by))
    found = check(
        options.journal, histories, options.archive, options.sink, [(path, lines_of(path)) for path in options.told],
        [(path, lines_of(path)) for path in options.stream], options.table, options.finished)
    print(found.report())
    sys.exit(1 if found.broken else 0)


if __name__ == "__main__":
    try:
        main()
    except (OSError, ValueError, KeyError) as problem:
        print(f"cannot check: {type(problem).__name__}: {problem}", file=sys.stderr)
        sys.exit(2)
