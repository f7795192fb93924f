"""Message catalogues without the gettext programs: compiles what changed, collects what to translate."""

import io
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from babel.messages.catalog import Catalog
from babel.messages.extract import extract
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po, write_po

ROOT = Path(__file__).resolve().parent.parent
PACKAGES = ("accounts", "reports", "notifications", "dxportal")
CATALOGUE = ROOT / "locale" / "vi" / "LC_MESSAGES" / "django.po"
KEYWORDS: dict[str, Any] = {
    "_": None,
    "gettext": None,
    "gettext_lazy": None,
    "gettext_noop": None,
    "ngettext": (1, 2),
    "ngettext_lazy": (1, 2),
    "pgettext": ((1, "c"), 2),
    "pgettext_lazy": ((1, "c"), 2),
    "npgettext": ((1, "c"), 2, 3),
}


def compile_changed() -> None:
    """Write the .mo file of each catalogue that is newer than it."""
    for source in (ROOT / "locale").glob("*/LC_MESSAGES/*.po"):
        compiled = source.with_suffix(".mo")
        if compiled.exists() and compiled.stat().st_mtime >= source.stat().st_mtime:
            continue
        with source.open("rb") as text:
            catalogue = read_po(text)
        unfinished = compiled.with_suffix(".part")
        with unfinished.open("wb") as binary:
            write_mo(binary, catalogue)
        unfinished.replace(compiled)


def sources() -> Iterator[tuple[str, str]]:
    """Yield (place, Python text) of every module, and of every template as Django turns it into such text."""
    from django.utils.translation.template import templatize

    for package in PACKAGES:
        for path in sorted((ROOT / package).rglob("*")):
            place = str(path.relative_to(ROOT))
            if path.suffix == ".py" and "migrations" not in path.parts:
                yield place, path.read_text()
            elif path.suffix in {".html", ".txt"} and "templates" in path.parts:
                text = templatize(path.read_text(), origin=place)
                yield place, "\n".join(line.lstrip() for line in text.splitlines())


def collect() -> Catalog:
    """Return the catalogue of every string in the sources, with the translations known so far."""
    found = Catalog(locale="vi", project="dxportal", charset="utf-8")
    for place, text in sources():
        strings = extract("python", io.BytesIO(text.encode()), KEYWORDS, ["Translators:"], {"encoding": "utf-8"})
        for line, message, comments, context in strings:
            found.add(message, locations=[(place, line)], auto_comments=comments, context=context)
    if not CATALOGUE.exists():
        return found
    with CATALOGUE.open("rb") as text_file:
        known = read_po(text_file, locale="vi")
    known.update(found, no_fuzzy_matching=True)
    return known


def main() -> int:
    """Bring the catalogue up to date, compile it, and say how many strings still lack a translation."""
    catalogue = collect()
    CATALOGUE.parent.mkdir(parents=True, exist_ok=True)
    with CATALOGUE.open("wb") as text:
        write_po(text, catalogue, width=110, sort_by_file=True, include_lineno=False, ignore_obsolete=True)
    compile_changed()
    missing = [message.id for message in catalogue if message.id and not (message.string and all(message.string))]
    print(f"{len(catalogue)} strings, {len(missing)} of them without a translation.")
    return 0


if __name__ == "__main__":
    sys.exit(main())
