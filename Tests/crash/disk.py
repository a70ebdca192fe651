"""A disk as a power cut may leave it, made up from the record that disk.c writes."""
import os
import random
import struct

OPEN, WRITE, TRUNCATE, RENAME, UNLINK, MKDIR, SYNC, SAID, READ = range(1, 10)
# struct header of disk.c.
_HEADER = struct.Struct("=IIqiII4x")
# What a disk writes whole or not at all. Half a sector may be written too: of what a write covers, never beside it
# (SQLite calls this "powersafe overwrite", and so do all journaling file systems' own logs).
SECTOR = 512


class Change:
    """One line of the record."""

    __slots__ = ("kind", "handle", "offset", "failed", "path", "data")

    def __init__(self, kind, handle, offset, failed, path, data):
        self.kind, self.handle, self.offset, self.failed = kind, handle, offset, failed
        self.path, self.data = path, data


def read_record(path):
    """The changes of one life; a last one that was cut off by a kill is left out."""
    with open(path, "rb") as file:
        record = file.read()
    changes, place = [], 0
    while place + _HEADER.size <= len(record):
        kind, handle, offset, result, path_length, length = _HEADER.unpack_from(record, place)
        start = place + _HEADER.size
        place = start + path_length + length
        if place > len(record):
            break
        changes.append(Change(kind, handle, offset, result != 0, record[start:start + path_length].decode(),
                              record[start + path_length:place]))
    return changes


class File:
    """A file: what programs see, what is on the disk for certain, and what may or may not be there."""

    def __init__(self, content=b""):
        self.seen, self.durable, self.pending = bytearray(content), bytearray(content), []

    def change(self, change):
        _apply(self.seen, change)
        self.pending.append(change)

    def force(self):
        for change in self.pending:
            _apply(self.durable, change)
        self.pending = []

    def lose(self, chance):
        """A forced write failed: some of it is on the disk, and the kernel forgets that the rest is not."""
        self.durable, self.pending = self.after_cut(chance), []

    def after_cut(self, chance):
        """What may be there after a power cut now."""
        mode = chance.randrange(4)
        if not self.pending or mode == 0:
            return bytearray(self.durable)
        content = bytearray(self.durable)
        if mode == 1:  # In order, up to somewhere.
            count = chance.randint(0, len(self.pending))
            for change in self.pending[:count]:
                _apply(content, change)
            if count < len(self.pending):
                _tear(content, self.pending[count], chance)
        elif mode == 2:  # In any order: each sector is there or not.
            share = chance.choice((0.1, 0.5, 0.9, 0.99))
            for change in self.pending:
                if change.kind == TRUNCATE:
                    if chance.random() < share:
                        _apply(content, change)
                    continue
                for start, data in _sectors(change):
                    if chance.random() < share:
                        _apply(content, Change(WRITE, 0, start, False, "", data))
        else:  # All of it, but for one sector.
            lost = chance.randrange(len(self.pending))
            for index, change in enumerate(self.pending):
                pieces = _sectors(change) if change.kind == WRITE else []
                missing = chance.randrange(len(pieces)) if pieces and index == lost else None
                if missing is None:
                    _apply(content, change)
                for piece, (start, data) in enumerate(pieces if missing is not None else []):
                    if piece != missing:
                        _apply(content, Change(WRITE, 0, start, False, "", data))
        # The new length may be there before what belongs into it.
        if chance.random() < 0.3 and len(self.seen) > len(content):
            content.extend(bytes(chance.randint(0, len(self.seen) - len(content))))
        return content


def _apply(content, change):
    if change.kind == TRUNCATE:
        del content[change.offset:]
        content.extend(bytes(change.offset - len(content)))
        return
    if len(content) < change.offset:
        content.extend(bytes(change.offset - len(content)))
    content[change.offset:change.offset + len(change.data)] = change.data


def _sectors(change):
    pieces, place = [], 0
    while place < len(change.data):
        length = SECTOR - (change.offset + place) % SECTOR
        pieces.append((change.offset + place, change.data[place:place + length]))
        place += length
    return pieces


def _tear(content, change, chance):
    if change.kind == WRITE and change.data:
        data = change.data[:chance.randrange(len(change.data))]
        _apply(content, Change(WRITE, 0, change.offset, False, "", data))


