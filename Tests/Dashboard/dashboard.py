"""The dashboard in Debian's headless Chromium, against the real agent.

    dashboard.py GUESTWATCH FOLDER

Every check is a line on standard output; the first that fails ends it with exit status 1. Pictures are left in FOLDER.
"""

import json
import os
import signal
import subprocess
import sys
import time
import urllib.request

from selenium import webdriver
from selenium.webdriver.common.by import By
from selenium.webdriver.common.keys import Keys
from selenium.webdriver.chrome.options import Options
from selenium.webdriver.chrome.service import Service

PATIENCE = 30
TOKEN = "dashboard-test-token-0123456789abcdef"
HOSTILE = "<img src=x onerror=window.pwned=1>"


class Agent:
    """The agent under test, on a port that stays the same over restarts."""

    def __init__(self, binary, folder, port):
        self.binary, self.folder, self.port = binary, folder, port
        self.url = f"http://127.0.0.1:{port}"
        self.count = 0
        self.process = None
        with open(f"{folder}/tokens", "w") as file:
            file.write(f"admin {TOKEN}\n")
        os.chmod(f"{folder}/tokens", 0o600)
        configuration = {
            "journal": {"kind": "sqlite", "path": "journal.db"},
            "collectors": [{"name": "feed", "kind": "replay", "path": "feed.jsonl"}],
            "sinks": [{"name": "archive", "kind": "file", "path": "events.jsonl"}],
            "api": {"listen": f"127.0.0.1:{port}", "tokens": "tokens"},
        }
        with open(f"{folder}/collectors.json", "w") as file:
            json.dump(configuration, file)
        with open(f"{folder}/feed.jsonl", "w") as file:
            file.write(json.dumps(self.event("vm.powered-on", name="first")) + "\n")

    def event(self, kind, guest="vm-1", name="web-1", severity="info"):
        self.count += 1
        now = time.time()
        return {
            "specversion": "1.0", "id": f"d{self.count}", "source": "test://dashboard", "type": f"guestwatch.{kind}",
            "time": time.strftime("%Y-%m-%dT%H:%M:%S", time.gmtime(now)) + f".{int(now % 1 * 1000):03d}Z",
            "subject": f"vm/{guest}", "guestname": name, "guesthost": "hv1", "severity": severity,
            "data": {"message": f"{name} says {self.count}"},
        }

    def start(self):
        log = open(f"{self.folder}/agent.log", "ab")
        self.process = subprocess.Popen([self.binary, "run"], cwd=self.folder, stdout=log, stderr=log)
        until("the agent answers", lambda: self.get("/readyz") is not None)

    def kill(self):
        self.process.send_signal(signal.SIGKILL)
        self.process.wait()

    def get(self, path):
        request = urllib.request.Request(self.url + path, headers={"Authorization": f"Bearer {TOKEN}"})
        try:
            with urllib.request.urlopen(request, timeout=5) as answer:
                return json.load(answer)
        except OSError:
            return None

    def inject(self, *events):
        request = urllib.request.Request(
            self.url + "/v1/events", data=json.dumps(events).encode(),
            headers={"Authorization": f"Bearer {TOKEN}", "Content-Type": "application/cloudevents-batch+json"})
        with urllib.request.urlopen(request, timeout=30) as answer:
            return json.load(answer)


def until(what, condition, patience=PATIENCE):
    end = time.monotonic() + patience
    while time.monotonic() < end:
        try:
            value = condition()
        except Exception as error:  # the page is being drawn anew
            value, last = None, error
        if value:
            return value
        time.sleep(0.02)
    raise SystemExit(f"not so within {patience} s: {what}")


def check(what, condition):
    if not condition:
        raise SystemExit(f"not so: {what}")
    print(f"ok: {what}", flush=True)


def text(page, element):
    return page.find_element(By.ID, element).text


def rows(page):
    """Sequence and text of the rows in the document, from the top."""
    return page.execute_script(
        "return [...document.querySelectorAll('.row')].map(row => [Number(row.dataset.sequence), row.textContent])")


def known(page):
    """How many events the list shows, drawn or not."""
    return int(text(page, "count").split()[0])


def sign_in(page, agent):
    page.get(agent.url + "/")
    until("the page asks for a token", lambda: page.find_element(By.ID, "token-dialog").get_attribute("open"))
    page.find_element(By.ID, "token").send_keys(TOKEN)
    page.find_element(By.CSS_SELECTOR, "#token-form button[value=use]").click()
    until("the stream is live", lambda: text(page, "stream") == "live")
    check("with a token the page is live and the agent ready", until("ready", lambda: "ready" in text(page, "health")))


def events_appear(page, agent):
    until("what happened before is there", lambda: known(page) >= 1)
    start = time.monotonic()
    agent.inject(agent.event("vm.powered-off", name="fresh"))
    until("the event is shown", lambda: any("fresh" in row for _, row in rows(page)))
    check(f"an event appears within a second ({time.monotonic() - start:.2f} s)", time.monotonic() - start < 1)


def text_stays_text(page, agent):
    agent.inject(agent.event("vm.powered-on", guest="vm-evil", name=HOSTILE))
    until("the hostile name is shown", lambda: any(HOSTILE in row for _, row in rows(page)))
    until("the guest is listed", lambda: HOSTILE in text(page, "guest-rows"))
    check("markup in a name stays text", page.execute_script("return window.pwned") is None)
    check("and makes no element", not page.find_elements(By.CSS_SELECTOR, "main img"))


