"""Runs Schemathesis against a running agent.

    run.py SCHEMATHESIS URL TOKEN SEED

Streams do not end by themselves: they are ended through the API while it runs.
"""

import json
import os
import shutil
import subprocess
import sys
import tempfile
import threading
import time
import urllib.request

HERE = os.path.dirname(os.path.abspath(__file__))


def ask(method, url, token):
    request = urllib.request.Request(url, method=method, headers={"Authorization": f"Bearer {token}"})
    with urllib.request.urlopen(request, timeout=5) as answer:
        return answer.read()


def end_streams(url, token, done):
    while not done.wait(0.02):
        try:
            streams = json.loads(ask("GET", f"{url}/v1/streams", token))["streams"]
            for stream in streams:
                if stream["client"] != "guestwatch":
                    ask("DELETE", f"{url}/v1/streams/{stream['number']}", token)
        except OSError:
            pass  # it has ended by itself


def main(program, url, token, seed):
    done = threading.Event()
    ending = threading.Thread(target=end_streams, args=(url, token, done))
    ending.start()
    environment = os.environ | {
        "GUESTWATCH_URL": url, "GUESTWATCH_TOKEN": token, "GUESTWATCH_HOOKS": f"{HERE}/hooks.py",
        "PYTHONDONTWRITEBYTECODE": "1",
    }
    start = time.monotonic()
    folder = tempfile.mkdtemp()
    try:
        run = subprocess.run(
            [program, "--config-file", f"{HERE}/schemathesis.toml", "run", f"{url}/openapi.yaml", "--seed", seed],
            env=environment, cwd=folder)
    finally:
        done.set()
        ending.join()
        shutil.rmtree(folder)
    print(f"{time.monotonic() - start:.0f} s")
    sys.exit(run.returncode)


if __name__ == "__main__":
    main(*sys.argv[1:])