class Folder:
    """The names in a folder: as programs see them, for certain, and the changes that may be there."""

    def __init__(self):
        self.seen, self.durable, self.pending = {}, {}, []

    def change(self, *steps):
        """Steps (name, file or None) that are there together or not at all: a rename is two."""
        for name, file in steps:
            _set(self.seen, name, file)
        self.pending.append(steps)

    def force(self):
        for steps in self.pending:
            for name, file in steps:
                _set(self.durable, name, file)
        self.pending = []

    def after_cut(self, chance):
        names = dict(self.durable)
        # As a file system with a journal does it: in order. As nothing forbids: each for itself.
        in_order, count = chance.random() < 0.5, chance.randint(0, len(self.pending))
        share = chance.choice((0, 0.5, 0.9, 1))
        for index, steps in enumerate(self.pending):
            if index < count if in_order else chance.random() < share:
                for name, file in steps:
                    _set(names, name, file)
        return names


def _set(names, name, file):
    if file is None:
        names.pop(name, None)
    else:
        names[name] = file


class Disk:
    """The files below a folder. `said` is what was told to the outside so far. `ignores` names syncs that the disk only
    pretends to do: a planted fault."""

    # Whether a forced write of a folder that failed is taken as done: nobody goes on after that on a file system with a
    # journal, which stops then.
    forgives_folders = False

    def __init__(self, ignores=None):
        self.root, self.folders, self.handles = Folder(), {}, {}
        self.folders[""] = self.root
        self.said, self.ignores = bytearray(), ignores or (lambda kind, path: False)

    @classmethod
    def holding(cls, files, folders, ignores=None):
        """A disk on which these files ({path: content}) and folders are for certain."""
        disk = cls(ignores)
        for path in sorted(folders):
            disk.folders[path] = Folder()
            disk._folder(path).change((_name(path), disk.folders[path]))
        for path, content in files.items():
            disk._folder(path).change((_name(path), File(content)))
        for folder in disk.folders.values():
            folder.force()
        return disk

    def _folder(self, path):
        return self.folders[path.rpartition("/")[0]]

    def begin_life(self):
        """Another process: its handles count from 1 again."""
        self.handles = {}

    def apply(self, change, chance):
        kind, path = change.kind, change.path
        if kind == OPEN:
            self._open(change)
        elif kind in (WRITE, TRUNCATE):
            self.handles[change.handle][1].change(change)
        elif kind == SYNC:
            path, opened = self.handles[change.handle]
            if self.ignores(opened.__class__.__name__, path):
                return
            if not change.failed or isinstance(opened, Folder) and Disk.forgives_folders:
                opened.force()
            elif isinstance(opened, File):
                opened.lose(chance)
            # Names of a folder that could not be forced may still come to the disk, or not.
        elif kind == RENAME:
            new = change.data.decode()
            file = self._folder(path).seen[_name(path)]
            self._folder(path).change((_name(path), None), (_name(new), file))
        elif kind == UNLINK:
            self._folder(path).change((_name(path), None))
        elif kind == MKDIR:
            self.folders[path] = Folder()
            self._folder(path).change((_name(path), self.folders[path]))
        elif kind == SAID:
            self.said += change.data

    def _open(self, change):
        path = change.path
        if path in self.folders:
            self.handles[change.handle] = (path, self.folders[path])
            return
        folder = self._folder(path)
        if _name(path) not in folder.seen:
            folder.change((_name(path), File()))
        file = folder.seen[_name(path)]
        if change.offset & 2:
            file.change(Change(TRUNCATE, 0, 0, False, "", b""))
        self.handles[change.handle] = (path, file)

    def after_kill(self):
        """Everything as programs see it: (files, folders)."""
        return self._walk(self.root, "", lambda folder: folder.seen, lambda file: file.seen)

    def after_cut(self, chance):
        """What a power cut now may leave: (files, folders)."""
        return self._walk(
            self.root, "", lambda folder: folder.after_cut(chance), lambda file: file.after_cut(chance))

    def _walk(self, folder, prefix, names, content):
        files, folders = {}, []
        for name, item in sorted(names(folder).items()):
            if isinstance(item, Folder):
                folders.append(prefix + name)
                inner = self._walk(item, prefix + name + "/", names, content)
                files.update(inner[0])
                folders += inner[1]
            else:
                files[prefix + name] = bytes(content(item))
        return files, folders


def _name(path):
    return path.rpartition("/")[2]


def write_state(state, root):
    """Puts files and folders of a state into an empty folder."""
    files, folders = state
    for folder in folders:
        os.makedirs(os.path.join(root, folder), exist_ok=True)
    for path, content in files.items():
        with open(os.path.join(root, path), "wb") as file:
            file.write(content)
        if path.endswith("-wal"):
            # SQLite's shared memory: after a power cut none of it may be believed.
            with open(os.path.join(root, path[:-3] + "shm"), "wb") as file:
                file.write(random.Random(path).randbytes(32768))
