"""Messages to the gateway: signed, posted to the address that was checked, and never into the office's own network."""

import json
import socket
import time
from datetime import UTC, datetime

import pytest
from django.core.exceptions import ValidationError

from notifications import gateway as posting
from notifications.gateway import Refusal, Unclear, checked, post, signature
from notifications.models import Gateway
from tests.notifications.conftest import free_port
from tests.notifications.receiver import CERTIFICATE, receiving

AT = datetime(2022, 5, 16, 1, 30, tzinfo=UTC)


@pytest.fixture
def allowed(settings):
    """The office lets its gateway lie inside."""
    settings.WEBHOOK_ALLOW_PRIVATE_ADDRESSES = True


@pytest.fixture
def receiver(allowed):
    with receiving() as server:
        yield server


@pytest.fixture
def impatient(monkeypatch):
    monkeypatch.setattr(posting, "PATIENCE", 0.5)


def at(address):
    return Gateway(name="Cổng tin nhắn", address=address, secret="bí mật")


def sent_to(server, path="/sms?a=1"):
    post(at(f"http://127.0.0.1:{server.port}{path}"), {"text": "Báo cáo đến hạn"}, at=AT, reference="notice-7-gateway")


def test_a_message_is_signed_over_its_instant_and_its_bytes_and_named_by_its_reference(receiver):
    sent_to(receiver)

    ((path, headers, body),) = receiver.taken
    assert path == "/sms?a=1"
    assert json.loads(body) == {"reference": "notice-7-gateway", "text": "Báo cáo đến hạn"}
    assert headers["Host"] == f"127.0.0.1:{receiver.port}"
    assert headers["Idempotency-Key"] == "notice-7-gateway"
    assert headers["Content-Type"] == "application/json; charset=utf-8"
    assert headers["X-Dxportal-Timestamp"] == str(int(AT.timestamp()))
    assert headers["X-Dxportal-Signature"] == "sha256=" + signature("bí mật", str(int(AT.timestamp())), body)


@pytest.mark.parametrize(
    ("answer", "permanent"),
    [(400, True), (403, True), (422, True), (408, False), (425, False), (429, False), (500, False), (503, False)],
)
def test_a_refusal_of_the_message_is_final_and_one_of_the_moment_is_not(receiver, answer, permanent):
    receiver.answer = answer
    with pytest.raises(Refusal) as refusal:
        sent_to(receiver)
    assert refusal.value.permanent is permanent
    assert str(answer) in refusal.value.words


@pytest.mark.parametrize("answer", [200, 202, 204])
def test_any_answer_of_success_is_one(receiver, answer):
    receiver.answer = answer
    sent_to(receiver)


@pytest.mark.parametrize("answer", [301, 302, 307, 308])
def test_a_redirect_is_not_followed(receiver, answer):
    receiver.answer, receiver.headers = answer, {"Location": f"http://127.0.0.1:{receiver.port}/elsewhere"}
    with pytest.raises(Refusal) as refusal:
        sent_to(receiver, "/sms")
    assert not refusal.value.permanent
    assert [path for path, _headers, _body in receiver.taken] == ["/sms"]


def test_a_server_that_takes_the_message_and_says_nothing_leaves_it_unclear(receiver, impatient):
    receiver.silent = True
    with pytest.raises(Unclear):
        sent_to(receiver)
    assert len(receiver.taken) == 1


def test_a_server_that_answers_a_byte_at_a_time_is_not_waited_for(receiver, impatient):
    receiver.drips = True
    began = time.monotonic()
    with pytest.raises(Unclear):
        sent_to(receiver)
    assert time.monotonic() - began < 2


def test_a_server_that_hangs_up_after_the_message_leaves_it_unclear(receiver):
    receiver.hangs_up = True
    with pytest.raises(Unclear):
        sent_to(receiver)


def test_where_nobody_listens_the_message_is_tried_again(allowed):
    with pytest.raises(Refusal) as refusal:
        post(at(f"http://127.0.0.1:{free_port()}/"), {}, at=AT, reference="notice-7")
    assert not refusal.value.permanent


