#!/usr/bin/env python3
"""A fleet's agents against one real nats-server on this machine: what an event costs there, and how long it waits.

    fleet.py [--agents 1000] [--rate 10] [--seconds 20] [--bytes 600]

The agents are simulated by one process: each is a connection of its own that publishes as the nats sink does (headers,
one subject per type and guest, an acknowledgement for every event) at `rate` events/s. Costs of the simulating process
are not the agents' and are not told; those of an agent are measured by the other benchmarks.
"""
import argparse, asyncio, json, os, random, shutil, socket, subprocess, tempfile, time

TICKS = os.sysconf("SC_CLK_TCK")


def processor_seconds(pid):
    fields = open(f"/proc/{pid}/stat").read().rsplit(")", 1)[1].split()
    return (int(fields[11]) + int(fields[12])) / TICKS


def resident_mb(pid):
    for line in open(f"/proc/{pid}/status"):
        if line.startswith("VmRSS"):
            return int(line.split()[1]) / 1024


def folder_bytes(path):
    return sum(os.path.getsize(os.path.join(at, name)) for at, _, names in os.walk(path) for name in names)


class Agent(asyncio.Protocol):
    """One connection; answers come to its inbox with the number of the event at the end of the subject."""

    def __init__(self, number, latencies):
        self.number, self.latencies = number, latencies
        self.buffer, self.sent, self.acknowledged, self.refused = b"", {}, 0, 0
        self.next = 0
        self.ready = asyncio.get_event_loop().create_future()

    def connection_made(self, transport):
        self.transport = transport
        transport.write(
            b'CONNECT {"verbose":false,"headers":true,"no_responders":true,"lang":"c","version":"3"}\r\n'
            b"SUB _INBOX.%d.* 1\r\nPING\r\n" % self.number)

    def data_received(self, data):
        self.buffer += data
        while True:
            end = self.buffer.find(b"\r\n")
            if end < 0:
                return
            line = self.buffer[:end]
            if line.startswith((b"MSG", b"HMSG")):
                words = line.split()
                size = int(words[-1])
                if len(self.buffer) < end + 4 + size:
                    return
                body = self.buffer[end + 2 : end + 2 + size]
                self.buffer = self.buffer[end + 4 + size :]
                begun = self.sent.pop(int(words[1].rsplit(b".", 1)[1]))
                if b'"seq"' in body:
                    self.acknowledged += 1
                    self.latencies.append(time.monotonic() - begun)
                else:
                    self.refused += 1
                continue
            self.buffer = self.buffer[end + 2 :]
            if line == b"PING":
                self.transport.write(b"PONG\r\n")
            elif line == b"PONG" and not self.ready.done():
                self.ready.set_result(None)

    def publish(self, payload):
        number = self.next
        self.next += 1
        self.sent[number] = time.monotonic()
        head = (
            "NATS/1.0\r\nNats-Msg-Id: vsphere://vc%d.example#%d\r\nNats-Expected-Stream: FLEET\r\n"
            "Guestwatch-Writer: bus/k3j2h1g0f9d8/%d\r\n\r\n" % (self.number, number, number)).encode()
        self.transport.write(
            b"HPUB guestwatch.vm.powered-on.vm-%d-%d _INBOX.%d.%d %d %d\r\n"
            % (self.number, number % 20, self.number, number, len(head), len(head) + len(payload))
            + head + payload + b"\r\n")


async def request(port, subject, payload):
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    body = json.dumps(payload).encode()
    writer.write(b"CONNECT {}\r\nSUB _I 1\r\nPUB %s _I %d\r\n%s\r\n" % (subject.encode(), len(body), body))
    while not (line := await reader.readline()).startswith(b"MSG"):
        pass
    answer = json.loads(await reader.readexactly(int(line.split()[-1])))
    writer.close()
    return answer


async def simulate(options, port, pid, store):
    stream = {"name": "FLEET", "subjects": ["guestwatch.>"], "storage": "file", "duplicate_window": 120 * 10**9}
    made = await request(port, "$JS.API.STREAM.CREATE.FLEET", stream)
    assert "error" not in made, made
    latencies, agents = [], []
    loop = asyncio.get_running_loop()
    for number in range(options.agents):
        _, agent = await loop.create_connection(lambda n=number: Agent(n, latencies), "127.0.0.1", port)
        await agent.ready
        agents.append(agent)
    connected = resident_mb(pid)
    payload = b'{"data":"' + b"x" * (options.bytes - 11) + b'"}'
    begun, used = time.monotonic(), processor_seconds(pid)

    async def live(agent):
        await asyncio.sleep(random.random() / options.rate)
        end = begun + options.seconds
        due = time.monotonic()
        while due < end:
            agent.publish(payload)
            due += 1 / options.rate
            await asyncio.sleep(max(0, due - time.monotonic()))

    await asyncio.gather(*(live(agent) for agent in agents))
    limit = time.monotonic() + 30
    while any(agent.sent for agent in agents) and time.monotonic() < limit:
        await asyncio.sleep(0.05)
    lasted, used = time.monotonic() - begun, processor_seconds(pid) - used
    stored = (await request(port, "$JS.API.STREAM.INFO.FLEET", {}))["state"]["messages"]
    published = sum(agent.next for agent in agents)
    acknowledged = sum(agent.acknowledged for agent in agents)
    latencies.sort()
    print(f"agents {options.agents}, {options.rate} events/s each of {options.bytes} bytes, for {lasted:.1f} s")
    print(f"published {published}, acknowledged {acknowledged}, stored {stored}: {acknowledged / lasted:.0f} events/s")
    print(f"server: {used / published * 1e6:.1f} µs of processor per event, {used / lasted * 100:.0f} % of one processor, "
          f"{connected:.0f} MB with all connected, {resident_mb(pid):.0f} MB at the end")
    print(f"disk: {folder_bytes(store) / stored:.0f} bytes per event")
    print("acknowledged after: " + ", ".join(
        f"{name} {latencies[min(len(latencies) - 1, int(len(latencies) * part))] * 1000:.1f} ms"
        for name, part in [("half", 0.5), ("99 %", 0.99), ("all", 1)]))
    assert published == acknowledged == stored, "events are missing"


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--agents", type=int, default=1000)
    parser.add_argument("--rate", type=float, default=10)
    parser.add_argument("--seconds", type=float, default=20)
    parser.add_argument("--bytes", type=int, default=600)
    options = parser.parse_args()
    program = shutil.which("nats-server") or "/usr/sbin/nats-server"
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    with tempfile.TemporaryDirectory() as store:
        server = subprocess.Popen(
            [program, "-a", "127.0.0.1", "-p", str(port), "-js", "-sd", store],
            stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        try:
            for _ in range(200):
                try:
                    socket.create_connection(("127.0.0.1", port)).close()
                    break
                except OSError:
                    time.sleep(0.05)
            asyncio.run(simulate(options, port, server.pid, store))
        finally:
            server.terminate()
            server.wait()


main()
