"""The destinations of sinks as real servers on loopback, each with a port and a folder of its own.

A `Destination` starts, is killed and started again on what it had written, says how many events it holds (`count`,
cheap and approximate), and gives the numbers of all events in the order it keeps them (`numbers`). Events carry their
number in their text: `n=0000000001;`.
"""
import base64, ctypes, glob, http.client, json, os, pwd, re, signal, socket, sqlite3, subprocess, sys, time

NUMBER = re.compile(rb"n=(\d{10});")
PATIENCE = 120.0
PR_SET_PDEATHSIG = 1


def end_with_parent():
    """What a run has started ends with it, however it ends."""
    ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, signal.SIGKILL)


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def listens(port):
    try:
        socket.create_connection(("127.0.0.1", port), 1).close()
        return True
    except OSError:
        return False


def wait(what, condition, patience=PATIENCE):
    end = time.monotonic() + patience
    while True:
        begun = time.monotonic()
        if condition():
            return
        if begun > end:
            raise RuntimeError(f"waited {patience:.0f} s in vain until {what}")
        # Some servers count for long: they shall not do that more than anything else.
        time.sleep(max(0.01, 5 * (time.monotonic() - begun)))


class Destination:
    """`kind`: of the sink. `once`: repeats are not seen twice. `is_server`: there is a process that can be killed."""

    once, is_server, programs = True, True, ()

    def __init__(self, folder):
        self.folder, self.port, self.process = folder, free_port(), None
        os.makedirs(folder, exist_ok=True)

    @classmethod
    def missing(cls):
        return [program for program in cls.programs if not os.access(program, os.X_OK)]

    def command(self):
        raise NotImplementedError

    def environment(self):
        return dict(os.environ)

    def is_up(self):
        return listens(self.port)

    def start(self):
        log = open(os.path.join(self.folder, "log"), "ab")

        def up():
            # One killed a moment ago may still hold what its successor needs: that one ends, and is started again.
            if self.process is None or self.process.poll() is not None:
                self.process = subprocess.Popen(
                    self.command(), stdin=subprocess.DEVNULL, stdout=log, stderr=log, cwd=self.folder,
                    env=self.environment(), preexec_fn=end_with_parent)
                time.sleep(0.02)
            return self.is_up()

        wait(f"{type(self).__name__} listens", up)
        log.close()

    def kill(self):
        if self.process is not None:
            self.process.kill()
            self.process.wait()

    def stop(self):
        self.kill()


class File(Destination):
    kind, is_server = "file", False

    def start(self):
        pass

    @property
    def path(self):
        return os.path.join(self.folder, "events.jsonl")

    def sink(self):
        return {"path": self.path}

    def count(self):
        try:
            with open(self.path, "rb") as file:
                file.seek(max(0, os.path.getsize(self.path) - 8192))
                found = NUMBER.findall(file.read())
            return int(found[-1]) if found else 0
        except FileNotFoundError:
            return 0

    def numbers(self):
        with open(self.path, "rb") as file:
            return [int(NUMBER.search(line)[1]) for line in file]


class SQLite(Destination):
    kind, is_server = "sqlite", False

    def start(self):
        pass

    @property
    def path(self):
        return os.path.join(self.folder, "events.db")

    def sink(self):
        return {"path": self.path}

    def ask(self, statement):
        with sqlite3.connect(self.path, timeout=30) as database:
            return database.execute(statement)

    def count(self):
        try:
            return self.ask("SELECT coalesce(max(number), 0) FROM events").fetchone()[0]
        except sqlite3.OperationalError:
            return 0

    def numbers(self):
        events = self.ask("SELECT event FROM events ORDER BY number")
        return [int(NUMBER.search(event.encode())[1]) for (event,) in events]