def filters(page, agent):
    agent.inject(agent.event("container.started", name="jar"), agent.event("vm.reset", severity="warning"))
    page.find_element(By.ID, "type").send_keys("container.*")
    until("only containers are shown", lambda: [("jar" in row) for _, row in rows(page)] == [True])
    page.find_element(By.CSS_SELECTOR, "#filter button[type=reset]").click()
    page.find_element(By.ID, "severity").send_keys("warning")
    until("only what is grave is shown", lambda: all("vm.reset" in row for _, row in rows(page)) and rows(page))
    page.find_element(By.CSS_SELECTOR, "#filter button[type=reset]").click()
    check("a filter shows what it asks for, and its end shows all", until("all", lambda: known(page) >= 5))


def pause(page, agent):
    button = page.find_element(By.ID, "pause")
    button.click()
    before = rows(page)
    agent.inject(agent.event("vm.suspended", name="while paused"))
    until("what is new is counted", lambda: text(page, "news").startswith("1 new"))
    check("paused, the list stays as it is", rows(page) == before)
    button.click()
    until("it is shown after", lambda: any("while paused" in row for _, row in rows(page)))


def restart(page, agent):
    before = agent.get("/v1/journal")["highest"]
    agent.kill()
    until("the page says so", lambda: text(page, "stream") != "live")
    agent.start()
    for number in range(20):
        agent.inject(agent.event("vm.powered-on", name=f"after {number}"))
    until("the stream is live again", lambda: text(page, "stream") == "live")
    highest = agent.get("/v1/journal")["highest"]
    until("the newest is shown", lambda: rows(page) and rows(page)[0][0] == highest)
    sequences = [sequence for sequence, _ in rows(page)]
    wanted = list(range(highest, before, -1))
    check("after a restart there is no gap and no repeat", sequences[: len(wanted)] == wanted)


def suspend(page, agent):
    def state():
        return agent.get("/v1/sinks")["sinks"][0]["state"]

    until("the button", lambda: page.find_element(By.CSS_SELECTOR, "[aria-label='suspend archive']")).click()
    until("the sink is suspended", lambda: state() == "suspended")
    until("the page says so", lambda: "suspended" in text(page, "sink-rows"))
    until("the other button", lambda: page.find_element(By.CSS_SELECTOR, "[aria-label='resume archive']")).click()
    check("a sink is suspended and resumed", until("resumed", lambda: state() != "suspended"))


def keyboard(page, agent):
    page.find_element(By.ID, "list").send_keys(Keys.HOME, Keys.ARROW_DOWN, Keys.ENTER)
    detail = page.find_element(By.ID, "detail")
    until("the details open", lambda: detail.get_attribute("open"))
    chosen = page.execute_script("return document.querySelector('.row[aria-selected=true]').dataset.sequence")
    check("by keyboard an event is chosen and opened", f'"{int(chosen):020}"' in detail.text)
    page.switch_to.active_element.send_keys(Keys.ESCAPE)
    until("the details close", lambda: not detail.get_attribute("open"))


def many(page, agent):
    for _ in range(10):
        agent.inject(*[agent.event("vm.reconfigured", guest=f"vm-{number % 300}") for number in range(1000)])
    until("ten thousand are known", lambda: known(page) == 10_000)
    check("of ten thousand events few are in the document", len(rows(page)) < 120)
    page.execute_script("document.getElementById('list').scrollTop = 100000")
    until("rows further down are drawn", lambda: rows(page)[0][0] < agent.get("/v1/journal")["highest"] - 3000)
    top = rows(page)[20]
    agent.inject(*[agent.event("vm.reset") for _ in range(50)])
    until("more came", lambda: text(page, "news").startswith("50 new"))
    check("who reads further down keeps the place", top[0] in [sequence for sequence, _ in rows(page)])
    page.find_element(By.ID, "news").click()


def pictures(page, folder):
    page.execute_script("document.getElementById('list').scrollTop = 0")
    for name, width, scheme in [("light", 1400, "light"), ("dark", 1400, "dark"), ("narrow", 480, "light")]:
        page.set_window_size(width, 1000)
        page.execute_cdp_cmd("Emulation.setEmulatedMedia", {"features": [{"name": "prefers-color-scheme", "value": scheme}]})
        time.sleep(0.7)
        page.save_screenshot(f"{folder}/dashboard-{name}.png")
        wide = page.execute_script("return document.documentElement.scrollWidth > document.documentElement.clientWidth")
        check(f"nothing is wider than the page ({name})", not wide)


def main(binary, folder):
    os.makedirs(folder, exist_ok=True)
    options = Options()
    for word in ["--headless=new", "--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage", "--window-size=1400,1000"]:
        options.add_argument(word)
    options.set_capability("goog:loggingPrefs", {"browser": "ALL"})
    with __import__("socket").socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    agent = Agent(binary, folder, port)
    agent.start()
    page = webdriver.Chrome(service=Service("/usr/bin/chromedriver"), options=options)
    try:
        page.set_page_load_timeout(PATIENCE)
        sign_in(page, agent)
        for step in [events_appear, text_stays_text, filters, pause, suspend, keyboard, restart, many]:
            step(page, agent)
        pictures(page, folder)
        refused = [entry["message"] for entry in page.get_log("browser") if "Content Security Policy" in entry["message"]]
        check("the page keeps to its Content-Security-Policy", not refused)
    finally:
        page.quit()
        agent.kill()


if __name__ == "__main__":
    main(*sys.argv[1:])
