#!/usr/bin/env python3
"""Lets the disk and the process of a guestwatch agent fail in every way, and checks its promises afterwards.

    faults.py [--agent PROGRAM] [--rounds N] [--seed N] [--only NAME]...

Each case is the real agent with two sources, a journal, an archive and a database as sinks. Something fails, for a
while or for good; when it is mended (and the agent started again, where it has ended with a message), everything the
sources offered must be in the journal, the archive and the database once.
"""
import argparse
import errno
import multiprocessing
import os
import resource
import shutil
import signal
import subprocess
import sys
import tempfile
import time

from agent import PATIENCE, Control, Source, Workplace, build_disk, ended, kill, seeded
from check import check
from disk import OPEN, READ, RENAME, SYNC, TRUNCATE, UNLINK, WRITE

EVENTS = 120
COPY = {"name": "copy", "kind": "sqlite", "path": "disk/out/copy.db"}
# Exit status 70, or what the runtime does without descriptors or memory.
DEATHS = (70, -signal.SIGILL, -signal.SIGABRT, -signal.SIGTRAP)
# How long a fault lasts from its first hit on, and the longest wait for that hit. In seconds.
LASTS, WAITS = 0.1, 1.5


class Case:
    """One agent to be harmed: `problems` is what went wrong."""

    def __init__(self, folder, program, library, chance):
        self.program, self.library, self.chance, self.problems, self.told = program, library, chance, [], []
        sources = [Source(folder, name, EVENTS, chance) for name in ("one", "two")]
        self.place = Workplace(os.path.join(folder, "place"), sources, sinks=[COPY])
        self.control = Control(os.path.join(folder, "control"))

    def start(self, **options):
        return self.place.start(self.program, self.library, self.control, **options)

    def require(self, holds, sentence):
        if not holds:
            self.problems.append(f"{sentence}: {self.place.errors[-500:]}")

    def ended_with(self, agent, *texts):
        """The agent has ended by itself and has said why."""
        try:
            code = agent.wait(20)
        except subprocess.TimeoutExpired:
            kill(agent)
            return self.problems.append(f"it did not end: {self.place.errors[-500:]}")
        self.require(code == 70, f"the exit status is {code}, not 70")
        for text in texts:
            self.require(text in self.place.errors, f"it does not say \"{text}\"")

    def keep_told(self):
        self.told += self.place.told

    def finish(self, agent=None):
        """All is mended: the agent goes on to the end, and every promise is checked. One that has ended by itself is
        started again, as systemd does it."""
        problem = "it was not started"
        for _ in range(3):
            if agent is None or agent.poll() is not None:
                self.keep_told()
                agent = self.start()
            problem = self.place.finish(agent, drains=True)
            if not problem or agent.returncode not in DEATHS:
                break
        if problem:
            self.problems.append(problem)
        self.keep_told()
        found = check(
            self.place.journal, [source.history for source in self.place.sources], self.place.archive, "archive",
            [("told", self.told)], finished=True, table=os.path.join(self.place.disk, "out/copy.db"))
        self.problems += [f"{name}: {found.wrong[name][0]}" for name in found.broken]


def failing(kinds, error, where=("state/", "out/"), part=0, kills=False):
    """From some call on, calls of these kinds fail, until it is mended after a moment; with `kills` the agent is killed
    while it lasts."""
    def body(case):
        chance = case.chance
        path, times = chance.choice(where), chance.choice((1, 2, -1))
        skip = int(2 ** chance.uniform(0, 8)) - 1
        for index, kind in enumerate(kinds):
            case.control.rule(index, kind, path, error, skip, times, chance.randint(1, 3000) if part else 0)
        agent = case.start()
        _wait(agent, lambda: any(case.control.hits(index) for index in range(len(kinds))))
        time.sleep(LASTS)
        if kills:
            kill(agent)
        elif agent.poll() is not None:
            # SQLite does not always hand on what the system said.
            reasons = (os.strerror(error), "disk I/O error", "disk is full", "unable to open database file",
                       "it is damaged")
            case.require(any(reason in case.place.errors for reason in reasons), "it ended without the reason")
            case.require(agent.returncode == 70, f"the exit status is {agent.returncode}, not 70")
        for index in range(len(kinds)):
            case.control.rule(index)
        case.finish(agent)
    return body


