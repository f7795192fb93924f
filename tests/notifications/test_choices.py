"""What a person's choices mean: without any, all e-mail and no short message; quiet hours may cross midnight."""

from dataclasses import dataclass
from datetime import UTC, datetime, time, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from notifications.choices import Channel, quiet_until, wants
from reports.calendars import ZONE


@dataclass(frozen=True)
class Chosen:
    routine_email: bool = True
    routine_gateway: bool = False
    urgent_gateway: bool = False
    quiet_from: time | None = None
    quiet_until: time | None = None


@pytest.mark.parametrize(
    ("chosen", "channel", "urgent", "goes"),
    [
        (None, Channel.EMAIL, True, True),
        (None, Channel.EMAIL, False, True),
        (None, Channel.GATEWAY, True, False),
        (None, Channel.GATEWAY, False, False),
        (Chosen(routine_email=False), Channel.EMAIL, False, False),
        (Chosen(routine_email=False), Channel.EMAIL, True, True),
        (Chosen(routine_gateway=True), Channel.GATEWAY, False, True),
        (Chosen(routine_gateway=True), Channel.GATEWAY, True, False),
        (Chosen(urgent_gateway=True), Channel.GATEWAY, True, True),
        (Chosen(urgent_gateway=True), Channel.GATEWAY, False, False),
    ],
)
def test_a_channel_is_used_as_chosen_except_that_urgent_mail_cannot_be_refused(chosen, channel, urgent, goes):
    assert wants(chosen, channel, urgent=urgent) is goes


NIGHT = Chosen(quiet_from=time(21), quiet_until=time(6, 30))
NOON = Chosen(quiet_from=time(11, 30), quiet_until=time(13, 30))


@pytest.mark.parametrize(
    ("chosen", "at", "until"),
    [
        (NIGHT, "2022-05-16 20:59:59", None),
        (NIGHT, "2022-05-16 21:00:00", "2022-05-17 06:30"),
        (NIGHT, "2022-05-17 00:00:00", "2022-05-17 06:30"),
        (NIGHT, "2022-05-17 06:29:59", "2022-05-17 06:30"),
        (NIGHT, "2022-05-17 06:30:00", None),
        (NIGHT, "2022-12-31 23:00:00", "2023-01-01 06:30"),
        (NOON, "2022-05-16 11:29:59", None),
        (NOON, "2022-05-16 11:30:00", "2022-05-16 13:30"),
        (NOON, "2022-05-16 13:30:00", None),
        (Chosen(), "2022-05-16 03:00:00", None),
        (None, "2022-05-16 03:00:00", None),
    ],
)
def test_quiet_hours_are_those_of_hanoi_and_may_cross_midnight(chosen, at, until):
    instant = datetime.fromisoformat(at).replace(tzinfo=ZONE).astimezone(UTC)
    assert quiet_until(chosen, instant) == (until and datetime.fromisoformat(until).replace(tzinfo=ZONE))


@given(begins=st.times(), ends=st.times(), at=st.datetimes(timezones=st.just(ZONE)))
def test_quiet_hours_end_within_a_day_and_nobody_is_quiet_when_they_have_ended(begins, ends, at):
    chosen = Chosen(quiet_from=begins, quiet_until=ends)
    until = quiet_until(chosen, at)
    if until is not None:
        assert at < until <= at + timedelta(days=1)
        assert begins == ends or quiet_until(chosen, until) is None