@pytest.mark.parametrize(
    "host",
    [
        "127.0.0.1",
        "127.1",
        "0x7f000001",
        "2130706433",
        "localhost",
        "[::1]",
        "[::ffff:127.0.0.1]",
        "[::ffff:10.0.0.1]",
        "[::]",
        "0.0.0.0",  # noqa: S104
        "10.0.0.1",
        "172.16.5.4",
        "192.168.1.1",
        "100.64.0.1",
        "169.254.169.254",
        "[fe80::1]",
        "[fd00:ec2::254]",
        "[64:ff9b::7f00:1]",
        "[2002:7f00:1::]",
        "[2001:0:4136:e378:8000:63bf:80ff:fffe]",
        "224.0.0.1",
        "[ff02::1]",
        "240.0.0.1",
        "255.255.255.255",
        "192.0.2.1",
    ],
)
def test_nothing_is_posted_inside_the_office_or_to_the_machine_itself(host):
    with pytest.raises(ValidationError):
        checked(f"https://{host}/sms")
    with pytest.raises(Refusal) as refusal:
        post(at(f"http://{host}/sms"), {}, at=AT, reference="notice-7")
    assert not refusal.value.permanent


@pytest.mark.parametrize(
    "host",
    ["169.254.169.254", "[fe80::1]", "[::ffff:127.0.0.1]", "[64:ff9b::7f00:1]", "[2002:7f00:1::]", "[::]", "224.0.0.1"],
)
def test_what_is_only_the_machines_own_business_is_refused_even_where_the_office_is_allowed(allowed, host):
    with pytest.raises(ValidationError):
        checked(f"http://{host}/")


@pytest.mark.parametrize("host", ["127.0.0.1", "[::1]", "10.0.0.1", "192.168.1.1", "[fd00::1]", "8.8.8.8"])
def test_the_office_may_be_allowed(allowed, host):
    assert checked(f"http://{host}/").addresses == (host.strip("[]"),)


def test_one_address_inside_among_those_of_a_name_is_enough_to_refuse_it(monkeypatch):
    found = [(socket.AF_INET, socket.SOCK_STREAM, 6, "", (one, 443)) for one in ("8.8.8.8", "10.0.0.1")]
    monkeypatch.setattr(socket, "getaddrinfo", lambda *_asked, **_kinds: found)
    with pytest.raises(ValidationError):
        checked("https://gateway.example.vn/")


def test_the_connection_goes_to_the_address_that_was_checked_though_the_name_has_moved_since(receiver, monkeypatch):
    looked_up = socket.getaddrinfo
    asked = []

    def once(host, *rest, **kinds):
        if host == "gateway.example.vn":
            asked.append(host)
            host = "127.0.0.1" if len(asked) == 1 else "10.255.255.1"
        return looked_up(host, *rest, **kinds)

    monkeypatch.setattr(socket, "getaddrinfo", once)
    post(at(f"http://gateway.example.vn:{receiver.port}/sms"), {}, at=AT, reference="notice-7")
    assert asked == ["gateway.example.vn"]
    ((_path, headers, _body),) = receiver.taken
    assert headers["Host"] == f"gateway.example.vn:{receiver.port}"


@pytest.mark.parametrize(
    "address",
    [
        "ftp://example.vn/",
        "file:///etc/passwd",
        "gopher://127.0.0.1:6379/_SET",
        "//example.vn/",
        "https://",
        "https://user:word@example.vn/",
        "https://example.vn:99999/",
        "https://" + "a" * 70 + ".vn/",
    ],
)
def test_only_addresses_of_web_servers_are_taken(allowed, address):
    with pytest.raises(ValidationError):
        checked(address)


def test_a_name_that_is_unknown_here_may_be_entered_but_not_posted_to(allowed):
    address = "https://cong-tin-nhan.invalid/"
    assert checked(address).addresses == ()
    with pytest.raises(Refusal) as refusal:
        post(at(address), {}, at=AT, reference="notice-7")
    assert not refusal.value.permanent


def test_a_server_is_trusted_by_its_name_only(allowed, monkeypatch):
    with receiving(tls=True) as server:
        here = f"https://localhost:{server.port}/sms"
        with pytest.raises(Refusal):
            post(at(here), {}, at=AT, reference="notice-7")
        monkeypatch.setenv("SSL_CERT_FILE", str(CERTIFICATE))
        with pytest.raises(Refusal):
            post(at(f"https://127.0.0.1:{server.port}/sms"), {}, at=AT, reference="notice-7")
        assert server.taken == []
        post(at(here), {}, at=AT, reference="notice-7")
        assert len(server.taken) == 1