class Redis(Destination):
    kind, programs = "redis", ("/usr/bin/redis-server",)

    def command(self):
        return [
            "/usr/bin/redis-server", "--port", str(self.port), "--bind", "127.0.0.1", "--dir", self.folder, "--save",
            "", "--appendonly", "yes", "--appendfsync", "always", "--loglevel", "warning"]

    def sink(self):
        return {"server": f"127.0.0.1:{self.port}", "maxLength": 100_000_000}

    def is_up(self):
        try:
            return self.ask("PING") == b"+PONG\r\n"
        except OSError:
            return False

    def ask(self, *words):
        with socket.create_connection(("127.0.0.1", self.port), 5) as connection:
            connection.sendall((" ".join(words) + "\r\n").encode())
            return connection.recv(4096)

    def count(self):
        try:
            return int(self.ask("XLEN", "guestwatch")[1:].split()[0])
        except (OSError, ValueError, IndexError):
            return 0

    def numbers(self):
        found, after = [], "-"
        with socket.create_connection(("127.0.0.1", self.port), 60) as connection:
            file = connection.makefile("rb")
            while True:
                connection.sendall(f"XRANGE guestwatch {after} + COUNT 5000\r\n".encode())
                entries = self.reply(file)
                for _, fields in entries:
                    found.append(int(NUMBER.search(fields[3])[1]))
                if len(entries) < 5000:
                    return found
                after = "(" + entries[-1][0].decode()

    def reply(self, file):
        line = file.readline()
        count = int(line[1:]) if line[:1] in b"*$" else 0
        if line[:1] == b"*":
            return [self.reply(file) for _ in range(count)]
        if line[:1] == b"$":
            return file.read(count + 2)[:-2]
        return line


class Nats(Destination):
    kind, programs = "nats", ("/usr/sbin/nats-server",)

    def command(self):
        configuration = os.path.join(self.folder, "server.conf")
        with open(configuration, "w") as file:
            file.write(
                f'listen: "127.0.0.1:{self.port}"\nmax_payload: 8MB\n'
                f'jetstream {{ store_dir: "{self.folder}/store", max_file_store: 20GB }}\n')
        return ["/usr/sbin/nats-server", "-c", configuration]

    def sink(self):
        return {"url": f"nats://127.0.0.1:{self.port}", "stream": "GUESTWATCH", "create": {}}

    def connect(self):
        connection = socket.create_connection(("127.0.0.1", self.port), 60)
        connection.sendall(b'CONNECT {"verbose":false,"headers":true,"lang":"c","version":"3"}\r\nSUB answers 1\r\n')
        return connection, connection.makefile("rb", 1 << 20)

    def ask(self, connection, file, subject, body):
        body = json.dumps(body).encode()
        connection.sendall(b"PUB %s answers %d\r\n%s\r\n" % (subject.encode(), len(body), body))
        return json.loads(self.message(file)[1])

    def message(self, file):
        while True:
            line = file.readline()
            if not line:
                raise OSError("the connection is closed")
            words = line.split()
            if words and words[0] in (b"MSG", b"HMSG"):
                head = int(words[-2]) if words[0] == b"HMSG" else 0
                body = file.read(int(words[-1]) + 2)[:-2]
                return body[:head], body[head:]

    def is_up(self):
        try:
            connection, file = self.connect()
            with connection:
                return "error" not in self.ask(connection, file, "$JS.API.INFO", {})
        except (OSError, ValueError):
            return False

    def count(self):
        try:
            connection, file = self.connect()
            with connection:
                state = self.ask(connection, file, "$JS.API.STREAM.INFO.GUESTWATCH", {}).get("state", {})
                return state.get("messages", 0)
        except (OSError, ValueError):
            return 0

    def numbers(self):
        found = []
        connection, file = self.connect()
        with connection:
            made = self.ask(
                connection, file, "$JS.API.CONSUMER.CREATE.GUESTWATCH",
                {"stream_name": "GUESTWATCH", "config": {"deliver_policy": "all", "ack_policy": "none"}})
            pull = f"$JS.API.CONSUMER.MSG.NEXT.GUESTWATCH.{made['name']}"
            body = b'{"batch":2000,"no_wait":true}'
            while True:
                connection.sendall(b"PUB %s answers %d\r\n%s\r\n" % (pull.encode(), len(body), body))
                for _ in range(2000):
                    head, payload = self.message(file)
                    if head.startswith(b"NATS/1.0 4"):
                        return found
                    found.append(int(NUMBER.search(payload)[1]))


