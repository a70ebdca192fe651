#!/usr/bin/env python3
"""What `make bench` says at its end: the tables of this run beside those of the last run that was kept, and the plots.

    report.py compare NEW OLD      each median of NEW beside OLD, by ratio; 1.0 is as before
    report.py merge FOLDER FILE    the tables of a run, a line of JSON each in FOLDER/*.jsonl, as one file
    report.py plots FILE FOLDER    the plots of Docs/Performance.md as SVG
"""
import json
import pathlib
import re
import sys

# How far a ratio may be from 1 before it is called a change: what machines vary by from hour to hour.
NOISE = 0.15
# Columns that are extremes or goals say nothing about a change.
LEFT_OUT = re.compile(r"^(min|max|goal|at best|)$|met|MISSED")


def number(cell):
    text = cell.replace(",", "")
    return float(text) if re.fullmatch(r"-?\d+(\.\d+)?", text) else None


def cells(run):
    """Each figure of a run under a name that stays: program, number of its table, row, column."""
    found, tables = {}, {}
    for table in run:
        place = tables[table["program"]] = tables.get(table["program"], 0) + 1
        head, group = table["rows"][0], ""
        for row in table["rows"][1:]:
            group = row[0] or group
            for column, cell in zip(head[1:], row[1:]):
                if number(cell) is not None and not LEFT_OUT.search(column):
                    label = group if row[1] == "" or number(row[1]) is not None else f"{group}, {row[1]}"
                    found[(table["program"], place, label, column)] = number(cell)
    return found


def compare(new, old):
    new, old = cells(new), cells(old)
    print(f"{'figure':<96}{'now':>14}{'kept':>14}{'ratio':>8}")
    for key, value in new.items():
        before = old.get(key)
        ratio = value / before if before else None
        mark = "" if ratio is None or abs(ratio - 1) <= NOISE else "  *"
        name = f"{key[0]} {key[1]}: {key[2]}; {key[3]}"[:95]
        print(f"{name:<96}{value:>14,.6g}{before if before is not None else '-':>14}", end="")
        print(f"{ratio:>8.2f}{mark}" if ratio is not None else f"{'new':>8}")
    for key in old.keys() - new.keys():
        print(f"not measured this time: {key[0]} {key[1]}: {key[2]}; {key[3]}")


def load(path):
    return json.loads(pathlib.Path(path).read_text())


def merge(folder, path):
    files = sorted(pathlib.Path(folder).glob("*.jsonl"))
    run = [json.loads(line) for file in files for line in file.read_text().splitlines()]
    lines = ",\n".join(json.dumps(table, ensure_ascii=False) for table in run)
    pathlib.Path(path).write_text(f"[\n{lines}\n]\n")


class Plots:
    """One SVG for each question, on matplotlib."""

    def __init__(self, run, folder):
        import matplotlib

        matplotlib.use("svg")
        matplotlib.rcParams.update({"svg.hashsalt": "guestwatch", "font.size": 9, "axes.grid": True, "grid.alpha": 0.3})
        from matplotlib import pyplot

        self.pyplot, self.run, self.folder = pyplot, run, pathlib.Path(folder)
        self.folder.mkdir(parents=True, exist_ok=True)

    def table(self, program, title):
        return next((t["rows"] for t in self.run if t["program"] == program and t["title"].startswith(title)), None)

    def lines(self, name, rows, x, ys, x_label, y_label, log=True):
        """Columns against a column."""
        if rows is None:
            return print(f"{name}: not measured in this run")
        figure, axes = self.pyplot.subplots(figsize=(5.6, 3.2), layout="constrained")
        at = rows[0].index
        for y in ys:
            points = [(number(r[at(x)]), number(r[at(y)])) for r in rows[1:]]
            points = [p for p in points if None not in p]
            axes.plot(*zip(*points), marker="o" if len(points) < 20 else None, label=y)
        axes.set(xlabel=x_label, ylabel=y_label, ylim=(0, None), xscale="log" if log else "linear")
        axes.legend(frameon=False)
        figure.savefig(self.folder / f"{name}.svg", metadata={"Date": None})
        self.pyplot.close(figure)

    def all(self):
        pages = self.table("whole-way", "Whole way by the size")
        self.lines("pages-rate", pages, "events in a page", ["events/s"], "events in a page", "events/s")
        cost = "processor time, µs/event"
        self.lines("pages-cost", pages, "events in a page", [cost], "events in a page", "µs of processor time per event")
        self.lines(
            "storm", self.table("whole-way", "Memory over"), "seconds", ["resident memory, MiB"], "seconds", "MiB", False)
        growth = self.table("window", "A journal that grows")
        self.lines("growth-commit", growth, "entries", ["commit, µs/entry"], "entries held", "µs of processor time")
        self.lines("growth-read", growth, "entries", ["opening, ms", "reading 10,000, ms"], "entries held", "ms")
        self.batches()
        self.subscribers()
        self.sinks()

    def batches(self):
        tables = [t["rows"] for t in self.run if t["program"] == "commit"]
        rows = tables[-1] if tables else None
        if rows is None:
            return print("batches: not measured in this run")
        at, group, ours, limit = rows[0].index, "", [("events in a batch", "guestwatch")], {}
        for row in rows[1:]:
            group = row[0] or group
            size = re.search(r"\d[\d,]*", group)
            if row[0]:
                ours.append((size.group(), row[at("per event")]))
            elif group not in limit:
                limit[group] = row[at("per event")]
        merged = [("events in a batch", "guestwatch", "the same in C")]
        merged += [(*pair, other) for pair, other in zip(ours[1:], limit.values())]
        self.lines(
            "batches", merged, "events in a batch", ["guestwatch", "the same in C"], "events in a batch",
            "µs of processor time per event")

    def subscribers(self):
        rows = self.table("fan-out", "Fan-out") or next(
            (t["rows"] for t in self.run if t["program"] == "fan-out"), None)
        if rows is None:
            return print("subscribers: not measured in this run")
        at, series = rows[0].index, {}
        for row in rows[1:]:
            found = re.search(r"(\d+) subscriber", row[0])
            if found:
                way = "in batches of 64" if "batch" in row[0] + row[1] else "singly"
                series.setdefault(found.group(1), {})[way] = row[at("median")]
        merged = [("subscribers", "singly", "in batches of 64")]
        merged += [(count, ways.get("singly", ""), ways.get("in batches of 64", "")) for count, ways in series.items()]
        self.lines("subscribers", merged, "subscribers", merged[0][1:], "subscribers", "million deliveries/s")

    def sinks(self):
        rows = next((t["rows"] for t in self.run if t["program"] == "sinks"), None)
        if rows is None:
            return print("sinks: not measured in this run")


if __name__ == "__main__":
    match sys.argv[1:]:
        case ["compare", new, old]:
            compare(load(new), load(old))
        case ["merge", folder, path]:
            merge(folder, path)
        case ["plots", path, folder]:
            Plots(load(path), folder).all()
        case _:
            sys.exit(__doc__)
