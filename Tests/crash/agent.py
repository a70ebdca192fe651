"""The agent as a process, on a disk of disk.c, with sources that keep their events."""
import contextlib
import json
import mmap
import os
import random
import signal
import sqlite3
import struct
import subprocess
import sys
import time

HERE = os.path.dirname(os.path.abspath(__file__))
sys.path.insert(0, os.path.join(os.path.dirname(HERE), "checker"))
from check import History, position_of  # noqa: E402

# struct control of disk.c.
_CLOCK, _RULE, RULES = struct.Struct("=q"), struct.Struct("=6i104s"), 8
# A life that takes longer is stuck.
PATIENCE = 60


def build_disk(folder):
    """Compiles disk.c into the folder; gives the library's path."""
    library = os.path.join(folder, "disk.so")
    subprocess.run(["cc", "-std=c11", "-O1", "-Wall", "-Wextra", "-Werror", "-shared", "-fPIC", "-o", library,
                    os.path.join(HERE, "disk.c"), "-ldl", "-lpthread"], check=True)
    return library


class Control:
    """The faults of a disk and the clock, changed while the agent runs."""

    def __init__(self, path):
        self.path, size = path, _CLOCK.size + RULES * _RULE.size
        with open(path, "wb") as file:
            file.write(bytes(size))
        with open(path, "r+b") as file:
            self.memory = mmap.mmap(file.fileno(), size)

    def rule(self, index, kind=0, path="", error=0, skip=0, times=-1, part=0):
        """Calls of a kind on paths with this in them fail: after `skip` that succeed, `times` times (-1: always)."""
        _RULE.pack_into(self.memory, _CLOCK.size + index * _RULE.size, kind, skip, times if kind else 0, error, part, 0,
                        path.encode())

    def hits(self, index):
        """How often a rule has made a call fail."""
        return _RULE.unpack_from(self.memory, _CLOCK.size + index * _RULE.size)[5]

    def clock(self, seconds):
        _CLOCK.pack_into(self.memory, 0, int(seconds * 1e9))


