"""Why a unit is or is not expected: one table of reasons, and the same answer as opening gives."""

import io
from dataclasses import replace
from datetime import date

import pytest
from django.core.management import CommandError, call_command
from django.db.backends.postgresql.psycopg_any import DateRange

from accounts.models import Unit
from accounts.roles import Level
from reports import expectations
from reports.actions import deadlines, opening
from reports.explaining import Facts, Reason, reasons
from reports.labels import reason_words
from reports.models import FormVersion, NamedUnit, Period, Report
from reports.periods import Frequency, PeriodCode, Window
from tests.city import NOW
from tests.reports.test_opening import SPAN, by_hand, new_form, once

FACTS = Facts(
    window=Window(date(2022, 4, 15), date(2022, 5, 14)),
    opens_on=date(2022, 4, 15),
    today=date(2022, 5, 16),
    frequencies=(Frequency.MONTH,),
    has_period=True,
    holds=True,
    has_draft=False,
    by_hand=False,
    level=Level.COMMUNE,
    begins=date(2021, 3, 1),
    last_day=None,
    answers=True,
    everyone=True,
    named=None,
    opened=True,
)


@pytest.mark.parametrize(
    ("facts", "expected"),
    [
        ({}, [Reason.LEVEL_ANSWERS]),
        ({"everyone": False, "named": True}, [Reason.NAMED]),
        ({"by_hand": True}, [Reason.CHOSEN]),
        ({"opened": False}, [Reason.LEVEL_ANSWERS, Reason.NOT_OPENED]),
        ({"opened": False, "opens_on": date(2022, 5, 17)}, [Reason.LEVEL_ANSWERS, Reason.NOT_OPEN_YET]),
        ({"opened": False, "by_hand": True}, [Reason.NOT_CHOSEN]),
        ({"opened": False, "has_period": False}, [Reason.NO_SUCH_PERIOD]),
        ({"opened": False, "holds": False}, [Reason.NO_VERSION]),
        ({"opened": False, "holds": False, "has_draft": True}, [Reason.NO_VERSION, Reason.DRAFT_VERSION]),
        ({"opened": False, "begins": date(2022, 5, 15)}, [Reason.UNIT_NOT_BEGUN]),
        ({"opened": False, "begins": date(2022, 5, 14)}, [Reason.LEVEL_ANSWERS, Reason.NOT_OPENED]),
        ({"opened": False, "last_day": date(2022, 5, 13)}, [Reason.UNIT_ENDED]),
        ({"opened": False, "last_day": date(2022, 5, 14)}, [Reason.LEVEL_ANSWERS, Reason.NOT_OPENED]),
        ({"opened": False, "answers": False}, [Reason.OTHER_LEVEL]),
        ({"opened": False, "everyone": False}, [Reason.NOT_NAMED]),
        ({"opened": False, "named": False}, [Reason.EXCLUDED]),
        (
            {"opened": False, "last_day": date(2022, 1, 31), "named": False},
            [Reason.UNIT_ENDED, Reason.EXCLUDED],
        ),
        ({"last_day": date(2022, 5, 1)}, [Reason.LEVEL_ANSWERS]),  # what was opened stays owed
    ],
)
def test_every_reason_that_applies_is_given(facts, expected):
    assert list(reasons(replace(FACTS, **facts))) == expected


@pytest.mark.parametrize("reason", Reason)
def test_every_reason_is_a_whole_sentence(reason):
    words = reason_words(reason, replace(FACTS, last_day=date(2022, 1, 31)))
    assert words.endswith(".")
    assert "%(" not in words


def explained(form, unit, code, at=NOW):
    return expectations.explain(form, unit, PeriodCode.parse(code), at=at)


