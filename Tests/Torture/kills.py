#!/usr/bin/env python3
"""Kills the real agent and the real destination, by SIGKILL at seeded moments, while a file of numbered lines goes
through journal and sink; then looks at what the destination holds.

    kills.py --agent PROGRAM [--events 1000000] [--kills 10] [--seed N] [KIND …]

A kind passes when every line is there, in order, and, for those with a key to tell repeats by, once. What came again at
a webhook is told: its receiver shows it once, by `ce-id`. Without kinds all are killed whose servers are there.
"""
import argparse, json, os, random, shutil, subprocess, sys, tempfile, time

sys.dont_write_bytecode = True
from servers import KILLED, end_with_parent, wait


def write_lines(path, count):
    with open(path, "w") as file:
        for number in range(1, count + 1):
            file.write(f"2026-11-21T12:00:00Z app[{number % 977}]: request n={number:010d}; done in {number % 89} ms\n")


class Series:
    """One kind through its kills."""

    def __init__(self, kind, options, seed, folder):
        self.options, self.random = options, random.Random(f"{seed} {kind}")
        self.destination = KILLED[kind](os.path.join(folder, "destination"))
        self.folder, self.agent, self.said, self.kills = folder, None, 0, {"agent": 0, "server": 0}
        write_lines(os.path.join(folder, "app.log"), options.events)
        sink = {"name": "killed", "kind": kind, "filter": {"types": ["log.*"]}, **self.destination.sink()}
        configuration = {
            "journal": {"kind": "sqlite", "path": "journal.db"},
            "collectors": [{"name": "log", "kind": "file-watch", "paths": ["app.log"], "start": "beginning"}],
            "sinks": [sink]}
        with open(os.path.join(folder, "collectors.json"), "w") as file:
            json.dump(configuration, file)

    def is_ready(self):
        """Whether the agent that runs said so."""
        with open(os.path.join(self.folder, "agent.log"), "rb") as log:
            log.seek(self.said)
            return b" ready" in log.read()

    def start_agent(self):
        with open(os.path.join(self.folder, "agent.log"), "ab") as log:
            self.said = log.tell()
            self.agent = subprocess.Popen(
                [self.options.agent, "run", "--config", "collectors.json"], cwd=self.folder, stdin=subprocess.DEVNULL,
                stdout=log, stderr=log, env={**os.environ, "SWIFT_BACKTRACE": "enable=no"},
                preexec_fn=end_with_parent)

    def kill_agent(self):
        if self.agent.poll() is not None:
            raise RuntimeError(f"the agent ended by itself: {self.agent.returncode}; see {self.folder}/agent.log")
        self.agent.kill()
        self.agent.wait()
        self.kills["agent"] += 1

    def reach(self, number):
        wait(f"{number} events are there", lambda: self.destination.count() >= number, 600)

    def run(self):
        self.destination.start()
        self.start_agent()
        moments = sorted(self.random.randrange(1, self.options.events) for _ in range(self.options.kills))
        for turn, moment in enumerate(moments):
            self.reach(moment)
            time.sleep(self.random.random() * 0.05)
            victims = self.random.choice(["agent", "server", "both"]) if self.destination.is_server else "agent"
            if turn < 2 and self.destination.is_server:
                victims = ("agent", "server")[turn]
            if victims != "agent":
                self.destination.kill()
                self.kills["server"] += 1
            if victims != "server":
                self.kill_agent()
                time.sleep(self.random.random() * 0.1)
                self.start_agent()
            if victims != "agent":
                time.sleep(self.random.random() * 0.3)
                self.destination.start()
        self.reach(self.options.events)
        wait("the agent is ready", self.is_ready)
        self.agent.terminate()
        if self.agent.wait(60) != 0:
            raise RuntimeError(f"the agent ended with {self.agent.returncode}; see {self.folder}/agent.log")
        return self.judge(self.destination.numbers())

    def judge(self, numbers):
        seen, firsts, again = bytearray(self.options.events + 1), [], 0
        for number in numbers:
            again += seen[number]
            if not seen[number]:
                firsts.append(number)
            seen[number] = 1
        lost = self.options.events - len(firsts)
        disordered = sum(1 for before, after in zip(firsts, firsts[1:]) if after < before)
        doubled = 0 if self.destination.kind == "webhook" else again
        return {"lost": lost, "disordered": disordered, "doubled": doubled, "again": again}

    def stop(self):
        if self.agent is not None and self.agent.poll() is None:
            self.agent.kill()
            self.agent.wait()
        self.destination.stop()


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--agent", required=True)
    parser.add_argument("--events", type=int, default=1_000_000)
    parser.add_argument("--kills", type=int, default=10)
    parser.add_argument("--seed", type=int, default=int(os.environ.get("SEED", 0)) or random.randrange(1, 1 << 31))
    parser.add_argument("kinds", nargs="*")
    options = parser.parse_args()
    options.agent = os.path.abspath(options.agent)
    unknown = [kind for kind in options.kinds if kind not in KILLED]
    if unknown:
        parser.error(f"no such kind: {', '.join(unknown)}; there are {', '.join(KILLED)}")
    print(f"{options.events} events, {options.kills} kills, SEED={options.seed}", flush=True)
    failed = False
    for kind in options.kinds or KILLED:
        missing = KILLED[kind].missing()
        if missing:
            print(f"{kind:9} left out: there is no {missing[0]}", flush=True)
            failed = failed or kind in options.kinds
            continue
        folder = tempfile.mkdtemp(prefix="kills-")
        os.chmod(folder, 0o755)
        series, begun = None, time.monotonic()
        try:
            series = Series(kind, options, options.seed, folder)
            outcome = series.run()
        except (RuntimeError, OSError) as error:
            print(f"{kind:9} FAILED: {error}", flush=True)
            failed = True
            continue
        finally:
            if series is not None:
                series.stop()
            if not failed:
                shutil.rmtree(folder, ignore_errors=True)
        passed = outcome["lost"] == outcome["disordered"] == outcome["doubled"] == 0
        failed = failed or not passed
        print(
            f"{kind:9} {'passed' if passed else 'FAILED'}: lost {outcome['lost']}, out of order "
            f"{outcome['disordered']}, doubled {outcome['doubled']}; came again {outcome['again']}; kills of the agent "
            f"{series.kills['agent']}, of the server {series.kills['server']}; {time.monotonic() - begun:.0f} s",
            flush=True)
    sys.exit(1 if failed else 0)


if __name__ == "__main__":
    main()