class Source:
    """A file of events, which a `replay` collector plays in small groups and at once goes on with after a restart."""

    def __init__(self, folder, name, count, chance):
        self.name, self.path, self.count = name, os.path.join(folder, f"{name}.jsonl"), count
        self.events, moment = [], 1_760_000_000_000
        for number in range(1, count + 1):
            # Events of one moment are one commit.
            if chance.random() < 0.3:
                moment += chance.randint(1, 4)
            length = chance.choice((0, 50, 400, 3000)) if chance.random() < 0.99 else 300_000
            stamp = time.strftime("%Y-%m-%dT%H:%M:%S", time.gmtime(moment // 1000)) + f".{moment % 1000:03d}Z"
            self.events.append({
                "specversion": "1.0", "id": f"{name}/{number}", "source": f"torture://{name}",
                "type": "guestwatch.vm.powered-on", "time": stamp, "subject": f"vm/vm-{number % 7}",
                "data": {"message": f"event {number}", "pad": _text(length, chance)}})
        with open(self.path, "w") as file:
            file.writelines(json.dumps(event) + "\n" for event in self.events)

    @property
    def history(self):
        return History(self.name, self.events)


def _text(length, chance):
    return "".join(chance.choices("0123456789abcdefghijklmnopqrstuvwxyz", k=length))


class Workplace:
    """A folder with `disk/` (what a power cut would take) and a configuration beside it."""

    def __init__(self, folder, sources, journal=None, sinks=(), pace="recorded"):
        self.folder, self.sources = folder, sources
        self.disk = os.path.join(folder, "disk")
        os.makedirs(self.disk)
        self.journal = os.path.join(self.disk, "state/journal.db")
        self.archive = os.path.join(self.disk, "out/events.jsonl")
        configuration = {
            "journal": {"kind": "sqlite", "path": "disk/state/journal.db"} | (journal or {}),
            "collectors": [{"name": source.name, "kind": "replay", "path": source.path, "pace": pace}
                           for source in sources],
            "sinks": [{"name": "archive", "kind": "file", "path": "disk/out/events.jsonl", "rotate": {"bytes": "32KiB"}},
                      {"name": "told", "kind": "stdout", "format": "json"}, *sinks],
        }
        with open(os.path.join(folder, "collectors.json"), "w") as file:
            json.dump(configuration, file)

    def start(self, program, library, control=None, record=None, limits=None, name=""):
        """Starts the agent; `limits` is called in the child before it becomes the agent. `name` tells its output from
        that of another."""
        self.name = name
        environment = {"PATH": os.environ.get("PATH", "/usr/bin:/bin"), "LD_PRELOAD": library, "CRASH_ROOT": self.disk,
                       "SWIFT_BACKTRACE": "enable=no"}
        if control:
            environment["CRASH_CONTROL"] = control.path
        if record:
            # As long as on a disk: a kill finds it under way.
            environment |= {"CRASH_RECORD": record, "CRASH_SYNC_TIME": "2000"}
        with open(os.path.join(self.folder, name + "stdout"), "wb") as out, \
                open(os.path.join(self.folder, name + "stderr"), "wb") as errors:
            return subprocess.Popen([program, "run"], cwd=self.folder, env=environment, stdin=subprocess.DEVNULL,
                                    stdout=out, stderr=errors, preexec_fn=limits)

    @property
    def errors(self):
        with open(os.path.join(self.folder, self.name + "stderr"), errors="replace") as file:
            return file.read()

    @property
    def told(self):
        """The whole lines of the standard output of the last life."""
        with open(os.path.join(self.folder, self.name + "stdout"), "rb") as file:
            return whole_lines(file.read())

    def progress(self):
        """How many events of each source the journal's checkpoints count."""
        try:
            db = sqlite3.connect(f"file:{self.journal}?mode=ro", uri=True, timeout=1)
            try:
                rows = db.execute("SELECT collector, version, bytes FROM checkpoints").fetchall()
            finally:
                db.close()
        except sqlite3.Error:
            return {}
        return {name: position_of((version, data)) for name, version, data in rows}

    def is_read(self):
        """Whether all that the sources have is committed."""
        progress = self.progress()
        return all(progress.get(source.name) == source.count for source in self.sources)

    def is_delivered(self):
        """Whether every sink has acknowledged all that is committed."""
        try:
            with contextlib.closing(sqlite3.connect(f"file:{self.journal}?mode=ro", uri=True, timeout=1)) as db:
                [(least, head)] = db.execute("SELECT (SELECT min(sequence) FROM cursors), (SELECT max(last) FROM batches)")
        except sqlite3.Error:
            return False
        return least == head

    def finish(self, agent, drains=False):
        """Waits until all is read (`drains`: and delivered, which takes as long as a sink waits after a failure), stops
        the agent; gives what went wrong, or nothing."""
        end = time.monotonic() + PATIENCE
        # Before it is ready, a signal to stop ends it like any other program.
        while not (self.is_read() and " ready" in self.errors and (not drains or self.is_delivered())):
            if agent.poll() is not None:
                return f"the agent ended by itself ({agent.returncode}): {self.errors[-600:]}"
            if time.monotonic() > end:
                kill(agent)
                return f"the agent is stuck at {self.progress()}: {self.errors[-600:]}"
            time.sleep(0.004)
        return self.stop(agent)

    def stop(self, agent):
        agent.send_signal(signal.SIGTERM)
        try:
            code = agent.wait(PATIENCE)
        except subprocess.TimeoutExpired:
            kill(agent)
            return f"the agent does not stop: {self.errors[-600:]}"
        return None if code == 0 else f"the agent's exit status is {code}: {self.errors[-600:]}"


def kill(agent):
    """kill -9."""
    agent.kill()
    agent.wait()


def whole_lines(data):
    return [line for line in bytes(data).decode(errors="replace").split("\n")[:-1] if line]


def seeded(seed, *parts):
    """A generator of its own for each part of a run."""
    return random.Random(":".join(map(str, (seed, *parts))))


def ended(pool):
    """Lets the processes of a pool end by themselves: one that is stopped may hold what the others wait for."""
    pool.close()
    pool.join()
