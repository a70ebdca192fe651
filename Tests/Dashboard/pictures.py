"""The pictures of README.md: the dashboard in headless Chromium, and commands in a terminal.

    pictures.py GUESTWATCH DOCS

Writes dashboard.png and terminal.svg into DOCS, of a real agent that is told of an hour on a small hypervisor.
"""

import fcntl
import html
import json
import os
import pty
import random
import re
import select
import socket
import struct
import subprocess
import sys
import tempfile
import termios
import time

from selenium import webdriver
from selenium.webdriver.chrome.options import Options
from selenium.webdriver.chrome.service import Service

from dashboard import Agent, known, sign_in, until

VMS = ["web-1", "web-2", "db-1", "build-7", "mail", "proxy", "ci-3", "ldap"]
CONTAINERS = ["cache", "queue", "metrics", "shop-api", "shop-ui", "grafana"]
STORY = [
    ("vm.powered-on", "info", "is powered on"), ("vm.migrated", "info", "migrated from hv2 to hv1"),
    ("vm.snapshot-created", "info", "snapshot nightly created"), ("vm.reconfigured", "info", "memory 4096 -> 8192 MiB"),
    ("vm.powered-off", "notice", "is powered off"), ("container.started", "info", "started"),
    ("container.exited", "warning", "exited with code 137"), ("container.oom-killed", "error", "out of memory, killed"),
    ("container.pressure-exceeded", "warning", "memory pressure above 500 ms in 2 s"), ("vm.crashed", "critical", "QEMU ended by signal 11"),
]
COLUMNS = 112
WEIGHTS = [20, 14, 12, 10, 8, 16, 8, 2, 6, 1]


class Showcase(Agent):
    """An agent with two more sinks: one that cannot reach its destination, one that is behind a filter."""

    def __init__(self, binary, folder, port):
        super().__init__(binary, folder, port)
        path = f"{folder}/collectors.json"
        with open(path) as file:
            configuration = json.load(file)
        configuration["collectors"] = [
            {"name": "containers", "kind": "file-watch", "paths": ["none/*.log"]},
            {"name": "vc1", "kind": "replay", "path": "feed.jsonl"},
        ]
        configuration["sinks"] += [
            {"name": "pager", "kind": "webhook", "url": "http://127.0.0.1:9/alerts", "filter": {"severity": "error"}},
            {"name": "audit", "kind": "sqlite", "path": "audit.db", "filter": {"types": ["vm.*"]}},
        ]
        configuration["api"]["socket"] = "api.sock"
        open(f"{folder}/feed.jsonl", "w").close()
        with open(path, "w") as file:
            json.dump(configuration, file)

    def hour(self):
        """Events of the last hour, as they might have come."""
        chance = random.Random(7)
        now = time.time()
        # Steady, with a burst twenty minutes ago.
        times = sorted([now - chance.random() * 3600 for _ in range(420)] + [now - 1200 - chance.random() * 90 for _ in range(160)])
        for moment in times + [now - 20 + 2 * step for step in range(9)]:
            kind, severity, words = chance.choices(STORY, WEIGHTS)[0]
            is_vm = kind.startswith("vm.")
            name = chance.choice(VMS if is_vm else CONTAINERS)
            self.count += 1
            yield {
                "specversion": "1.0", "id": f"p{self.count}", "source": "vsphere://vc1" if is_vm else "docker://hv1",
                "type": f"guestwatch.{kind}", "severity": severity, "guestname": name, "guesthost": "hv1",
                "time": time.strftime("%Y-%m-%dT%H:%M:%S", time.gmtime(moment)) + f".{int(moment % 1 * 1000):03d}Z",
                "subject": f"vm/vm-{VMS.index(name) + 40}" if is_vm else f"container/{abs(hash(name)) % 0xFFFFFF:06x}",
                "data": {"message": words},
            }


def run(program, arguments, folder):
    """What a command writes to a terminal."""
    main, side = pty.openpty()
    fcntl.ioctl(side, termios.TIOCSWINSZ, struct.pack("HHHH", 40, COLUMNS, 0, 0))
    environment = {"PATH": "/usr/bin:/bin", "TERM": "xterm-256color", "TZ": "UTC", "HOME": folder}
    process = subprocess.Popen([program] + arguments, cwd=folder, stdin=side, stdout=side, stderr=side, env=environment)
    os.close(side)
    output = b""
    while select.select([main], [], [], 10)[0]:
        try:
            piece = os.read(main, 65536)
        except OSError:
            break
        if not piece:
            break
        output += piece
    process.wait()
    os.close(main)
    return output.decode().replace("\r\n", "\n").rstrip("\n").split("\n")