def _wait(agent, condition, limit=WAITS):
    end = time.monotonic() + limit
    while not condition() and agent.poll() is None and time.monotonic() < end:
        time.sleep(0.01)


def read_only_start(case):
    """The file system is mounted read-only: the agent refuses, says so, and has changed nothing."""
    agent = case.start()
    _wait(agent, lambda: case.place.progress(), PATIENCE)
    kill(agent)
    case.keep_told()
    _read_only(case, True)
    case.ended_with(case.start(), "Read-only file system")
    _read_only(case, False)
    case.finish()


def read_only_running(case):
    """It becomes read-only while the agent runs: it goes on when it is mounted for writing again."""
    agent = case.start()
    _wait(agent, lambda: case.place.progress(), PATIENCE)
    _read_only(case, True)
    time.sleep(LASTS)
    case.require(agent.poll() is None, "it ended")
    _read_only(case, False)
    case.finish(agent)


def _read_only(case, is_so):
    for index, kind in enumerate((OPEN, WRITE, TRUNCATE, RENAME, UNLINK)):
        case.control.rule(index, kind if is_so else 0, "/", errno.EROFS)


def few_descriptors_start(case):
    """So few descriptors that it cannot start: it ends with a message, or does with what it has."""
    count = case.chance.randint(4, 40)
    limit = (count, count)
    agent = case.start(limits=lambda: resource.setrlimit(resource.RLIMIT_NOFILE, limit))
    _wait(agent, lambda: False)
    if agent.poll() is not None:
        case.require(agent.returncode == 70, f"with {count} descriptors the exit status is {agent.returncode}")
        case.require("Too many open files" in case.place.errors or "unable to open" in case.place.errors,
                     f"with {count} descriptors it does not say why it ended")
    else:
        kill(agent)
    case.finish()


def few_descriptors_running(case):
    """No descriptor is left while it runs: what needs one waits."""
    agent = case.start()
    _wait(agent, lambda: case.place.progress(), PATIENCE)
    open_now = len(os.listdir(f"/proc/{agent.pid}/fd"))
    soft, hard = resource.prlimit(agent.pid, resource.RLIMIT_NOFILE)
    resource.prlimit(agent.pid, resource.RLIMIT_NOFILE, (open_now - case.chance.randint(0, 6), hard))
    time.sleep(LASTS * 3)
    if agent.poll() is not None:  # Before its event loop was made it cannot live without descriptors.
        return case.finish()
    resource.prlimit(agent.pid, resource.RLIMIT_NOFILE, (soft, hard))
    case.finish(agent)


def no_memory(case):
    """No memory is left: the agent dies, and comes back without loss."""
    agent = case.start()
    _wait(agent, lambda: case.place.progress(), PATIENCE)
    with open(f"/proc/{agent.pid}/statm") as file:
        now = int(file.read().split()[0]) * resource.getpagesize()
    limit = now + case.chance.choice((0, 1 << 16, 1 << 20))
    resource.prlimit(agent.pid, resource.RLIMIT_AS, (limit, limit))
    time.sleep(LASTS * 5)
    kill(agent)
    case.keep_told()
    case.finish()


def killed_in_group(case):
    """The kernel's memory killer, which is a kill -9, five times at random moments."""
    for _ in range(5):
        agent = case.start()
        time.sleep(0.4 * case.chance.random())
        kill(agent)
        case.keep_told()
    case.finish()


