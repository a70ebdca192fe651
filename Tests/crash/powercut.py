#!/usr/bin/env python3
"""Cuts the power of a guestwatch agent at any moment, and checks its promises on what the disk may have kept.

    powercut.py [--agent PROGRAM] [--states N] [--histories N] [--seed N] [--plant FAULT] [--forgive-folders] [--keep FOLDER]

A history is some lives of the real agent, ended by kill -9 or by a power cut, some with forced writes that fail, on a disk that writes down each change
(disk.c). From it are made up states that a power cut may leave (disk.py): any prefix of the changes, what was not forced
to the disk lost whole, in part, by sectors, in any order. In each state the journal must hold what was told to the
outside before the cut; then the real agent starts on it and goes on to the end of its sources; then every promise is
checked by ../checker, which shares no code with the agent. `--plant` makes the disk lie (a forced write is not done):
then the run must find a loss.
"""
import argparse
import errno
import multiprocessing
import os
import shutil
import sys
import tempfile
import time

from agent import PATIENCE, Control, Source, Workplace, build_disk, ended, kill, seeded, whole_lines
from check import check
from disk import RENAME, SAID, SYNC, UNLINK, Disk, read_record, write_state

# What the disk only pretends to do: (what is synced, its path).
FAULTS = {
    "log": lambda kind, path: path.endswith("-wal"),
    "database": lambda kind, path: path.endswith(".db"),
    "archive": lambda kind, path: kind == "File" and "events" in path,
    "folders": lambda kind, path: kind == "Folder",
    "all": lambda kind, path: True,
}
EVENTS = 80


class Recording:
    """Some lives of an agent: which states the disk went through, and when what was told."""

    def __init__(self, folder, program, library, seed, lives, ignores):
        self.seed = seed
        chance = seeded(seed, "lives")
        self.sources = [Source(folder, name, EVENTS, chance) for name in ("one", "two")]
        self.journal = {"retention": {"count": 150}} if chance.random() < 0.3 else {}
        self.ignores, self.lives = ignores, []
        state = ({}, [])
        for life in range(lives):
            place = os.path.join(folder, f"life-{life}")
            workplace = Workplace(place, self.sources, self.journal)
            write_state(state, workplace.disk)
            record, control = os.path.join(place, "record"), Control(os.path.join(place, "control"))
            if chance.random() < 0.4:
                # Some forced writes fail: the kernel then forgets that they are not on the disk.
                control.rule(0, SYNC, chance.choice(("state/", "out/")), errno.EIO, chance.randint(0, 30),
                             chance.randint(1, 3))
            agent = workplace.start(program, library, control, record)
            _wait_for_record(record)
            time.sleep(chance.choice((0.02, 0.1, 0.3, 0.6)) * chance.random())
            if agent.poll() is not None and "force to the disk" not in workplace.errors \
                    and "disk I/O error" not in workplace.errors:
                raise RuntimeError(f"seed {seed}, life {life}: the agent ended: {workplace.errors}")
            kill(agent)
            changes = read_record(record)
            ends_by_cut = life + 1 < lives and chance.random() < 0.5
            cut = chance.randint(1, len(changes)) if ends_by_cut else None
            self.lives.append((changes[:cut], ends_by_cut))
            disk = list(self._walk())[-1][1]
            state = self._state_after(disk, life)
            shutil.rmtree(place)

    def _state_after(self, disk, life):
        if self.lives[life][1]:
            return disk.after_cut(seeded(self.seed, "cut", life))
        return disk.after_kill()

    def _walk(self):
        """(number of changes, the disk) after each change of all lives."""
        disk, count = Disk(self.ignores), 0
        for life, (changes, ends_by_cut) in enumerate(self.lives):
            chance = seeded(self.seed, "failed syncs", life)
            disk.begin_life()
            for change in changes:
                disk.apply(change, chance)
                count += 1
                yield count, disk
            if ends_by_cut and life + 1 < len(self.lives):
                said, files = disk.said, self._state_after(disk, life)
                disk = Disk.holding(*files, ignores=self.ignores)
                disk.said = said

    def states(self, count):
        """`count` of the states a power cut may leave: (number, files and folders, what was told)."""
        chance = seeded(self.seed, "states")
        kinds = [change.kind for changes, _ in self.lives for change in changes]
        turns = [place for place, kind in enumerate(kinds) if kind in (SYNC, SAID, RENAME, UNLINK)] or [0]
        starts = [sum(len(changes) for changes, _ in self.lives[:life]) for life in range(len(self.lives))]
        wanted = {}
        for number in range(count):
            where = chance.random()
            if where < 0.3:  # Soon after the beginning of a life.
                place = min(chance.choice(starts) + chance.randint(1, 60), len(kinds))
            elif where < 0.6:
                place = chance.choice(turns) + chance.randint(0, 1)
            else:
                place = chance.randint(1, len(kinds))
            wanted.setdefault(max(1, place), []).append(number)
        for place, disk in self._walk():
            for number in wanted.get(place, ()):
                inner = seeded(self.seed, "state", number)
                state = disk.after_kill() if inner.random() < 0.1 else disk.after_cut(inner)
                yield number, place, state, bytes(disk.said)


