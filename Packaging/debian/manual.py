#!/usr/bin/env python3
"""Writes the man pages from the command line parser: manual.py HELP.json FOLDER VERSION DATE

HELP.json is what `guestwatch --experimental-dump-help` prints. One page for the program, and one for each command with
the commands below it.
"""
import json
import os
import sys

EXITS = [
    ("0", "All went well."),
    ("1", "It did what was asked, and the answer is no: a case differs, a journal is damaged."),
    ("64", "The command line is wrong."),
    ("69", "An outside source cannot be reached."),
    ("70", "The agent itself could not go on: the journal cannot be opened."),
    ("77", "An outside source refused us: a wrong password, an untrusted certificate."),
    ("78", "The configuration is wrong."),
]
FILES = [
    ("/etc/guestwatch/collectors.json", "The configuration of the service: what is watched, and where events go."),
    ("/var/lib/guestwatch", "The journal of the service."),
    ("/var/log/guestwatch", "Archives the service writes."),
]


def roff(text):
    text = text.replace("\\", "\\e").replace("-", "\\-").replace("\n", "\n.br\n")
    return "\n".join("\\&" + line if line[:1] in "'." and not line.startswith(".br") else line
                     for line in text.split("\n"))


def option_name(name):
    return ("-" if name["kind"] == "short" else "--") + name["name"]


def label(argument):
    if argument["kind"] == "positional":
        dots = "..." if argument["isRepeating"] else ""
        return f"\\fI{roff(argument['valueName'])}\\fR{dots}"
    names = sorted((option_name(name) for name in argument["names"]), key=len)
    text = ", ".join(f"\\fB{roff(name)}\\fR" for name in names)
    return text if argument["kind"] == "flag" else f"{text} \\fI{roff(argument['valueName'])}\\fR"


def usage(argument):
    text = label(argument) if argument["kind"] == "positional" else label(
        {**argument, "names": [argument["preferredName"]]})
    return f"[{text}]" if argument["isOptional"] else text


def shown(command):
    return [argument for argument in command.get("arguments", []) if argument.get("shouldDisplay", True)]


def subcommands(command):
    return [sub for sub in command.get("subcommands", [])
            if sub.get("shouldDisplay", True) and sub["commandName"] != "help"]


def options(command):
    lines = []
    for argument in shown(command):
        text = argument.get("abstract", "")
        if argument.get("defaultValue") not in (None, ""):
            text += f" (default: {argument['defaultValue']})"
        lines += [".TP", label(argument), roff(text.strip())]
    return lines


def synopsis(name, command):
    return [f".B {roff(name)}"] + [usage(argument) for argument in shown(command)]


def page(names, command, version, date):
    title = "-".join(names)
    lines = [
        f'.TH {title.upper()} 1 "{date}" "guestwatch {version}" "User Commands"', ".SH NAME",
        f"{roff(title)} \\- {roff(first_lower(command['abstract'].rstrip('.')))}", ".SH SYNOPSIS"]
    subs = subcommands(command)
    if subs:
        lines += [f".B {roff(' '.join(names))}", "\\fIcommand\\fR [\\fIoption\\fR...]"]
    else:
        lines += synopsis(" ".join(names), command)
    lines += [".SH DESCRIPTION", roff(command["abstract"])]
    if command.get("discussion"):
        lines += [".PP", roff(command["discussion"])]
    if shown(command):
        lines += [".SH OPTIONS"] + options(command)
    if subs:
        lines.append(".SH COMMANDS")
    for sub in subs:
        if len(names) == 1:
            lines += [".TP", f"\\fB{roff(sub['commandName'])}\\fR", roff(sub["abstract"]),
                      f"See \\fBguestwatch\\-{roff(sub['commandName'])}\\fR(1)."]
        else:
            lines += [f".SS {roff(' '.join(names + [sub['commandName']]))}", roff(sub["abstract"])]
            lines += [".PP", roff(sub["discussion"])] if sub.get("discussion") else []
            lines += options(sub)
    lines.append(".SH EXIT STATUS")
    for status, text in EXITS:
        lines += [".TP", status, roff(text)]
    if len(names) == 1:
        lines.append(".SH FILES")
        for path, text in FILES:
            lines += [".TP", f"\\fI{roff(path)}\\fR", roff(text)]
    else:
        lines += [".SH SEE ALSO", "\\fBguestwatch\\fR(1)"]
    return title, "\n".join(lines) + "\n"


def first_lower(text):
    return text[:1].lower() + text[1:]


def main():
    with open(sys.argv[1], encoding="utf-8") as file:
        root = json.load(file)["command"]
    folder, version, date = sys.argv[2:5]
    pages = [page([root["commandName"]], root, version, date)]
    pages += [page([root["commandName"], sub["commandName"]], sub, version, date) for sub in subcommands(root)]
    for title, text in pages:
        with open(os.path.join(folder, title + ".1"), "w", encoding="utf-8") as file:
            file.write(text)


main()
