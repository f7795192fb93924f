"""A mail server for one machine: takes every mail, delivers none, and shows them on a plain page.

Used by `make run` where no EMAIL_URL is given. Each mail becomes one file, so mails outlive a restart.
"""

import argparse
import email.parser
import email.policy
import html
import signal
import threading
from datetime import datetime
from email.message import EmailMessage
from http import HTTPStatus
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any
from urllib.parse import unquote

from aiosmtpd.controller import Controller

HOST = "127.0.0.1"
SHOWN = 200
PAGE = """<!doctype html>
<html lang="en"><meta charset="utf-8"><meta name="viewport" content="width=device-width">
<title>{title}</title>
<style>body {{ font: 16px/1.5 sans-serif; margin: 2rem auto; max-width: 60rem; padding: 0 1rem }}
td, th {{ padding: .25rem .75rem .25rem 0; text-align: left; vertical-align: top }}
pre {{ white-space: pre-wrap; overflow-wrap: anywhere }}</style>
<h1>{title}</h1>
{body}
"""


class Sink:
    """What the SMTP server does with a mail: one file per mail, named by arrival."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    async def handle_DATA(self, server: Any, session: Any, envelope: Any) -> str:  # noqa: N802
        """Write the mail to a temporary name first, so that nobody reads half of one."""
        name = datetime.now().astimezone().strftime("%Y%m%d-%H%M%S-%f")
        unfinished = self.folder / f"{name}.part"
        unfinished.write_bytes(envelope.content)
        unfinished.rename(self.folder / f"{name}.eml")
        return "250 Kept"


def read(path: Path) -> EmailMessage:
    """Parse one kept mail."""
    return email.parser.BytesParser(EmailMessage, policy=email.policy.default).parsebytes(path.read_bytes())


def listing(folder: Path) -> str:
    """Return the page that lists the newest mails."""
    rows = []
    paths = sorted(folder.glob("*.eml"), reverse=True)
    for path in paths[:SHOWN]:
        message = read(path)
        who, subject = (html.escape(str(message.get(name, "(none)"))) for name in ("to", "subject"))
        rows.append(f'<tr><td>{path.stem[:15]}<td>{who}<td><a href="/{path.name}">{subject}</a>')
    table = "<table><tr><th>Arrived<th>To<th>Subject" + "".join(rows) + "</table>"
    return PAGE.format(title=f"Mails ({len(paths)})", body=table if rows else "<p>No mail yet.</p>")


def showing(path: Path) -> str:
    """Return the page that shows one mail as plain text."""
    message = read(path)
    heads = "".join(
        f"<tr><th>{name}<td>{html.escape(str(message.get(name, '')))}" for name in ("From", "To", "Date", "Subject")
    )
    part = message.get_body(("plain", "html"))
    text = html.escape(part.get_content()) if part is not None else "(no text)"
    body = f'<p><a href="/">All mails</a></p><table>{heads}</table><pre>{text}</pre>'
    return PAGE.format(title="Mail", body=body)


def page_handler(folder: Path) -> type[BaseHTTPRequestHandler]:
    """Make the handler that serves the mails of this folder, and nothing else."""

    class Page(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            name = unquote(self.path).lstrip("/")
            path = folder / name
            if name and (path.parent != folder or path.suffix != ".eml" or not path.is_file()):
                self.send_error(HTTPStatus.NOT_FOUND)
                return
            content = (showing(path) if name else listing(folder)).encode()
            self.send_response(HTTPStatus.OK)
            self.send_header("Content-Type", "text/html; charset=utf-8")
            self.send_header("Content-Length", str(len(content)))
            self.end_headers()
            self.wfile.write(content)

        def log_message(self, *args: Any) -> None:
            pass

    return Page


def main() -> None:
    """Take mails and show them until told to stop."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--smtp-port", type=int, required=True)
    parser.add_argument("--page-port", type=int, required=True)
    given = parser.parse_args()
    folder = given.folder.resolve()
    folder.mkdir(parents=True, exist_ok=True)

    stop = threading.Event()
    for sign in (signal.SIGTERM, signal.SIGINT):
        signal.signal(sign, lambda *_: stop.set())
    smtp = Controller(Sink(folder), hostname=HOST, port=given.smtp_port)
    smtp.start()
    page = ThreadingHTTPServer((HOST, given.page_port), page_handler(folder))
    threading.Thread(target=page.serve_forever, daemon=True).start()
    stop.wait()
    page.shutdown()
    smtp.stop()


if __name__ == "__main__":
    main()
