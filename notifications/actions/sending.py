"""Sends a message by its channel, and says what came of it: accepted, refused for now or for good, or unclear."""

from smtplib import SMTPDataError, SMTPRecipientsRefused, SMTPSenderRefused
from types import TracebackType
from typing import NamedTuple, Self

from django.core.mail import get_connection

from notifications import gateway
from notifications.actions import composing
from notifications.actions.taking import Message
from notifications.choices import Channel
from notifications.labels import Outcome
from notifications.owing import Instant
from notifications.telling import Missing


class Answer(NamedTuple):
    """What came of one try, in the server's words where it refused.

    `for_good`: the same message will never go out. `silent`: the server does not answer, and others would fare alike.
    """

    outcome: Outcome
    words: str = ""
    for_good: bool = False
    silent: bool = False


class Ways:
    """The ways out: one connection to the mail server, which stays open from message to message, and the gateway."""

    def __init__(self, instant: Instant) -> None:
        self.instant = instant
        self.server = get_connection()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.server.close()

    def send(self, message: Message, missing: Missing) -> Answer:
        """Send one message by its channel."""
        if message.channel is Channel.EMAIL:
            return self._mail(message, missing)
        return self._post(message, missing)

    def _mail(self, message: Message, missing: Missing) -> Answer:
        """Send one mail. A connection that breaks while it is on its way leaves the outcome unclear."""
        is_open = False
        try:
            letter = composing.letter(message, missing, instant=self.instant)
            self.server.open()
            is_open = True
            self.server.send_messages([letter])
            return Answer(Outcome.ACCEPTED)
        except SMTPRecipientsRefused as error:
            codes = [code for code, _words in error.recipients.values()]
            answer = Answer(Outcome.FAILED, str(error), for_good=all(500 <= code < 600 for code in codes))
        except SMTPDataError as error:
            answer = Answer(Outcome.FAILED, str(error), for_good=500 <= error.smtp_code < 600)
        except SMTPSenderRefused as error:
            answer = Answer(Outcome.FAILED, str(error))
        except ValueError as error:  # an address that is none
            answer = Answer(Outcome.FAILED, str(error), for_good=True)
        except OSError as error:
            answer = Answer(Outcome.UNCLEAR if is_open else Outcome.FAILED, str(error), silent=True)
        self.server.close()
        return answer

    def _post(self, message: Message, missing: Missing) -> Answer:
        """Post one short message to the gateway."""
        if self.instant.gateway is None:
            return Answer(Outcome.FAILED, "No gateway is in use.", silent=True)
        try:
            gateway.post(
                self.instant.gateway,
                composing.short(message, missing, instant=self.instant),
                at=self.instant.at,
                reference=composing.reference(message),
            )
            return Answer(Outcome.ACCEPTED)
        except gateway.Refusal as refusal:
            return Answer(Outcome.FAILED, refusal.words, for_good=refusal.permanent, silent=not refusal.permanent)
        except gateway.Unclear as unclear:
            return Answer(Outcome.UNCLEAR, unclear.words, silent=True)
