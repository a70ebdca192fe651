#!/usr/bin/env python3
"""Every sink's `deliver` of batches of 1000 events beside its client library sending the same bytes, in one run.

    sinks.py PROGRAMS [KIND …]

Starts each server, lets the program `sinks` of the folder PROGRAMS measure, and makes a table of what it says.
"""
import os, shutil, subprocess, sys, tempfile

sys.dont_write_bytecode = True
sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "../Tests/Torture"))
import servers

GOAL = 80


class Local(servers.Destination):
    """No server at all."""

    def start(self):
        pass


class Program(servers.Destination):
    """One of ours that says in a line where it listens, and ends with its input."""

    arguments, place = (), None

    def start(self):
        self.process = subprocess.Popen(
            [os.path.join(sys.argv[1], self.program), *self.arguments], stdin=subprocess.PIPE, stdout=subprocess.PIPE)
        self.port = self.process.stdout.readline().decode().split()[1]


class Hook(Program):
    program, arguments = "hook-receiver", ("1000000000",)


class Splunk(Program):
    program, arguments = "hook-receiver", ("1000000000", '{"text":"Success","code":0}')


class OTLP(Program):
    program, arguments = "hook-receiver", ("1000000000", "{}")


class Elasticsearch(Program):
    program = "hook-receiver"
    items = ",".join(['{"create":{"status":201}}'] * 1000)
    arguments = ("1000000000", '{"items":[%s]}' % items)


class Lines(Program):
    program, arguments = "line-counter", ("1000000000", "]: request")


class Kafka(Program):
    program = "kafka-mock"


KINDS = {
    "file": Local, "sqlite": Local, "nats": servers.Nats, "kafka": Kafka, "redis": servers.Redis,
    "rabbitmq": servers.RabbitMQ, "mqtt": servers.Mosquitto, "postgres": servers.Postgres, "etcd": servers.Etcd,
    "syslog": Lines, "webhook": Hook, "elasticsearch": Elasticsearch, "splunk": Splunk, "loki": Hook, "otlp": OTLP}


def measure(kind):
    server = KINDS[kind]
    if server.missing():
        return [kind, f"left out: there is no {server.missing()[0]}"]
    folder = tempfile.mkdtemp(prefix="sinks-")
    os.chmod(folder, 0o755)
    running = server(os.path.join(folder, "server"))
    try:
        running.start()
        if kind == "nats":
            connection, file = running.connect()
            with connection:
                # As the sink would make it, for the library comes first.
                running.ask(connection, file, "$JS.API.STREAM.CREATE.GUESTWATCH", {
                    "name": "GUESTWATCH", "subjects": ["guestwatch.>"], "storage": "file",
                    "duplicate_window": 120_000_000_000})
        done = subprocess.run(
            [os.path.join(sys.argv[1], "sinks"), kind, str(running.port), folder], stdout=subprocess.PIPE,
            stderr=subprocess.PIPE, text=True, timeout=120)
        if done.returncode != 0:
            return [kind, f"FAILED: {done.stderr.strip()[-300:]}"]
        return row(done.stdout.split())
    finally:
        running.stop()
        shutil.rmtree(folder, ignore_errors=True)


def row(words):
    ours, ours_processor, raw, raw_processor = (float(word) for word in words[1:])
    rate, processor = raw / ours * 100, raw_processor / ours_processor * 100
    return [
        words[0], f"{1e6 / ours:,.0f}", f"{1e6 / raw:,.0f}", f"{rate:.0f} %", "met" if rate >= GOAL else "MISSED",
        f"{ours_processor:.2f}", f"{raw_processor:.2f}", f"{processor:.0f} %"]


def show(rows):
    whole = [row for row in rows if len(row) > 2]
    widths = [max(len(row[column]) for row in whole) for column in range(len(rows[0]))]
    for row in rows:
        first, rest = row[0].ljust(widths[0]), row[1:]
        cells = [cell.rjust(width) for cell, width in zip(rest, widths[1:])] if len(row) > 2 else rest
        print("  " + "  ".join([first, *cells]))


def main():
    wanted = sys.argv[2:] or list(KINDS)
    rows = [[
        "sink", "events/s", "library", "rate", f">= {GOAL} %", "processor time, µs/event", "library", "of its rate"]]
    print(f"load {os.getloadavg()[0]:.1f} before it began", flush=True)
    for kind in wanted:
        rows.append(measure(kind))
        print("  ".join(rows[-1]), file=sys.stderr, flush=True)
    print("\nSinks: batches of 1000 events of 500 bytes, medians of rounds in turns with the client library in C\n")
    show(rows)


main()
