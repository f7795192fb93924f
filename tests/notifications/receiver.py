"""A real web server on loopback that takes short messages as an office's gateway would, over HTTP or HTTPS."""

import ssl
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Event, Thread

CERTIFICATE = Path(__file__).with_name("localhost.pem")
"""A key of these tests alone and what it signed for itself, as localhost; no machine trusts it."""


class Receiver(ThreadingHTTPServer):
    """`taken` holds the headers and bytes of each message; `answer` is said to the next ones, `headers` with it.

    With `silent`, it takes the message and says nothing until it is closed; with `drips`, one byte now and then.
    """

    daemon_threads = True

    def __init__(self):
        super().__init__(("127.0.0.1", 0), _Taking)
        self.taken = []
        self.answer = 200
        self.headers = {}
        self.silent = self.drips = self.hangs_up = False
        self.closing = Event()

    @property
    def port(self):
        return self.server_address[1]

    def handle_error(self, request, client_address):
        """A client that has left is no fault here."""


class _Taking(BaseHTTPRequestHandler):
    def do_POST(self):
        body = self.rfile.read(int(self.headers["Content-Length"]))
        self.server.taken.append((self.path, self.headers, body))
        if self.server.hangs_up:
            return
        if self.server.silent:
            self.server.closing.wait(30)
            return
        while self.server.drips and not self.server.closing.wait(0.1):
            self.wfile.write(b"H")
        self.send_response(self.server.answer)
        for name, value in self.server.headers.items():
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(b"x" * 100_000)

    do_GET = do_POST  # noqa: N815

    def log_message(self, *words):
        """Tests say enough."""


@contextmanager
def receiving(*, tls=False):
    """The server, answering until the end of the block."""
    server = Receiver()
    if tls:
        speaks = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        speaks.load_cert_chain(CERTIFICATE)
        server.socket = speaks.wrap_socket(server.socket, server_side=True)
    thread = Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})
    thread.start()
    try:
        yield server
    finally:
        server.closing.set()
        server.shutdown()
        server.server_close()
        thread.join()
