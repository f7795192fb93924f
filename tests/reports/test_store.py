"""The store of attached files: alike kept once, never half a file, and cleared of what no report names."""

import os
import resource
import threading
import time
from contextlib import suppress
from datetime import datetime, timedelta
from io import StringIO

import pytest
from django.core.management import CommandError, call_command

from reports import store
from reports.models import Attachment
from tests import office
from tests.city import NOW


@pytest.fixture(autouse=True)
def root(settings, tmp_path):
    settings.ATTACHMENTS_ROOT = tmp_path / "store"
    return settings.ATTACHMENTS_ROOT


def age(path, **ago):
    """Make a file as old as that."""
    then = time.time() - timedelta(**ago).total_seconds()
    os.utime(path, (then, then))


def test_what_is_alike_is_kept_once_for_its_owner_only(root):
    assert store.keep(office.PDF) == store.keep(office.PDF)
    (path,) = store.kept()
    assert (path.read_bytes(), path.stat().st_mode & 0o077) == (office.PDF, 0)
    assert path.parent.parent == root


def test_a_file_cut_short_in_the_store_is_written_anew():
    path = store.path_of(store.keep(office.PDF))
    path.write_bytes(b"%PDF")
    store.keep(office.PDF)
    assert path.read_bytes() == office.PDF


def test_a_disk_that_takes_no_more_leaves_nothing_behind():
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (100_000, hard))
    try:
        with pytest.raises(OSError, match="File too large"):
            store.keep(bytes(200_000))
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))
    assert list(store.kept()) == []


def test_a_file_that_is_kept_again_is_not_dropped():
    path = store.path_of(store.keep(office.PDF))
    since = datetime.now().astimezone() - timedelta(days=1)
    age(path, days=2)
    store.keep(office.PDF)
    assert not store.drop(path, unless_since=since)
    age(path, days=2)
    assert store.drop(path, unless_since=since)
    assert list(store.kept()) == []


def test_keeping_and_dropping_at_once_never_loses_a_file():
    old = datetime.now().astimezone() + timedelta(days=1)
    sha256 = store.keep(office.PDF)
    ended = threading.Event()

    def drop():
        while not ended.is_set():
            with suppress(FileNotFoundError):
                store.drop(store.path_of(sha256), unless_since=old)

    dropping = threading.Thread(target=drop)
    dropping.start()
    try:
        assert {store.keep(office.PDF) for _again in range(200)} == {sha256}
    finally:
        ended.set()
        dropping.join()
    assert store.path_of(store.keep(office.PDF)).read_bytes() == office.PDF


def attachments(*options):
    said = StringIO()
    call_command("attachments", *options, stdout=said, stderr=said)
    return said.getvalue()


@pytest.mark.django_db
def test_files_that_no_report_names_are_listed_and_deleted_after_a_day(city, root):
    named, loose, young = (store.path_of(store.keep(office.PDF + word)) for word in (b"1", b"2", b"3"))
    half = named.parent / "part-x"
    half.write_bytes(b"%PDF")
    for path in (named, loose, half):
        age(path, days=2)
    Attachment.objects.create(
        revision=city.report.current, item=city.version.items.first(), name="a.pdf", size=1, at=NOW,
        content_type="application/pdf", sha256=named.name, by=city.reporter,
    )  # fmt: skip

    listed = attachments("--unused")
    assert [str(path) in listed for path in (loose, half, named, young)] == [True, True, False, False]
    assert set(store.kept()) == {named, loose, young, half}
    with pytest.raises(CommandError):
        attachments("--delete")
    attachments("--unused", "--delete")
    assert set(store.kept()) == {named, young}
    named.unlink()
    assert named.name in attachments()