class Etcd(Destination):
    kind, programs = "etcd", ("/usr/bin/etcd",)

    def __init__(self, folder):
        super().__init__(folder)
        self.peer = free_port()

    def command(self):
        client, peer = f"http://127.0.0.1:{self.port}", f"http://127.0.0.1:{self.peer}"
        return [
            "/usr/bin/etcd", "--data-dir", os.path.join(self.folder, "data"), "--listen-client-urls", client,
            "--advertise-client-urls", client, "--listen-peer-urls", peer, "--initial-advertise-peer-urls", peer,
            "--initial-cluster", f"default={peer}", "--log-level", "error", "--quota-backend-bytes", str(8 << 30)]

    def sink(self):
        return {"endpoints": [f"http://127.0.0.1:{self.port}"]}

    def ask(self, body):
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=60)
        connection.request("POST", "/v3/kv/range", json.dumps(body), {"Content-Type": "application/json"})
        answer = connection.getresponse()
        text = answer.read()
        connection.close()
        if answer.status != 200:
            raise OSError(text)
        return json.loads(text)

    PREFIX = b"/guestwatch/events/"

    def range(self, start, **more):
        end = self.PREFIX[:-1] + b"0"
        return {"key": base64.b64encode(start).decode(), "range_end": base64.b64encode(end).decode(), **more}

    def is_up(self):
        try:
            self.ask(self.range(self.PREFIX, limit=1))
            return True
        except (OSError, http.client.HTTPException):
            return False

    def count(self):
        try:
            return int(self.ask(self.range(self.PREFIX, count_only=True)).get("count", 0))
        except (OSError, http.client.HTTPException):
            return 0

    def numbers(self):
        """In the order of revisions; what one transaction put is one moment, so its events are in any order."""
        found, start = [], self.PREFIX
        while True:
            pairs = self.ask(self.range(start, limit=5000)).get("kvs", [])
            for pair in pairs:
                number = int(NUMBER.search(base64.b64decode(pair["value"]))[1])
                found.append((int(pair["create_revision"]), number))
            if len(pairs) < 5000:
                return [number for _, number in sorted(found)]
            start = base64.b64decode(pairs[-1]["key"]) + b"\0"


class Postgres(Destination):
    kind = "postgres"
    BIN = "/usr/lib/postgresql/15/bin"
    programs = (f"{BIN}/postgres", f"{BIN}/initdb", "/usr/bin/psql")

    def __init__(self, folder):
        super().__init__(folder)
        self.data = os.path.join(folder, "data")
        os.chmod(folder, 0o755)
        os.makedirs(self.data, 0o700)
        if os.getuid() == 0:
            owner = pwd.getpwnam("postgres")
            for path in (folder, self.data):
                os.chown(path, owner.pw_uid, owner.pw_gid)
        made = self.as_owner(
            "initdb", "-D", self.data, "-N", "-A", "trust", "-U", "postgres", "-E", "UTF8", "--no-locale")
        subprocess.run(made, check=True, stdout=subprocess.DEVNULL, cwd=folder)
        with open(os.path.join(self.data, "postgresql.conf"), "a") as file:
            file.write(
                f"port = {self.port}\nlisten_addresses = '127.0.0.1'\nunix_socket_directories = '{folder}'\n"
                "shared_buffers = 64MB\nmax_connections = 20\nautovacuum = off\nmax_wal_size = 4GB\n")

    def as_owner(self, name, *arguments):
        command = [f"{self.BIN}/{name}", *arguments]
        owner = ["/usr/bin/setpriv", "--reuid=postgres", "--regid=postgres", "--clear-groups", "--pdeathsig=KILL", "--"]
        return owner + command if os.getuid() == 0 else command

    def command(self):
        return self.as_owner("postgres", "-D", self.data)

    def sink(self):
        return {"hosts": [f"127.0.0.1:{self.port}"], "database": "postgres", "username": "postgres"}

    def ask(self, statement):
        command = ["/usr/bin/psql", "-h", "127.0.0.1", "-p", str(self.port), "-U", "postgres", "-AtqX", "-c", statement]
        done = subprocess.run(command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True)
        if done.returncode != 0:
            raise OSError("psql failed")
        return done.stdout.split()

    def is_up(self):
        try:
            return self.ask("SELECT 1") == ["1"]
        except OSError:
            return False

    def count(self):
        try:
            found = self.ask("SELECT max(sequence) FROM guestwatch.events")
            return int(found[0]) if found else 0
        except OSError:
            return 0

    def numbers(self):
        # Nothing is updated or vacuumed: rows lie in the order in which they were inserted.
        return [
            int(number) for number in self.ask(
                "SELECT substring(event::text from 'n=([0-9]{10});') FROM guestwatch.events ORDER BY tableoid, ctid")]