COLOURS = {31: "#ff7b72", 32: "#7ee787", 33: "#e3b341", 34: "#79c0ff", 35: "#d2a8ff", 36: "#56d4dd", 90: "#8b949e", 91: "#ffa198"}
WIDTH, HEIGHT = 7.83, 19


def spans(line):
    """A line as SVG, its colours kept."""
    style, parts = "", []
    for part in re.split(r"(\x1b\[[0-9;]*m)", line):
        match = re.fullmatch(r"\x1b\[([0-9;]*)m", part)
        if match:
            codes = [int(code or 0) for code in match.group(1).split(";")]
            if 0 in codes:
                style = ""
            for code in codes:
                if code in COLOURS:
                    style += f"fill:{COLOURS[code]};"
                elif code == 1:
                    style += "font-weight:bold;"
                elif code == 2:
                    style += "fill:#8b949e;"
        elif part:
            parts.append(f'<tspan style="{style}">{html.escape(part)}</tspan>' if style else html.escape(part))
    return "".join(parts)


def wrapped(line, columns):
    """A line as a terminal of so many columns shows it: in pieces, each with its colours."""
    pieces, style, width = [""], "", 0
    for part in re.findall(r"\x1b\[[0-9;]*m|.", line):
        if part.startswith("\x1b"):
            style = "" if part in ("\x1b[0m", "\x1b[m") else style + part
            pieces[-1] += part
            continue
        if width == columns:
            pieces.append(style)
            width = 0
        pieces[-1] += part
        width += 1
    return pieces


def terminal(lines, columns):
    width, height = int(columns * WIDTH + 40), (len(lines) + 1) * HEIGHT + 44
    text = "\n".join(
        f'<text x="20" y="{56 + number * HEIGHT}" xml:space="preserve">{spans(line)}</text>' for number, line in enumerate(lines))
    dots = "".join(f'<circle cx="{22 + 20 * place}" cy="20" r="6" fill="{colour}"/>' for place, colour in enumerate(["#ff5f57", "#febc2e", "#28c840"]))
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width} {height}" width="{width}" height="{height}" role="img" '
        'aria-label="guestwatch status and guestwatch tail in a terminal">\n'
        f'<rect width="100%" height="100%" rx="8" fill="#0d1117"/>{dots}\n'
        '<g fill="#e6edf3" font-family="ui-monospace, SFMono-Regular, Menlo, Consolas, \'DejaVu Sans Mono\', monospace" font-size="13">\n'
        f"{text}\n</g>\n</svg>\n")


def main(binary, docs):
    with tempfile.TemporaryDirectory() as folder, socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
        probe.close()
        agent = Showcase(os.path.abspath(binary), folder, port)
        agent.start()
        options = Options()
        for word in ["--headless=new", "--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage", "--window-size=1280,1150", "--hide-scrollbars"]:
            options.add_argument(word)
        page = webdriver.Chrome(service=Service("/usr/bin/chromedriver"), options=options)
        try:
            agent.inject(*agent.hour())
            until("the sinks have what they want", lambda: agent.get("/v1/sinks")["sinks"][0]["lag"] == 0)
            sign_in(page, agent)
            until("the events are there", lambda: known(page) > 300)
            time.sleep(1.5)
            page.save_screenshot(f"{docs}/dashboard.png")
        finally:
            page.quit()
        program = os.path.abspath(binary)
        lines = ["\x1b[32m$\x1b[0m guestwatch status"] + run(program, ["status"], folder)
        lines += ["", "\x1b[32m$\x1b[0m guestwatch tail --history 9"]
        lines += run(program, ["tail", "--history", "9", "--count", "9"], folder)
        agent.kill()
    lines = [piece for line in lines for piece in wrapped(line, COLUMNS)]
    with open(f"{docs}/terminal.svg", "w") as file:
        file.write(terminal(lines, COLUMNS))


if __name__ == "__main__":
    main(*sys.argv[1:])
