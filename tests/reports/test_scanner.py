"""The virus scanner is asked by clamd's protocol; what it finds is named, and one that is away keeps files out."""

import socket

import pytest

from reports import scanner
from tests import clamd


@pytest.fixture
def on_tcp(settings):
    with clamd.scanner() as server:
        settings.CLAMD_SOCKET = server.name
        yield server


def test_without_a_scanner_nothing_is_asked():
    assert scanner.virus_in(clamd.EICAR) == ""


def test_a_scanner_on_tcp_gets_every_byte_and_names_what_it_finds(on_tcp):
    clean = bytes(range(256)) * 1024
    assert scanner.virus_in(clean) == ""
    assert scanner.virus_in(b"%PDF-1.7" + clamd.EICAR) == clamd.SIGNATURE
    assert on_tcp.scanned == [clean, b"%PDF-1.7" + clamd.EICAR]


def test_a_scanner_on_a_unix_socket_is_asked_alike(settings, tmp_path):
    with clamd.scanner(tmp_path / "clamd.ctl") as server:
        settings.CLAMD_SOCKET = server.name
        assert scanner.virus_in(b"") == ""
        assert scanner.virus_in(clamd.EICAR) == clamd.SIGNATURE


def test_a_scanner_that_gives_no_verdict_counts_as_away(settings, tmp_path, monkeypatch):
    monkeypatch.setattr(scanner, "PATIENCE", 0.1)
    with clamd.scanner(limit=10) as server:
        settings.CLAMD_SOCKET = server.name
        with pytest.raises(scanner.ScannerAway):
            scanner.virus_in(bytes(200_000))
    with pytest.raises(scanner.ScannerAway):  # nobody listens there any more
        scanner.virus_in(b"x")
    settings.CLAMD_SOCKET = f"unix:{tmp_path}/none.ctl"
    with pytest.raises(scanner.ScannerAway):
        scanner.virus_in(b"x")
    with socket.create_server(("127.0.0.1", 0)) as silent:
        settings.CLAMD_SOCKET = f"tcp:127.0.0.1:{silent.getsockname()[1]}"
        with pytest.raises(scanner.ScannerAway):
            scanner.virus_in(b"x")
