"""A real mail server on loopback, in the process of the tests: it keeps what it takes and refuses when told to."""

import asyncio
import email
import email.policy
import socket
from contextlib import suppress

import pytest
from aiosmtpd.controller import Controller


class Post:
    """The mail server's side: `mails` as taken; `answer` is what it says to the next ones.

    `before_answer(server)`, where given, runs in a thread of its own after a mail was taken and before that is said.
    """

    def __init__(self):
        self.envelopes = []
        self.connections = 0
        self.answer = "250 Kept"
        self.before_answer = None

    @property
    def mails(self):
        return [email.message_from_bytes(one.content, policy=email.policy.default) for one in self.envelopes]

    @property
    def recipients(self):
        return sorted(recipient for one in self.envelopes for recipient in one.rcpt_tos)

    async def handle_EHLO(self, server, session, envelope, hostname, responses):  # noqa: N802
        self.connections += 1
        session.host_name = hostname
        return responses

    async def handle_DATA(self, server, session, envelope):  # noqa: N802
        if self.answer.startswith("250"):
            self.envelopes.append(envelope)
        if self.before_answer is not None:
            await asyncio.to_thread(self.before_answer, server)
        return self.answer


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


@pytest.fixture
def mail_settings(settings):
    """Real SMTP to a loopback port at which nothing answers yet."""
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", free_port()
    settings.EMAIL_TIMEOUT = 5
    settings.DEFAULT_FROM_EMAIL = "cong-bao-cao@example.vn"
    settings.PORTAL_ADDRESS = "https://portal.example.vn"
    return settings


@pytest.fixture
def start_post(mail_settings):
    """`start_post()` has the mail server answer from now on; it is stopped when the test ends."""
    controllers = []

    def start():
        post = Post()
        controller = Controller(post, hostname=mail_settings.EMAIL_HOST, port=mail_settings.EMAIL_PORT)
        controller.start()
        controllers.append(controller)
        return post

    yield start
    for controller in controllers:
        with suppress(RuntimeError):
            controller.stop()


@pytest.fixture
def post(start_post):
    return start_post()
