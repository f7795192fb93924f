"""How Vietnamese is sorted and searched: a stored sort key, and a folded text without diacritics."""

import re
import unicodedata

# The letters that stand after their plain neighbour. "{" and "|" come after "z", so "ă" follows every "a…".
_LETTERS = str.maketrans({"ă": "a{", "â": "a|", "đ": "d{", "ê": "e{", "ô": "o{", "ơ": "o|", "ư": "u{"})
# ngang, huyền, hỏi, ngã, sắc, nặng: the order of the dictionary.
_TONES = {"\u0300": "1", "\u0309": "2", "\u0303": "3", "\u0301": "4", "\u0323": "5"}


def _syllable_key(syllable: str) -> str:
    tone = "0"
    letters = []
    for mark in unicodedata.normalize("NFD", syllable):
        if mark in _TONES:
            tone = _TONES[mark]
        else:
            letters.append(mark)
    base = unicodedata.normalize("NFC", "".join(letters)).translate(_LETTERS)
    return f"{re.sub('[0-9]+', lambda found: found[0].zfill(6), base)}!{tone}"


def sort_key(text: str) -> str:
    """A text whose order by code points is the order of the Vietnamese dictionary.

    Syllable by syllable: first the letters (a ă â b c d đ e ê …), then the tone (ngang huyền hỏi ngã sắc nặng).
    Numbers sort by their value.
    """
    return " ".join(_syllable_key(syllable) for syllable in text.lower().split())


TITLES = ("Thành phố", "Quận", "Huyện", "Thị xã", "Thị trấn", "Phường", "Xã")


def proper_name(name: str) -> str:
    """The name of a place without its title: "Ba Đình" of "Quận Ba Đình"."""
    return next((name.removeprefix(title).strip() for title in TITLES if name.startswith(f"{title} ")), name)


def folded(text: str) -> str:
    """The text in small letters without diacritics, as people type it in a hurry: "Đống Đa" → "dong da"."""
    marks = unicodedata.normalize("NFD", text.lower().replace("đ", "d"))
    return " ".join("".join(mark for mark in marks if not unicodedata.combining(mark)).split())
