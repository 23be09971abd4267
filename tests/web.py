"""Web servers on 127.0.0.1: one that gives the answers of a table, and those that fail."""

import socket
import subprocess
import threading
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer


class Website:
    """
    The answers of a server, and the requests that it received.

    `pages` maps a path to (status, location); a key « GET /path » is for GET alone.
    """

    def __init__(self, port):
        self.port = port
        self.pages = {}
        self.requests = []  # (method, path, headers)
        self.bodies_read = 0  # to their end

    def answer(self, method, path):
        return self.pages.get(f"{method} {path}") or self.pages.get(path, (404, ""))


class _Handler(BaseHTTPRequestHandler):
    def _answer(self):
        website = self.server.website
        website.requests.append((self.command, self.path, dict(self.headers)))
        status, location = website.answer(self.command, self.path)
        if status == 0:  # closes the connection without an answer
            self.close_connection = True
            return
        self.send_response(status)
        if location:
            self.send_header("Location", location)
        self.end_headers()
        if self.command == "GET":
            self._send_endless_body()

    def _send_endless_body(self):
        """Send 100 MB, which no visit should read to their end."""
        try:
            for _ in range(10_000):
                self.wfile.write(b"x" * 10_000)
        except OSError:
            return
        self.server.website.bodies_read += 1

    do_HEAD = do_GET = _answer  # noqa: N815

    def log_message(self, *arguments):
        pass


@contextmanager
def web_server(certificate=None):
    """Run a server, over TLS if it has a certificate (and its key); yield its Website."""
    server = ThreadingHTTPServer(("127.0.0.1", 0), _Handler)
    server.website = Website(server.server_port)
    if certificate:
        import ssl

        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(certificate)
        server.socket = context.wrap_socket(server.socket, server_side=True)
        server.handle_error = lambda *_: None  # a client that refuses the certificate
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    try:
        yield server.website
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


@contextmanager
def socket_server(speak):
    """Run a server that calls `speak` with each connection; yield its port."""
    with socket.create_server(("127.0.0.1", 0)) as listener:
        stopping = threading.Event()

        def serve():
            while not stopping.is_set():
                try:
                    connection, _ = listener.accept()
                except OSError:
                    return
                with connection:
                    try:
                        speak(connection, stopping)
                    except OSError:
                        continue

        thread = threading.Thread(target=serve)
        thread.start()
        try:
            yield listener.getsockname()[1]
        finally:
            stopping.set()
            listener.shutdown(socket.SHUT_RDWR)
            thread.join()


def make_certificate(folder, host):
    """Make a self-signed certificate for a host; return the file that holds it and its key."""
    path = folder / f"{host}.pem"
    subprocess.run(
        ["openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256"]
        + ["-nodes", "-days", "2", "-subj", f"/CN={host}", "-addext", f"subjectAltName=DNS:{host}"]
        + ["-keyout", path, "-out", folder / "certificate"],
        check=True,
        capture_output=True,
    )
    with path.open("ab") as file:
        file.write((folder / "certificate").read_bytes())
    return path