def clock_jumps(case):
    """The clock is set back and forward, by seconds and by hours, while it runs and between two runs."""
    for _ in range(3):
        agent = case.start()
        for _ in range(4):
            time.sleep(0.08 * case.chance.random())
            case.control.clock(case.chance.choice((-86400, -3600, -1, 0.001, 1, 3600, 86400)))
        kill(agent)
        case.keep_told()
    case.finish()


def two_agents(case):
    """Two agents on one journal: the second refuses and names the first, which goes on; killed, it is free at once."""
    first = case.start()
    _wait(first, lambda: case.place.progress(), PATIENCE)
    second = case.start(name="second-")
    case.ended_with(second, "is in use by another process", f"(pid {first.pid})")
    case.place.name = ""
    case.require(first.poll() is None, "the first one ended")
    kill(first)
    case.finish()


DISK = ("state/", "out/")
CASES = {
    "disk full at a write": failing([WRITE], errno.ENOSPC),
    "disk full within a write": failing([WRITE], errno.ENOSPC, part=1),
    "disk full, then killed": failing([WRITE], errno.ENOSPC, part=1, kills=True),
    "quota at a write": failing([WRITE], errno.EDQUOT),
    "disk full for new files": failing([OPEN], errno.ENOSPC),
    "I/O error at a write": failing([WRITE], errno.EIO),
    "I/O error at a read": failing([READ], errno.EIO),
    "I/O error at a sync": failing([SYNC], errno.EIO),
    "I/O error at a sync, then killed": failing([SYNC], errno.EIO, kills=True),
    "I/O error at names": failing([OPEN, RENAME, UNLINK, TRUNCATE], errno.EIO),
    "I/O error everywhere": failing([WRITE, READ, SYNC, OPEN, RENAME, UNLINK, TRUNCATE], errno.EIO),
    "read-only at the start": read_only_start,
    "read-only while it runs": read_only_running,
    "few descriptors at the start": few_descriptors_start,
    "no descriptor while it runs": few_descriptors_running,
    "no memory": no_memory,
    "kill -9": killed_in_group,
    "clock set back and forward": clock_jumps,
    "two agents on one journal": two_agents,
}


def judge(job):
    name, program, library, folder, seed, number = job
    path = os.path.join(folder, f"{number}")
    os.makedirs(path)
    case = Case(path, program, library, seeded(seed, name))
    try:
        CASES[name](case)
    except Exception as problem:  # A case that cannot be carried out is one that failed.
        case.problems.append(f"{type(problem).__name__}: {problem}: {case.place.errors[-500:]}")
    if not case.problems:
        shutil.rmtree(path)
    return name, seed, case.problems


def main():
    parser = argparse.ArgumentParser(usage=__doc__)
    parser.add_argument("--agent", default=".build/release/guestwatch")
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--jobs", type=int, default=2 * os.cpu_count())
    parser.add_argument("--only", action="append", choices=CASES)
    parser.add_argument("--keep", help="where what failed is kept")
    options = parser.parse_args()
    folder = options.keep or tempfile.mkdtemp(prefix="guestwatch-faults-")
    os.makedirs(folder, exist_ok=True)
    broken = {}
    try:
        library, program = build_disk(folder), os.path.abspath(options.agent)
        names = [name for _ in range(options.rounds) for name in (options.only or CASES)]
        jobs = [(name, program, library, folder, options.seed + number // len(options.only or CASES), number)
                for number, name in enumerate(names)]
        with multiprocessing.Pool(options.jobs) as pool:
            for name, seed, problems in pool.imap_unordered(judge, jobs):
                if problems:
                    broken.setdefault(name, []).append(seed)
                    print(f"{name}, seed {seed}: " + "\n    ".join(problems), flush=True)
            ended(pool)
    finally:
        if not options.keep:
            shutil.rmtree(folder)
    for name in options.only or CASES:
        print(f"{'BROKEN' if name in broken else 'kept':<7} {options.rounds:>4} times: {name}")
    sys.exit(1 if broken else 0)


if __name__ == "__main__":
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(1))
    main()
