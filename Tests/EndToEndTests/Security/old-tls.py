"""A server that speaks TLS 1.0 and 1.1 and nothing newer, and a client that would take it.

    old-tls.py CERTIFICATE KEY NAME[:PREFACE]…   listens for each name, and tells "port NAME NUMBER", then for each
                                                 connection "hello NAME", and "agreed NAME VERSION" or "refused NAME"
    old-tls.py --client PORT                     tells the version that a careless client agrees on
"""
import socket
import ssl
import sys
import threading

told = threading.Lock()


def tell(*words):
    with told:
        print(*words, flush=True)


def careless(protocol):
    context = ssl.SSLContext(protocol)
    context.minimum_version = ssl.TLSVersion.TLSv1
    context.maximum_version = ssl.TLSVersion.TLSv1_1
    context.set_ciphers("ALL:@SECLEVEL=0")
    return context


def serve(name, preface, listener, context):
    port = listener.getsockname()[1]
    while True:
        connection, _ = listener.accept()
        connection.settimeout(10)
        try:
            if preface == "nats":
                connection.sendall(
                    b'INFO {"server_id":"N","version":"2.9.10","proto":1,"host":"127.0.0.1","port":%d,"headers":true,'
                    b'"max_payload":1048576,"jetstream":true,"tls_required":true}\r\n' % port)
            elif preface == "postgres" and len(connection.recv(8)) == 8:
                connection.sendall(b"S")
            # A record of the handshake: what follows is a greeting of TLS.
            if connection.recv(1, socket.MSG_PEEK) == b"\x16":
                tell("hello", name)
                with context.wrap_socket(connection, server_side=True) as agreed:
                    tell("agreed", name, agreed.version())
        except OSError:
            tell("refused", name)
        finally:
            connection.close()


if sys.argv[1] == "--client":
    context = careless(ssl.PROTOCOL_TLS_CLIENT)
    context.check_hostname = False
    context.verify_mode = ssl.CERT_NONE
    with socket.create_connection(("127.0.0.1", int(sys.argv[2])), timeout=10) as plain:
        with context.wrap_socket(plain) as agreed:
            print(agreed.version())
else:
    server = careless(ssl.PROTOCOL_TLS_SERVER)
    server.load_cert_chain(sys.argv[1], sys.argv[2])
    for argument in sys.argv[3:]:
        name, _, preface = argument.partition(":")
        listener = socket.create_server(("127.0.0.1", 0))
        threading.Thread(target=serve, args=(name, preface, listener, server), daemon=True).start()
        tell("port", name, listener.getsockname()[1])
    tell("ready")
    threading.Event().wait()
