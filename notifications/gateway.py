"""Posts messages for people to a gateway, such as one for SMS or Zalo: JSON, signed, to an address that was checked.

A gateway's address is typed by a person, and the portal stands inside the office's network: so its name is looked up
once, each address behind it must be one of the public network, and the connection goes to the very address that was
checked. `settings.WEBHOOK_ALLOW_PRIVATE_ADDRESSES` also lets the office's own addresses in, but none that is only the
machine's own business, such as 169.254.169.254. Redirects are not followed.
"""

import hashlib
import hmac
import json
import socket
import ssl
from collections.abc import Mapping
from contextlib import suppress
from datetime import datetime
from http.client import HTTPConnection, HTTPException
from ipaddress import IPv4Address, IPv6Address, ip_address
from time import monotonic
from typing import NamedTuple
from urllib.parse import urlsplit

from django.conf import settings
from django.core.exceptions import ValidationError
from django.utils.encoding import iri_to_uri
from django.utils.translation import gettext as _

from notifications.models import Gateway

PATIENCE = 10.0
"""How many seconds connecting, sending and the first line of the answer may take together."""

LONGEST_LINE = 1024
"""How many bytes of an answer are read in search of the end of its first line; the rest is not read."""

LATER = frozenset({408, 425, 429})
"""Refusals that ask for patience; any other of 400 to 499 is of the message itself."""

PORTS = {"http": 80, "https": 443}


class Refusal(Exception):
    """The message did not go out; `permanent` says that the same message never will."""

    def __init__(self, words: str, *, permanent: bool) -> None:
        super().__init__(words)
        self.words = words
        self.permanent = permanent


class Unclear(Exception):
    """The message was on its way when the connection ended: it may have been taken."""

    def __init__(self, words: str) -> None:
        super().__init__(words)
        self.words = words


class Goal(NamedTuple):
    """A checked address: where to connect, and what to say there."""

    scheme: str
    host: str
    port: int
    path: str
    addresses: tuple[str, ...]


def post(gateway: Gateway, payload: Mapping[str, object], *, at: datetime, reference: str) -> None:
    """Post a message to the gateway. The same `reference` names the same message, however often it is posted.

    Raises Refusal and Unclear.
    """
    body = json.dumps({"reference": reference, **payload}, ensure_ascii=False).encode()
    stamp = str(int(at.timestamp()))
    headers = {
        "Content-Type": "application/json; charset=utf-8",
        "User-Agent": "dxportal",
        "Connection": "close",
        "Idempotency-Key": reference,
        "X-Dxportal-Timestamp": stamp,
        "X-Dxportal-Signature": f"sha256={signature(gateway.secret, stamp, body)}",
    }
    try:
        goal = checked(gateway.address)
    except ValidationError as error:
        raise Refusal(" ".join(error.messages), permanent=False) from error
    until = monotonic() + PATIENCE
    with _connected(goal, until) as line:
        _judge(_answer(line, goal, body, headers, until))


def signature(secret: str, stamp: str, body: bytes) -> str:
    """The HMAC-SHA256 by which a receiver knows the portal: of the timestamp, a full stop and the body, in hex."""
    return hmac.new(secret.encode(), stamp.encode() + b"." + body, hashlib.sha256).hexdigest()


def checked(address: str) -> Goal:
    """What the address leads to, looked up once. Raises ValidationError where a message must not be posted there.

    A name that is not known here and now is let pass with no address: who types it may sit where only the portal's own
    names are known.
    """
    try:
        parts = urlsplit(iri_to_uri(address))
        host, port = (parts.hostname or "").encode("idna").decode(), parts.port or PORTS.get(parts.scheme, 0)
    except ValueError as error:  # a port that is none, a name that is none
        raise ValidationError(_("This is not the address of a web server.")) from error
    if parts.scheme not in PORTS or not host or parts.username is not None or parts.password is not None:
        raise ValidationError(
            _("The address starts with https:// or http:// and a host's name, without a user's name.")
        )
    try:
        found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    except OSError:
        found = []
    addresses = tuple(dict.fromkeys(str(at[0]) for *_kind, at in found))
    if not all(_may_be_reached(ip_address(one)) for one in addresses):
        raise ValidationError(
            _("The host %(host)s lies in a network to which the portal posts nothing.") % {"host": host}
        )
    path = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
    return Goal(parts.scheme, host, port, path, addresses)


def _may_be_reached(address: IPv4Address | IPv6Address) -> bool:
    """Public addresses, and by the setting those of the office and of this machine.

    What holds another address inside (mapped, 6to4, Teredo, NAT64) is none of them.
    """
    if address.is_loopback:
        return bool(settings.WEBHOOK_ALLOW_PRIVATE_ADDRESSES)
    if address.is_link_local or address.is_multicast or address.is_reserved or address.is_unspecified:
        return False
    if isinstance(address, IPv6Address) and (address.ipv4_mapped or address.sixtofour or address.teredo):
        return False
    return address.is_global or settings.WEBHOOK_ALLOW_PRIVATE_ADDRESSES


def _connected(goal: Goal, until: float) -> socket.socket:
    """A connection to one of the addresses that were checked, over TLS to the name that was given."""
    words = _("no address is known for this name")
    for address in goal.addresses:
        line = None
        try:
            line = socket.create_connection((address, goal.port), timeout=_left(until))
            if goal.scheme == "https":
                line.settimeout(_left(until))
                line = ssl.create_default_context().wrap_socket(line, server_hostname=goal.host)
        except (OSError, ValueError) as error:
            words = str(error)
            if line is not None:
                line.close()
        else:
            return line
    raise Refusal(_("No connection to %(host)s: %(why)s") % {"host": goal.host, "why": words}, permanent=False)


def _answer(line: socket.socket, goal: Goal, body: bytes, headers: Mapping[str, str], until: float) -> str:
    """Send the request and read the first line of its answer."""
    asking = HTTPConnection(goal.host, goal.port)
    asking.default_port = PORTS[goal.scheme]  # what the header Host leaves out
    asking.sock = line
    head = b""
    try:
        line.settimeout(_left(until))
        asking.request("POST", goal.path, body, dict(headers))
        while b"\n" not in head and len(head) < LONGEST_LINE:
            line.settimeout(_left(until))
            read = line.recv(LONGEST_LINE)
            if not read:
                break
            head += read
    except (OSError, HTTPException) as error:
        raise Unclear(_("The gateway did not answer in time: %(why)s") % {"why": error}) from error
    finally:
        with suppress(OSError):
            line.shutdown(socket.SHUT_RDWR)
    return head.partition(b"\n")[0].strip().decode("latin-1")


def _judge(answer: str) -> None:
    """Raise what the first line of an answer says against the message, if anything."""
    version, _space, said = answer.partition(" ")
    code = said[:3]
    if not version.startswith("HTTP/1.") or not code.isdigit() or len(code) < 3:
        raise Unclear(_("The gateway's answer is not understood: %(answer)s") % {"answer": answer[:80]})
    status = int(code)
    if 200 <= status < 300:
        return
    words = _("The gateway answered: %(answer)s") % {"answer": said[:200]}
    raise Refusal(words, permanent=400 <= status < 500 and status not in LATER)


def _left(until: float) -> float:
    return max(until - monotonic(), 0.001)
