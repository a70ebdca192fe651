#!/usr/bin/env python3
"""Tells guestwatch what containerd does, for hosts on which nothing else tells it.

containerd speaks gRPC only; its own `ctr events` prints what it says, one line an event:

    2026-11-21 03:59:35.326379345 +0000 UTC default /tasks/start {"container_id":"web","pid":21431}

In collectors.json:

    { "name": "containerd", "kind": "command", "command": [ "/usr/share/guestwatch/examples/containerd-events.py" ] }

containerd keeps nothing, so there is no checkpoint. With `--file FILE` a recording of `ctr events` is told instead, and the
checkpoint is how many of its lines are done: what guestwatch has committed is given back in GUESTWATCH_CHECKPOINT.
"""

import json
import os
import re
import subprocess
import sys

LINE = re.compile(r"^(\d{4}-\d\d-\d\d) (\d\d:\d\d:\d\d(?:\.\d+)?) \+0000 UTC (\S+) (/\S+) (\{.*\})\s*$")
TYPES = {
    "/containers/create": ("container.created", "info", "add", "was created"),
    "/containers/delete": ("container.removed", "notice", "remove", "was removed"),
    "/tasks/start": ("container.started", "notice", "set", "was started"),
    "/tasks/exit": ("container.exited", "info", "set", "exited"),
    "/tasks/oom": ("container.oom-killed", "warning", None, "was short of memory: a process was killed"),
    "/tasks/paused": ("container.paused", "notice", "set", "was paused"),
    "/tasks/resumed": ("container.resumed", "notice", "set", "goes on"),
}


def tell(value):
    print(json.dumps(value), flush=True)


def event(line, host):
    """The event of a line; None for what is no happening of a container."""
    match = LINE.match(line)
    if not match:
        return None
    date, time, namespace, topic, text = match.groups()
    said = json.loads(text)
    container = said.get("container_id") or said.get("id")
    if topic not in TYPES or not container:
        return None
    # A process that was run in the container besides its own.
    if topic == "/tasks/exit" and said.get("id") != container:
        return None
    kind, severity, change, verb = TYPES[topic]
    if topic == "/tasks/exit":
        said.setdefault("exit_status", 0)
        verb = f"exited with {said['exit_status']}"
    told = {
        "id": f"containerd/{namespace}/{container}/{kind}/{date}T{time}Z",
        "source": f"containerd://{host}",
        "type": kind,
        "time": f"{date}T{time}Z",
        "subject": f"container/{container}",
        "guestname": container,
        "guesthost": host,
        "severity": severity,
        "data": {"message": f"{container} {verb}.", "namespace": namespace, "topic": topic, **said},
    }
    if change:
        told["change"] = change
    return told


def main():
    host = os.environ.get("GUESTWATCH_HOST", "localhost")
    file = sys.argv[2] if sys.argv[1:2] == ["--file"] else None
    if file:
        done = json.loads(os.environ.get("GUESTWATCH_CHECKPOINT", "0"))
        lines = open(file, encoding="utf-8")
    else:
        done = 0
        lines = subprocess.Popen(["ctr"] + sys.argv[1:] + ["events"], stdout=subprocess.PIPE, text=True).stdout
    for number, line in enumerate(lines, start=1):
        told = event(line, host) if number > done else None
        if told:
            tell(told)
            if file:
                tell({"checkpoint": number})
    if not file:
        sys.exit("ctr events ended")


if __name__ == "__main__":
    main()
