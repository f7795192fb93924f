"""Refuses what a file says in whole sentences that name the place."""

from collections.abc import Collection, Iterable, Iterator

from django.core.exceptions import NON_FIELD_ERRORS, ValidationError
from django.db.models import Model
from django.utils.translation import gettext


def refuse(sentences: Iterable[str]) -> None:
    """Raise ValidationError with these sentences, if there are any."""
    found = list(sentences)
    if found:
        raise ValidationError(found)


def unclean(row: Model, place: str, *, but: Collection[str] = (), constraints: bool = False) -> Iterator[str]:
    """What the columns of a row do not take; `but` names columns that are not looked at.

    The row holds the cleaned values afterwards. `constraints` asks the database's rules as well, with a query each.
    """
    try:
        row.clean_fields(exclude=but)
        if constraints:
            row.validate_constraints(exclude=but)
    except ValidationError as error:
        for name, sentences in error.message_dict.items():
            for sentence in sentences:
                yield place_of(place, name, sentence)


def place_of(place: str, name: str, sentence: str) -> str:
    """A sentence with its place: the row, and the key where it is about one."""
    if name == NON_FIELD_ERRORS:
        return gettext("%(place)s: %(sentence)s") % {"place": place, "sentence": sentence}
    return gettext("%(place)s, %(key)s: %(sentence)s") % {"place": place, "key": name, "sentence": sentence}
