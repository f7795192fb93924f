"""A little virus scanner on loopback that speaks clamd's INSTREAM, and knows one virus: the EICAR test string."""

import socketserver
import struct
import threading
from contextlib import contextmanager

EICAR = rb"X5O!P%@AP[4\PZX54(P^)7CC)7}$EICAR-STANDARD-ANTIVIRUS-TEST-FILE!$H+H*"
SIGNATURE = "Eicar-Test-Signature"


class Scanner(socketserver.StreamRequestHandler):
    """One connection: the command, pieces behind their lengths, an empty piece, the verdict."""

    def handle(self):
        assert self.rfile.read(10) == b"zINSTREAM\0"
        received = b""
        while size := struct.unpack("!I", self.rfile.read(4))[0]:
            received += self.rfile.read(size)
            if len(received) > self.server.limit:
                self.wfile.write(b"INSTREAM size limit exceeded. ERROR\0")
                return
        self.server.scanned.append(received)
        self.wfile.write(f"stream: {SIGNATURE} FOUND\0".encode() if EICAR in received else b"stream: OK\0")


class OnTcp(socketserver.ThreadingTCPServer):
    daemon_threads = True


class OnUnix(socketserver.ThreadingUnixStreamServer):
    daemon_threads = True


@contextmanager
def scanner(place=None, *, limit=25 * 1024**2):
    """Serve on a port of loopback, or on a socket at `place`; `name` is what CLAMD_SOCKET says, `scanned` what came."""
    server = OnUnix(str(place), Scanner) if place else OnTcp(("127.0.0.1", 0), Scanner)
    server.name = f"unix:{place}" if place else f"tcp:127.0.0.1:{server.server_address[1]}"
    server.limit, server.scanned = limit, []
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    try:
        yield server
    finally:
        server.shutdown()
        server.server_close()
        thread.join()
