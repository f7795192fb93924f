"""The local mail sink: keeps every mail and shows it, harmlessly."""

import os
import smtplib
import sys
import urllib.error
import urllib.request
from email.message import EmailMessage

import pytest

from dxportal.embedded.server import remembered_port
from dxportal.serve import mail, together


@pytest.fixture(scope="module")
def sink(tmp_path_factory):
    folder = tmp_path_factory.mktemp("sink")
    smtp, page = (remembered_port(folder / name) for name in ("smtp", "page"))
    with together(folder / "log", os.environ) as processes:
        processes.start("mail sink", mail(folder, smtp, page))
        processes.await_page(f"http://127.0.0.1:{page}/")
        (folder / "secret.eml").write_text("Subject: not a mail of the sink\n\n")
        yield smtp, f"http://127.0.0.1:{page}/"


def read(address):
    with urllib.request.urlopen(address, timeout=10) as answer:  # noqa: S310 - the sink's own address
        return answer.read().decode()


def test_a_mail_is_kept_and_shown_with_every_letter_and_no_markup_of_its_own(sink):
    smtp, page = sink
    message = EmailMessage()
    message["From"], message["To"] = "portal@localhost", "phuong.phuc-xa@hanoi.example"
    message["Subject"] = "Nhắc báo cáo tháng 5 <script>alert(1)</script>"
    message.set_content("Kính gửi đồng chí,\n\nBáo cáo đến hạn <b>hôm nay</b>.\n")
    with smtplib.SMTP("127.0.0.1", smtp, timeout=10) as client:
        client.send_message(message)
    listing = read(page)
    assert "Nhắc báo cáo tháng 5 &lt;script&gt;" in listing
    name = listing.split('href="/')[1].split('"')[0]
    shown = read(page + name)
    assert "Báo cáo đến hạn &lt;b&gt;hôm nay&lt;/b&gt;." in shown
    assert "<script" not in listing + shown


@pytest.mark.parametrize("path", ["..%2Fsecret.eml", "../secret.eml", "%2Fetc%2Fpasswd", "none.eml", "log"])
def test_nothing_but_kept_mails_is_shown(sink, path):
    with pytest.raises(urllib.error.HTTPError, match="404") as refused:
        read(sink[1] + path)
    refused.value.close()


def test_the_sink_ends_at_once_when_asked(tmp_path):
    smtp, page = (remembered_port(tmp_path / name) for name in ("smtp", "page"))
    with together(tmp_path / "log", os.environ) as processes:
        processes.start("mail sink", mail(tmp_path, smtp, page))
        processes.await_page(f"http://127.0.0.1:{page}/")
        process = processes.running["mail sink"]
    assert process.returncode == 0
    assert sys.executable in process.args