def _wait_for_record(path):
    end = time.monotonic() + PATIENCE
    while not (os.path.exists(path) and os.path.getsize(path)) and time.monotonic() < end:
        time.sleep(0.002)


class Job:
    """One state to be judged."""

    def __init__(self, recording, program, library, folder, number, place, state, said):
        self.seed, self.sources, self.journal = recording.seed, recording.sources, recording.journal
        self.program, self.library, self.folder = program, library, folder
        self.number, self.place, self.state, self.said = number, place, state, said


def judge(job):
    """Checks one state, lets the agent go on from it, and checks again; gives what was broken."""
    path = os.path.join(job.folder, f"state-{job.number}")
    workplace = Workplace(path, job.sources, job.journal, pace="fast")
    write_state(job.state, workplace.disk)
    histories = [source.history for source in job.sources]
    told, problems = whole_lines(job.said), []
    if os.path.exists(workplace.journal):
        copy = shutil.copytree(os.path.dirname(workplace.journal), os.path.join(path, "copy"))
        found = check(os.path.join(copy, "journal.db"), histories, workplace.archive, "archive", [("told", told)],
                      is_torn=True)
        problems += [f"at once: {name}: {found.wrong[name][0]}" for name in found.broken]
    elif told:
        problems.append(f"at once: Durable: {len(told)} entries were told, and there is no journal")
    agent = workplace.start(job.program, job.library)
    try:
        problem = workplace.finish(agent)
    finally:
        kill(agent)
    if problem:
        problems.append(problem)
    if os.path.exists(workplace.journal):
        found = check(workplace.journal, histories, workplace.archive, "archive",
                      [("told", told), ("told afterwards", workplace.told)], finished=True)
        problems += [f"afterwards: {name}: {found.wrong[name][0]}" for name in found.broken]
    if not problems:
        shutil.rmtree(path)
    return job.seed, job.number, job.place, problems


def run(options, folder):
    library = build_disk(folder)
    ignores, broken, judged, lives = FAULTS.get(options.plant), [], 0, 0
    with multiprocessing.Pool(options.jobs) as pool:
        for seed in range(options.seed, options.seed + options.histories):
            inner = os.path.join(folder, f"history-{seed}")
            os.makedirs(inner)
            recording = Recording(inner, options.agent, library, seed, 1 + seed % 4, ignores)
            lives += len(recording.lives)
            jobs = (Job(recording, options.agent, library, inner, *state)
                    for state in recording.states(options.states // options.histories))
            for result in pool.imap_unordered(judge, jobs):
                judged += 1
                if result[3]:
                    broken.append(result)
                    if options.plant is None or len(broken) <= 3:
                        print(f"seed {result[0]}, state {result[1]} (after change {result[2]}): "
                              + "\n    ".join(result[3]), flush=True)
            if not options.keep:
                shutil.rmtree(inner)
        ended(pool)
    print(f"power cuts: {judged} states of {options.histories} histories ({lives} lives), {len(broken)} broken")
    return broken


def main():
    parser = argparse.ArgumentParser(usage=__doc__)
    parser.add_argument("--agent", default=".build/release/guestwatch")
    parser.add_argument("--states", type=int, default=200)
    parser.add_argument("--histories", type=int, default=8)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--jobs", type=int, default=os.cpu_count())
    parser.add_argument("--plant", choices=FAULTS)
    parser.add_argument("--forgive-folders", action="store_true", help="no names are lost by a failed forced write")
    parser.add_argument("--keep", help="where states that are broken are kept")
    options = parser.parse_args()
    options.agent = os.path.abspath(options.agent)
    Disk.forgives_folders = options.forgive_folders
    folder = options.keep or tempfile.mkdtemp(prefix="guestwatch-powercut-")
    os.makedirs(folder, exist_ok=True)
    try:
        broken = run(options, folder)
    finally:
        if not options.keep:
            shutil.rmtree(folder)
    if options.plant:
        print(f"planted \"{options.plant}\": {'found' if broken else 'NOT FOUND'}")
    sys.exit(0 if bool(broken) == bool(options.plant) else 1)


if __name__ == "__main__":
    main()
