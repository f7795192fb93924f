"""Asks the office's virus scanner about a file before it is kept: clamd, or whatever speaks its INSTREAM command.

`settings.CLAMD_SOCKET` names it, as unix:/path or tcp:host:port; without one nothing is asked. A scanner that is named
but does not answer keeps files out: what was never scanned is never handed on.
"""

import logging
import re
import socket
import struct

from django.conf import settings

logger = logging.getLogger(__name__)

PATIENCE = 20.0
"""How many seconds the scanner may leave a connection, a piece or its verdict unanswered."""

LONGEST_ANSWER = 4096  # bytes
PIECE = 64 * 1024  # bytes


class ScannerAway(Exception):
    """The scanner that is to be asked does not answer, or gives no verdict."""


def virus_in(content: bytes) -> str:
    """The name of the virus that the scanner finds in these bytes; empty where it finds none, or where there is none.

    Raises ScannerAway.
    """
    if not settings.CLAMD_SOCKET:
        return ""
    try:
        with _connected() as scanner:
            verdict = _verdict(scanner, content)
    except OSError as error:
        logger.error("the virus scanner at %s does not answer: %s", settings.CLAMD_SOCKET, error)
        raise ScannerAway from error
    if found := re.fullmatch(r"stream: (.+) FOUND", verdict):
        return found[1]
    if verdict != "stream: OK":
        logger.error("the virus scanner at %s gives no verdict: %r", settings.CLAMD_SOCKET, verdict)
        raise ScannerAway
    return ""


def _connected() -> socket.socket:
    family, _colon, place = settings.CLAMD_SOCKET.partition(":")
    if family == "tcp":
        host, _colon, port = place.rpartition(":")
        return socket.create_connection((host.strip("[]"), int(port)), timeout=PATIENCE)
    scanner = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
    try:
        scanner.settimeout(PATIENCE)
        scanner.connect(place)
    except OSError:
        scanner.close()
        raise
    return scanner


def _verdict(scanner: socket.socket, content: bytes) -> str:
    """Send the bytes in pieces, each behind its length, then a piece of none; and read the answer."""
    scanner.sendall(b"zINSTREAM\0")
    for start in range(0, len(content), PIECE):
        piece = content[start : start + PIECE]
        scanner.sendall(struct.pack("!I", len(piece)) + piece)
    scanner.sendall(struct.pack("!I", 0))
    answer = b""
    while not answer.endswith(b"\0") and len(answer) < LONGEST_ANSWER:
        read = scanner.recv(LONGEST_ANSWER)
        if not read:
            break
        answer += read
    return answer.rstrip(b"\0\n").decode(errors="replace")
