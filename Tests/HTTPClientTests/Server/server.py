"""A web server with every bad manner the client must survive.

usage: server.py NAME=CERTIFICATE,KEY …

Listens on free ports of 127.0.0.1: `plain`, one `NAME` by TLS for each argument, and `silent`, which accepts and never says a
word. Prints the ports as one line of JSON. Ends with its standard input, and after five minutes whatever happens.
"""

import http.server
import itertools
import json
import gzip
import os
import select
import socket
import socketserver
import ssl
import sys
import threading
import time
import urllib.parse
import zlib

connections = itertools.count(1)


class Server(socketserver.ThreadingMixIn, http.server.HTTPServer):
    daemon_threads = True
    request_queue_size = 128

    def __init__(self, context=None):
        self.context = context
        super().__init__(("127.0.0.1", 0), Answer)

    def finish_request(self, request, client_address):
        # The handshake is made on the connection's own thread.
        if self.context:
            request = self.context.wrap_socket(request, server_side=True)
        super().finish_request(request, client_address)

    def handle_error(self, request, client_address):
        pass  # Clients that leave are what most tests are about.


class Answer(http.server.BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True
    timeout = 60

    def setup(self):
        super().setup()
        self.number = next(connections)

    def log_message(self, *_):
        pass

    def answer(self, body=b"", status=200, headers=()):
        self.send_response(status)
        self.send_header("X-Connection", str(self.number))
        for name, value in headers:
            self.send_header(name, value)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        if self.command != "HEAD":
            self.wfile.write(body)

    def any(self):
        url = urllib.parse.urlsplit(self.path)
        self.query = dict(urllib.parse.parse_qsl(url.query))
        self.body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
        if url.scheme:
            return self.answer(b"by proxy", headers=[("X-Proxied", self.path)])
        getattr(self, "at_" + (url.path.strip("/") or "root"), self.at_unknown)()

    do_GET = do_POST = do_PUT = do_DELETE = do_HEAD = any

    def number_of(self, name, default):
        return float(self.query.get(name, default))

    def at_unknown(self):
        self.answer(b"no such page", 404)

    def at_echo(self):
        self.answer(self.body, headers=[("X-Method", self.command)])

    def at_head(self):
        self.answer(json.dumps({"line": self.requestline, "head": self.headers.items()}).encode())

    def at_login(self):
        """A session whose secret was not in the request: the seed read backwards."""
        session = self.query["seed"][::-1]
        self.answer(
            b"<r:Response xmlns:r='urn:x'><key>" + session.encode() + b"</key></r:Response>",
            headers=[("Set-Cookie", 'vmware_soap_session="%s"; Path=/; HttpOnly' % session)])

    def at_big(self):
        self.answer(b"x" * int(self.number_of("bytes", 1)))

    def at_slow(self):
        time.sleep(self.number_of("seconds", 1))
        self.answer(b"at last")

    def at_gzip(self):
        body = gzip.compress(b"guest " * int(self.number_of("times", 1000)))
        self.answer(body, headers=[("Content-Encoding", "gzip")])

    def at_deflate(self):
        self.answer(zlib.compress(b"guest " * 1000), headers=[("Content-Encoding", "deflate")])

    def at_badgzip(self):
        self.answer(b"this is not gzip at all", headers=[("Content-Encoding", "gzip")])

    def at_redirect(self):
        self.answer(b"elsewhere", 302, [("Location", "/echo")])

    def at_wide(self):
        size = int(self.number_of("bytes", 1000))
        fields = int(self.number_of("fields", 1))
        self.answer(b"ok", headers=[("X-Wide-%d" % i, "w" * size) for i in range(fields)])

    def at_chunked(self):
        self.start_chunks()
        for number in range(int(self.number_of("chunks", 3))):
            self.chunk(b"chunk %d;" % number)
        self.wfile.write(b"0\r\nX-Trailer: late\r\n\r\n")

    def at_cutchunk(self):
        self.start_chunks()
        self.chunk(b"half of")
        self.cut()

    def at_cut(self):
        self.send_response(200)
        self.send_header("Content-Length", "1000")
        self.end_headers()
        self.wfile.write(b"only this")
        self.cut()

    def at_early(self):
        self.wfile.write(b"HTTP/1.1 100 Continue\r\nX-Early: yes\r\n\r\n")
        self.answer(b"after 100")

    def at_garbage(self):
        self.wfile.write(b"\x00\x01\x02 not HTTP\r\n\r\n")
        self.cut()

    def at_drip(self):
        """A body byte by byte, then silence if asked for."""
        count = int(self.number_of("bytes", 5))
        self.send_response(200)
        self.send_header("Content-Length", str(count + int(self.number_of("missing", 0))))
        self.end_headers()
        for _ in range(count):
            self.wfile.write(b"d")
            time.sleep(self.number_of("every", 0.1))
        time.sleep(self.number_of("silence", 0))

    def at_driphead(self):
        """A head line by line."""
        self.wfile.write(b"HTTP/1.1 200 OK\r\nContent-Length: 0\r\n")
        for _ in range(int(self.number_of("lines", 5))):
            self.wfile.write(b"X-Drip: d\r\n")
            time.sleep(self.number_of("every", 0.1))
        self.wfile.write(b"\r\n")

    def start_chunks(self):
        self.send_response(200)
        self.send_header("Transfer-Encoding", "chunked")
        self.end_headers()

    def chunk(self, data):
        self.wfile.write(b"%x\r\n%s\r\n" % (len(data), data))

    def cut(self):
        self.close_connection = True
        self.connection.close()

    def do_CONNECT(self):
        host, port = self.path.rsplit(":", 1)
        upstream = socket.create_connection((host, int(port)))
        self.wfile.write(b"HTTP/1.1 200 Tunnel\r\nX-Tunnel: yes\r\n\r\n")
        ends = {self.connection: upstream, upstream: self.connection}
        while True:
            for end in select.select(list(ends), [], [], 60)[0]:
                data = end.recv(65536)
                if not data:
                    self.close_connection = True
                    return upstream.close()
                ends[end].sendall(data)


def tls(argument):
    name, files = argument.split("=")
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(*files.split(","))
    return name, Server(context)


servers = dict([("plain", Server())] + [tls(argument) for argument in sys.argv[1:]])
for server in servers.values():
    threading.Thread(target=server.serve_forever, daemon=True).start()
silent = socket.create_server(("127.0.0.1", 0), backlog=128)
ports = {name: server.server_port for name, server in servers.items()} | {"silent": silent.getsockname()[1]}
print(json.dumps(ports), flush=True)
select.select([sys.stdin], [], [], 300)
os._exit(0)