def test_what_is_explained_is_what_is_opened(city):
    version = new_form(city, levels=("district", "commune"), since=date(2022, 4, 15))
    version.respondents.filter(level="commune").update(everyone=False)
    for unit, excluded in ((city.commune, False), (city.elsewhere, True), (city.department, False)):
        NamedUnit.objects.create(version=version, unit=unit, excluded=excluded)
    Unit.objects.filter(pk=city.sibling.pk).update(valid=DateRange(date(2021, 1, 1), date(2022, 5, 10)))
    told = {unit.code: explained(version.form, unit, "2022-05") for unit in Unit.objects.all()}
    opening.open_period(version, PeriodCode.parse("2022-05"))
    opened = set(Report.objects.filter(version=version).values_list("unit__code", flat=True))
    assert opened == {code for code, one in told.items() if one.is_expected} == {"001", "00001"}
    assert told["271"].reasons == (Reason.EXCLUDED,)
    assert told["00004"].reasons == (Reason.UNIT_ENDED, Reason.NOT_NAMED)
    assert told["SYT"].reasons == (Reason.OTHER_LEVEL,)
    assert told["09619"].reasons == (Reason.NOT_NAMED,)
    for code in opened:
        assert told[code].deadline == Report.objects.get(version=version, unit__code=code).deadline


def test_an_expected_report_comes_with_its_rule_its_deadline_and_what_moved_it(city):
    until = NOW.replace(day=21, hour=0)
    deadlines.grant_extension(
        city.form, Period.objects.get(code="2022-05"), unit=city.commune, until=until, reason="Mưa lũ",
        document="12/TB", by=city.approver, at=NOW,
    )  # fmt: skip
    told = explained(city.form, city.commune, "2022-05")
    assert (told.rule.days, told.deadline) == (1, until)
    assert [(one.cause, one.after) for one in told.changes] == [("extension", until)]
    assert told.basis.number == "4098/QĐ-UBND"


def test_a_period_before_the_first_version_and_one_of_another_rhythm_are_told_apart(city):
    assert explained(city.form, city.commune, "2021-03").reasons == (Reason.NO_VERSION,)
    assert explained(city.form, city.commune, "2022-Q1").reasons == (Reason.NO_SUCH_PERIOD,)
    assert explained(city.form, city.commune, "2022-05-20").reasons == (Reason.NO_SUCH_PERIOD,)
    assert explained(city.form, city.commune, "2022-08").reasons == (Reason.LEVEL_ANSWERS, Reason.NOT_OPEN_YET)


def test_a_draft_asks_nothing_and_is_named(city):
    version = new_form(city, since=None)
    assert explained(version.form, city.district, "2022-05").reasons == (Reason.NO_VERSION, Reason.DRAFT_VERSION)


def test_each_period_is_explained_by_the_version_that_holds_for_it(city):
    FormVersion.objects.filter(pk=city.version.pk).update(valid=DateRange(date(2021, 4, 15), date(2022, 6, 15)))
    later = FormVersion.objects.create(
        form=city.form, number=2, title="Sửa đổi", kind="thematic", valid=DateRange(date(2022, 6, 15), None)
    )
    assert explained(city.form, city.commune, "2022-06").version == city.version
    told = explained(city.form, city.commune, "2022-07")
    assert (told.version, told.reasons) == (later, (Reason.OTHER_LEVEL,))


def test_of_a_form_asked_by_hand_the_chosen_and_the_others_are_told_apart(city):
    version = once(city)
    by_hand(city, version, units=[city.district])
    code = PeriodCode.of(SPAN.last, Frequency.ONCE, "calendar").code
    assert explained(version.form, city.district, code).reasons == (Reason.CHOSEN,)
    assert explained(version.form, city.commune, code).reasons == (Reason.NOT_CHOSEN,)


def told_by_command(**asked):
    out = io.StringIO()
    call_command("explain", **{"form": "BM-02", "unit": "00001", "period": "2022-05"} | asked, stdout=out)
    return out.getvalue()


def test_the_command_tells_it_in_words_with_the_act(city, at):
    text = told_by_command()
    assert "[level_answers]" in text
    assert "4098/QĐ-UBND" in text
    assert "24:00" in text
    assert "16/05/2022" in text
    assert "[no_version]" in told_by_command(period="2021-03")


@pytest.mark.parametrize(
    ("asked", "words"),
    [({"form": "BM-77"}, "BM-02"), ({"unit": "99"}, "code '99'"), ({"period": "tháng 5"}, "not a period")],
)
def test_the_command_says_in_one_sentence_what_it_does_not_know(city, at, asked, words):
    with pytest.raises(CommandError, match=words):
        told_by_command(**asked)
