#!/usr/bin/env python3
"""Takes webhooks in batched mode: receiver.py PORT FILE.

The number of each event goes to the file, ten digits a line, before the request is answered. Killed within a write it
leaves a part of a line, which its successor cuts off: the sender was not answered, and sends that batch again.
"""
import http.server, os, re, socketserver, sys

NUMBER = re.compile(rb"n=(\d{10});")


class Receiver(http.server.BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True

    def do_POST(self):
        body = self.rfile.read(int(self.headers["Content-Length"]))
        os.write(self.server.output, b"".join(number + b"\n" for number in NUMBER.findall(body)))
        self.send_response_only(204)
        self.end_headers()

    def log_message(self, *_):
        pass


class Server(socketserver.ThreadingMixIn, http.server.HTTPServer):
    daemon_threads, allow_reuse_address = True, True


def main():
    server = Server(("127.0.0.1", int(sys.argv[1])), Receiver)
    server.output = os.open(sys.argv[2], os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)
    size = os.fstat(server.output).st_size
    os.ftruncate(server.output, size - size % 11)
    server.serve_forever()


main()
