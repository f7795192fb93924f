"""What files are called: the name that is kept, and files as the answer of a cell."""

import re
import unicodedata
from collections.abc import Iterable

from reports.filetypes.kinds import FileType

LONGEST_NAME = 120
"""How many characters of a name are kept, without its ending."""

UNSEEN = {"Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp"}
"""Unicode's categories of controls, line ends, and marks that turn the direction of writing or show nothing at all."""


def clean_name(name: str, kind: FileType) -> str:
    """The name under which a file is kept: without folders and signs that mean something, with its kind's ending."""
    plain = unicodedata.normalize("NFC", name).replace("\\", "/").rpartition("/")[2]
    shown = "".join(sign for sign in plain if unicodedata.category(sign) not in UNSEEN and sign not in '<>:"|?*')
    tidy = re.sub(r"\s+", " ", shown).rstrip(" .")
    stem, dot, ending = tidy.rpartition(".")
    if f"{dot}{ending}".lower() not in kind.endings:
        stem, ending = tidy, kind.endings[0][1:]
    return f"{stem.strip(' .')[:LONGEST_NAME].rstrip(' .') or 'tep'}.{ending.lower()}"


def listing(files: Iterable[tuple[str, str]]) -> str:
    """Files as the answer of a cell names them: SHA-256 and name, one a line, as sha256sum writes it."""
    return "\n".join(f"{sha256}  {name}" for sha256, name in files)


def names_in(text: str) -> list[str]:
    """The names in such an answer."""
    return [line.partition("  ")[2] for line in text.split("\n") if line]
