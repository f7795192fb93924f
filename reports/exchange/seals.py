"""Seals as files that people keep: what was sealed, line by line, with its digest and code before it.

    dxportal-seal 1
    digest 9f86d0…
    code 60303a…
    number 12
    at 2022-05-16T17:30:00.000000+00:00
    previous e3b0c4…
    17 3 2c26b4…

From the fourth line on this is the sealed text itself: `tail -n +4 FILE | sha256sum` gives the digest. Then one line a
report whose chain has moved: its key, the number of its last step, and that step's digest.
"""

import re
from collections.abc import Iterator
from datetime import datetime

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from reports import seals
from reports.calendars import ZONE
from reports.models import Seal
from reports.seals import Head, Kept

FORMAT = "dxportal-seal 1"
ENDING = ".txt"

_DIGEST = "[0-9a-f]{64}"
_INSTANT = r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{6}\+00:00"
_FACE = (
    re.compile(re.escape(FORMAT)),
    re.compile(f"digest ({_DIGEST})"),
    re.compile(f"code ({_DIGEST})"),
    re.compile("number ([1-9][0-9]{0,8})"),
    re.compile(f"at ({_INSTANT})"),
    re.compile(f"previous ({_DIGEST}|{seals.NONE})"),
)
_HEAD = re.compile(f"([1-9][0-9]{{0,17}}) ([1-9][0-9]{{0,4}}) ({_DIGEST})")


def name_of(seal: Seal) -> str:
    """The name of its file, such as niem-phong-00012-2022-05-17.txt: sorted by name they are in order."""
    return f"niem-phong-{seal.number:05}-{seal.at.astimezone(ZONE):%Y-%m-%d}{ENDING}"


def written(seal: Seal) -> Iterator[str]:
    """The lines of a seal's file, each with its end."""
    yield f"{FORMAT}\n"
    yield f"digest {seal.digest}\n"
    yield f"code {seal.code}\n"
    heads = seal.heads.order_by("report_id").values_list("report_id", "seq", "digest")
    yield from seals.lines(seal.number, seal.at, seal.previous, (Head(*head) for head in heads.iterator()))


def read(data: bytes) -> Kept:
    """The seal that a file holds; exactly as it was written, or ValidationError says which line is not so.

    Whether it is genuine is not asked here.
    """
    try:
        text = data.decode("ascii")
    except UnicodeDecodeError as error:
        raise _unreadable(data.count(b"\n", 0, error.start) + 1) from error
    lines = text.split("\n")
    face = []
    for number, (shape, line) in enumerate(zip(_FACE, lines, strict=False), 1):
        found = shape.fullmatch(line)
        if found is None:
            raise _unreadable(number)
        face.append(found.groups())
    if len(face) < len(_FACE):
        raise _unreadable(len(face) + 1)
    if lines[-1]:
        raise ValidationError(
            _("The file was cut short: its last line has no end. Take the seal as it was downloaded.")
        )
    heads: list[Head] = []
    for number, line in enumerate(lines[len(_FACE) : -1], len(_FACE) + 1):
        found = _HEAD.fullmatch(line)
        if found is None or (heads and int(found[1]) <= heads[-1].report):
            raise _unreadable(number)
        heads.append(Head(int(found[1]), int(found[2]), found[3]))
    _format, (digest,), (code,), (of,), (at,), (previous,) = face
    try:
        instant = datetime.fromisoformat(at)
    except ValueError as error:
        raise _unreadable(5) from error
    return Kept(int(of), instant, "" if previous == seals.NONE else previous, digest, code, tuple(heads))


def _unreadable(line: int) -> ValidationError:
    return ValidationError(
        _("This is no seal of this portal: line %(number)d is not as it was written. Take it as it was downloaded.")
        % {"number": line}
    )
