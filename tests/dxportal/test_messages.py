"""The Vietnamese catalogue is whole: every string of the sources is translated, with the same placeholders."""

import re

import pytest

from dxportal import messages

PLACEHOLDER = re.compile(r"%\(\w+\)[sd]|\{\w+\}")


@pytest.fixture(scope="module")
def strings():
    """Every string of the sources with its translation."""
    found = [message for message in messages.collect() if message.id]
    assert len(found) > 500
    return found


def forms(text):
    """A string's singular and plural, or its one form; a blank where there is no translation yet."""
    return list(text) if isinstance(text, tuple | list) else [text or ""]


def test_every_string_is_translated(strings):
    assert [message.id for message in strings if message.fuzzy or not all(forms(message.string))] == []


def test_translations_keep_their_placeholders(strings):
    wrong = []
    for message in strings:
        meant = {found for text in forms(message.id) for found in PLACEHOLDER.findall(text)}
        said = {found for text in forms(message.string) for found in PLACEHOLDER.findall(text)}
        if meant != said:
            wrong.append(message.id)
    assert wrong == []


def test_the_catalogue_holds_nothing_that_is_no_longer_said(strings):
    with messages.CATALOGUE.open("rb") as text:
        stored = {message.id for message in messages.read_po(text) if message.id}
    assert stored == {message.id for message in strings}
