"""Reads a journal's file by its documented format (Docs/Journal.md), with the standard library alone."""
import json
import os
import sqlite3
from urllib.parse import quote

from zstandard import decompress


class Entry:
    """One entry: its sequence, and what the heads and the body say of it."""

    __slots__ = ("sequence", "source", "id", "type", "rank", "body")

    def __init__(self, sequence, source, id, type, rank, body):
        self.sequence, self.source, self.id, self.type, self.rank = sequence, source, id, type, rank
        self.body = body

    @property
    def name(self):
        """What tells one event from another."""
        return self.source, self.id


class Journal:
    """A journal as it is at one moment. `problems` are (promise, sentence) found while it was read.
    `is_copy`: the file may be written to, which some crashes make needful before it can be read."""

    def __init__(self, path, is_copy=False):
        if not os.path.exists(path):
            raise FileNotFoundError(path)
        self.path, self.problems = path, []
        self.is_empty, self.instance, self.trimmed, self.entries = True, None, 0, []
        self.ids, self.checkpoints, self.cursors, self.dead = {}, {}, {}, []
        # A power cut while the file is made leaves it to the next who may write to mend it.
        mode = "rw" if is_copy else "ro"
        connection = sqlite3.connect(f"file:{quote(os.path.abspath(path))}?mode={mode}", uri=True, isolation_level=None)
        try:
            connection.execute("BEGIN")
            self._read(connection)
            connection.execute("COMMIT")
        except sqlite3.DatabaseError as problem:
            self.found("Readable", f"SQLite: {problem}")
        finally:
            connection.close()

    def _read(self, db):
        tables = {name for (name,) in db.execute("SELECT name FROM sqlite_schema WHERE type = 'table'")}
        # A power cut before the first commit leaves an empty file.
        self.is_empty = "journal" not in tables
        if self.is_empty:
            return
        for (text,) in db.execute("PRAGMA integrity_check"):
            if text != "ok":
                self.found("Readable", f"SQLite: {text}")
        [(self.instance, self.trimmed, trimmed_total)] = db.execute(
            "SELECT instance, trimmed_through, trimmed_total FROM journal")
        self.sources = dict(db.execute("SELECT number, name FROM sources"))
        self.types = dict(db.execute("SELECT number, name FROM types"))
        self._read_entries(db, trimmed_total)
        for source, id, sequence in db.execute("SELECT source, id, sequence FROM ids"):
            self.ids[self.sources.get(source), id] = sequence
        self._read_runs(db)
        for name, version, data in db.execute("SELECT collector, version, bytes FROM checkpoints"):
            self.checkpoints[name] = (version, data)
        self.cursors = dict(db.execute("SELECT sink, sequence FROM cursors"))
        self.dead = list(db.execute("SELECT sink, sequence FROM dead_letters"))

    def _read_runs(self, db):
        """Ids that share a row; what is removed may stand there still."""
        above = {}
        for source, prefix, first, last, sequence, through, steps in db.execute(
                "SELECT source, prefix, first, last, sequence, through, steps FROM id_runs"
                " ORDER BY source, prefix, first"):
            place, number, numbers = 0, first, [first]
            try:
                while place < len(steps):
                    step, place = leb128(steps, place)
                    number += step
                    numbers.append(number)
            except ValueError as problem:
                self.found("Readable", f"the ids from {prefix}{first} on: {problem}")
            if number != last or sequence + len(numbers) - 1 != through or above.get((source, prefix), -1) >= first:
                self.found("Readable", f"the ids from {prefix}{first} on are no run")
            above[source, prefix] = last
            for index, number in enumerate(numbers):
                if sequence + index <= self.trimmed:
                    continue
                name = self.sources.get(source), f"{prefix}{number}"
                if self.ids.get(name, 0) > self.trimmed:
                    self.found("Unique", f"the id {name} is known twice")
                self.ids[name] = sequence + index

    def _read_entries(self, db, total):
        last = None
        for first, final, row_total, sizes, content in db.execute(
                "SELECT first, last, total, sizes, content FROM batches ORDER BY first"):
            if last is None and not first <= self.trimmed + 1 <= final:
                self.found("Ordered", f"the oldest row holds {first} to {final}, "
                           f"but {self.trimmed} was the last one removed")
            if last is not None and first != last + 1:
                self.found("Ordered", f"entry {first} follows entry {last}")
            last = final
            try:
                row = read_row(first, final, sizes, decompress(content))
            except ValueError as problem:
                self.found("Readable", f"entries {first} to {final}: {problem}")
                total = row_total
                continue
            for sequence, type, rank, source, id, body in row:
                if sequence <= self.trimmed:
                    continue
                total += len(body)
                self._add(Entry(sequence, self.sources.get(source), id, self.types.get(type), rank, body))
            if total != row_total:
                self.found("Readable", f"the bytes through entry {final} do not add up")
                total = row_total

    def _add(self, entry):
        try:
            event = json.loads(entry.body)
        except ValueError as problem:
            return self.found("Readable", f"entry {entry.sequence}: its body is no JSON: {problem}")
        if (event.get("source"), event.get("id")) != entry.name:
            self.found("Readable", f"entry {entry.sequence}: its body has another source or id than its head")
        self.entries.append(entry)

    def found(self, promise, sentence):
        """Notes a broken promise."""
        self.problems.append((promise, sentence))

    @property
    def head(self):
        """The last sequence given."""
        return max(self.trimmed, self.entries[-1].sequence if self.entries else 0)


def read_row(first, last, sizes, content):
    """The entries of a row of `batches`: (sequence, type, rank, source, id, body), the numbers being those of the
    tables. ValueError when it is not as documented."""
    lengths, place = [], 0
    while place < len(sizes):
        length, place = leb128(sizes, place)
        lengths.append(length)
    if len(lengths) != last - first + 1:
        raise ValueError(f"{len(lengths)} sizes for {last - first + 1} entries")
    rows, body, head = [], 0, sum(lengths)
    for index, length in enumerate(lengths):
        type, head = leb128(content, head)
        rank, head = leb128(content, head)
        source, head = leb128(content, head)
        size, head = leb128(content, head)
        id = content[head:head + size]
        if len(id) != size:
            raise ValueError("the content ends within an id")
        rows.append((first + index, type, rank, source, id.decode(), content[body:body + length]))
        body, head = body + length, head + size
    if head != len(content):
        raise ValueError("the content is longer than its entries")
    return rows


def leb128(data, place):
    """A number at a place, and the place behind it."""
    value = shift = 0
    while True:
        if place >= len(data) or shift > 63:
            raise ValueError("a number ends too early or is too large")
        byte = data[place]
        value, place, shift = value | (byte & 0x7F) << shift, place + 1, shift + 7
        if byte < 0x80:
            return value, place