class Webhook(Destination):
    """`receiver.py`, which writes what it is sent to a file before it answers. It shows an event once, by `ce-id`."""

    kind = "webhook"

    @property
    def path(self):
        return os.path.join(self.folder, "arrived")

    def command(self):
        receiver = os.path.join(os.path.dirname(os.path.abspath(__file__)), "receiver.py")
        return [sys.executable, receiver, str(self.port), self.path]

    def sink(self):
        return {"url": f"http://127.0.0.1:{self.port}/", "mode": "batched"}

    def count(self):
        try:
            with open(self.path, "rb") as file:
                file.seek(max(0, os.path.getsize(self.path) // 11 - 1) * 11)
                return int(file.read(10) or 0)
        except FileNotFoundError:
            return 0

    def numbers(self):
        with open(self.path, "rb") as file:
            return [int(line) for line in file if len(line) == 11]


class RabbitMQ(Destination):
    """Its messages are shown once by their message id; read by the agent's own means they cannot be, so it is for
    benchmarks only."""

    kind, once = "rabbitmq", False
    programs = ("/usr/bin/epmd",)

    def __init__(self, folder):
        super().__init__(folder)
        self.mapper_port, self.distribution, self.mapper = free_port(), free_port(), None

    def command(self):
        with open(os.path.join(self.folder, "rabbitmq.conf"), "w") as file:
            file.write(f"listeners.tcp.1 = 127.0.0.1:{self.port}\ndisk_free_limit.absolute = 1MB\n")
        with open(os.path.join(self.folder, "plugins"), "w") as file:
            file.write("[].")
        cookie = os.path.join(self.folder, ".erlang.cookie")
        if not os.path.exists(cookie):
            with open(cookie, "w") as file:
                file.write("onlyforthisrun")
            os.chmod(cookie, 0o400)
        if self.mapper is None:
            self.mapper = subprocess.Popen(
                ["/usr/bin/epmd", "-port", str(self.mapper_port), "-address", "127.0.0.1"],
                preexec_fn=end_with_parent)
        return [sorted(glob.glob("/usr/lib/rabbitmq/lib/rabbitmq_server-*/sbin/rabbitmq-server"))[-1]]

    def environment(self):
        return {
            **os.environ, "HOME": self.folder, "LANG": "C.UTF-8",
            "RABBITMQ_NODENAME": f"guestwatch{self.port}@localhost",
            "RABBITMQ_DIST_PORT": str(self.distribution), "ERL_EPMD_PORT": str(self.mapper_port),
            "ERL_EPMD_ADDRESS": "127.0.0.1", "RABBITMQ_MNESIA_BASE": f"{self.folder}/db",
            "RABBITMQ_LOG_BASE": f"{self.folder}/logs", "RABBITMQ_CONFIG_FILE": f"{self.folder}/rabbitmq.conf",
            "RABBITMQ_ENABLED_PLUGINS_FILE": f"{self.folder}/plugins", "RABBITMQ_PID_FILE": f"{self.folder}/pid",
            "RABBITMQ_CONF_ENV_FILE": f"{self.folder}/none"}

    def stop(self):
        # The script's child is the node.
        try:
            os.kill(int(open(f"{self.folder}/pid").read()), signal.SIGKILL)
        except (FileNotFoundError, ValueError, ProcessLookupError):
            pass
        self.kill()
        if self.mapper is not None:
            self.mapper.kill()
            self.mapper.wait()


class Mosquitto(Destination):
    """Keeps what it acknowledged in memory first, so that no kill of it is without loss: for benchmarks only."""

    kind, once, programs = "mqtt", False, ("/usr/sbin/mosquitto",)

    def command(self):
        configuration = os.path.join(self.folder, "conf")
        with open(configuration, "w") as file:
            file.write(
                f"user root\nlistener {self.port} 127.0.0.1\nallow_anonymous true\nmax_inflight_messages 0\n"
                "max_queued_messages 0\n")
        return ["/usr/sbin/mosquitto", "-c", configuration]


KILLED = {kind.kind: kind for kind in (File, SQLite, Webhook, Redis, Nats, Postgres, Etcd)}
