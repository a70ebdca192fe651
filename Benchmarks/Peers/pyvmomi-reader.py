#!/usr/bin/env python3
"""Reads the events of a vCenter from their beginning by pyVmomi's EventHistoryCollector, 1000 to a page, and stores
nothing:

    pyvmomi-reader.py URL USER PASSWORD

It writes one line when no more come: events, and seconds from the first question to the last answer.
"""
import sys
import time
import urllib.parse

from pyVim.connect import Disconnect, SmartConnect
from pyVmomi import vim

PAGE = 1000


def main(url, user, password):
    address = urllib.parse.urlsplit(url)
    service = SmartConnect(
        protocol=address.scheme, host=address.hostname, port=address.port, path=address.path, user=user, pwd=password)
    collector = service.RetrieveContent().eventManager.CreateCollectorForEvents(vim.event.EventFilterSpec())
    collector.SetCollectorPageSize(PAGE)
    collector.RewindCollector()
    start, count = time.monotonic(), 0
    while events := collector.ReadNextEvents(PAGE):
        count += len(events)
    print(count, time.monotonic() - start)
    collector.DestroyCollector()
    Disconnect(service)


if __name__ == "__main__":
    if len(sys.argv) != 4:
        sys.exit(__doc__)
    main(*sys.argv[1:])
