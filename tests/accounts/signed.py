"""How each action is made that changes what is journalled: the situation that it needs, and the change itself."""

from collections.abc import Callable
from datetime import date, timedelta
from typing import Any

from django.db import connection, transaction
from django.db.backends.postgresql.psycopg_any import DateRange, DateTimeTZRange

from accounts.actions import absences, appointing, people, units
from accounts.labels import Kind
from accounts.models import Absence, JournalEntry, Unit
from accounts.roles import Level, Role
from notifications.actions import directing, feeding, gateways, laddering, preferring, resending
from notifications.ladder import WHO, Audience, Rung
from notifications.models import Delivery, Gateway, Notice
from reports.actions import applicability, deadlines, designing, parts, sources, targets, tasks
from reports.actions.discipline import explaining, listing, proposing, recording, ruling
from reports.models import Indicator, Item, Lapse, Section, Source, Target, Task, TaskGroup
from tests.city import FORM, NOW
from tests.office import PDF

LATER = NOW + timedelta(hours=1)
DAY = NOW.date()


def unsigned():
    """As at the beginning of a transaction: nobody has signed yet."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT set_config('dxportal.person', '', true), set_config('dxportal.at', '', true)")


def _new_unit(city):
    return Unit(
        level=Level.COMMUNE, kind=Kind.WARD, code="00007", name="Phường Cống Vị", parent=city.district,
        valid=DateRange(date(2022, 6, 1), None),
    )  # fmt: skip


def _correct(city):
    city.commune.short_name = "PX"
    return units.correct(city.commune, by=city.administrator, at=LATER)


def _rename(city):
    city.head.full_name = "Tên Khác"
    return people.store(city.head, by=city.administrator, at=LATER)


def _away(city):
    days = DateRange(LATER.date(), LATER.date() + timedelta(days=2))
    return absences.store(Absence(person=city.head, valid=days), by=city.head, at=LATER)


def _given_up(city):
    notice = Notice.objects.create(
        person=city.head, kind="rung", report=city.report, occasion="rung:0:2022-05-16", rung=0, owed_at=NOW
    )
    return Delivery.objects.create(notice=notice, person=city.head, channel="email", state="dead", due_at=NOW)


def _retire(city):
    indicator = Indicator.objects.first()
    indicator.retired_on = LATER.date()
    return targets.save_indicator(indicator, by=city.administrator, at=LATER)


def _later(city):
    return appointing.appoint(
        city.stranger, city.commune, Role.HEAD, DateTimeTZRange(LATER + timedelta(days=1), None),
        by=city.administrator, at=NOW,
    )  # fmt: skip


def _source(city):
    item = Item.objects.filter(version=city.version, indicator__isnull=False).first()
    day = date(2023, 1, 1)
    return Source(indicator=item.indicator, level="commune", form=city.form, valid=DateRange(day, None))


def _incident(city):
    terms = {"title": "Mất điện", "began_at": NOW - timedelta(hours=2), "ended_at": NOW - timedelta(hours=1)}
    return deadlines.report_incident(**terms, by=city.administrator, at=LATER)


def _set_aside(city, at=LATER):
    indicator = applicability.decided_for(city.commune, by=city.approver, at=at).first()
    return applicability.set_not_applicable(
        indicator, city.commune, date(2022, 6, 1), "Không có.", by=city.approver, at=at
    )


def _part(city):
    section = Section.objects.filter(version=city.version).first()
    return parts.assign_part(section, city.commune, person=city.reporter, by=city.reporter, at=LATER)


def _task(city, group):
    task = Task(
        group=group, pillar="society", code="NV-9", title="Nhiệm vụ", lead=city.department, deliverable="Kế hoạch",
        starts_on=NOW.date(), due_on=NOW.date(),
    )  # fmt: skip
    return tasks.save_task(task, [], by=city.administrator, at=LATER)


def _form(city):
    return designing.create_form(
        "BM-99", "Biểu thử", owner=city.owner, stand_in=city.stand_in, by=city.administrator, at=LATER
    )


def _copy(city):
    return designing.new_version(city.form, copy_of=city.version, by=city.administrator, at=LATER)


def _lowered(city, target):
    target.low -= 1
    return targets.save_target(target, by=city.administrator, at=LATER)


def _lapse(city):
    """What the commune did not file in April, recorded and asked about."""
    recording.record(at=NOW)
    return Lapse.objects.get(unit=city.commune)


def _explained(city):
    lapse = _lapse(city)
    explaining.explain(lapse, cause="not_signed", text="Lãnh đạo đi vắng.", by=city.head, at=NOW)
    return lapse


def _announced(city, at=NOW - timedelta(days=2)):
    return listing.announce(date(2022, 4, 1), by=city.inspector, at=at)


def _objected(city):
    lapse = _lapse(city)
    return listing.object_to(_announced(city, at=NOW), lapse, text="Đã nộp bản giấy.", by=city.head, at=NOW)


def _listed(city):
    lapse = _lapse(city)
    listing.issue(_announced(city), by=city.inspector, at=NOW)
    return lapse


def _propose(city, lapse, at=LATER):
    return proposing.propose(
        city.commune, [lapse], measure="remind", reason="Chậm gửi báo cáo.", by=city.inspector, at=at
    )


def _proposed(city):
    return _propose(city, _listed(city), at=NOW)


def _sent(city):
    return proposing.send(_proposed(city), number="12/TTr", day=DAY, by=city.inspector, at=NOW)


def _draft(city, at=NOW):
    words = {"number": "04/CT-UBND", "title": "Chỉ thị về kỷ cương", "issuer": "UBND thành phố", "text": ""}
    return directing.write(
        None, **words, issued_on=DAY, pass_on_by=NOW + timedelta(days=9), file=("chi-thi.pdf", PDF),
        by=city.inspector, at=at,
    )  # fmt: skip


def _ladder(city, at=NOW):
    laddering.give(city.form, [Rung(1, (WHO[Audience.HEAD],))], by=city.approver, at=at)


JOURNAL_FROM: list[int] = []
"""The last entries of the journal before the change: at first, and again after something was made ready for it."""


def _prepared(make: Callable[..., Any], change: Callable[..., Any]) -> Callable[..., Any]:
    """The change alone, after something has been made ready for it."""

    def act(city):
        made = make(city)
        unsigned()
        JOURNAL_FROM.append(JournalEntry.objects.order_by("-pk").values_list("pk", flat=True)[0])
        return change(city, made)

    return act


def signatures(city, change):
    """Whether nobody is named, and when, of all that one action changes; nothing of it stays."""
    with transaction.atomic():
        unsigned()
        JOURNAL_FROM[:] = [JournalEntry.objects.order_by("-pk").values_list("pk", flat=True)[0]]
        change(city)
        found = {(entry.by_id is None, entry.at) for entry in JournalEntry.objects.filter(pk__gt=JOURNAL_FROM[-1])}
        transaction.set_rollback(True)
    for held in (city.administrator, city.head, city.commune):
        held.refresh_from_db()
    return found


SIGNED: dict[Callable[..., Any], Callable[..., Any]] = {
    appointing.appoint: lambda city: appointing.appoint(
        city.stranger, city.commune, Role.HEAD, DateTimeTZRange(LATER, None), by=city.administrator, at=LATER
    ),
    appointing.end_appointment: lambda city: appointing.end_appointment(
        city.head.appointments.get(), LATER, by=city.administrator, at=LATER
    ),
    appointing.withdraw: _prepared(
        _later, lambda city, later: appointing.withdraw(later, by=city.administrator, at=LATER)
    ),
    people.store: _rename,
    people.set_password: lambda city: people.set_password(city.head, "khac-hoan-toan", by=city.head, at=LATER),
    units.begin: lambda city: units.begin(_new_unit(city), by=city.administrator, at=LATER),
    units.correct: _correct,
    absences.store: _away,
    absences.take_back: _prepared(_away, lambda city, away: absences.take_back(away, by=city.head, at=LATER)),
    preferring.prefer: lambda city: preferring.prefer(by=city.head, at=LATER, phone="0912345678", routine_email=False),
    feeding.make: lambda city: feeding.make(by=city.head, at=LATER),
    feeding.end: _prepared(
        lambda city: feeding.make(by=city.head, at=NOW), lambda city, _secret: feeding.end(by=city.head, at=LATER)
    ),
    resending.resend: _prepared(_given_up, lambda city, one: resending.resend(one, by=city.administrator, at=LATER)),
    resending.drop: _prepared(_given_up, lambda city, one: resending.drop(one, by=city.administrator, at=LATER)),
    gateways.store: lambda city: gateways.store(
        Gateway(name="SMS", address="https://8.8.8.8/sms", secret="x" * 24), by=city.administrator, at=LATER
    ),
    applicability.set_not_applicable: _set_aside,
    applicability.end_not_applicable: _prepared(
        _set_aside,
        lambda city, row: applicability.end_not_applicable(row, date(2022, 8, 1), by=city.approver, at=LATER),
    ),
    deadlines.grant_extension: lambda city: deadlines.grant_extension(
        city.form,
        city.report.period,
        until=NOW + timedelta(days=9),
        reason="Mưa lớn",
        document="1/TB",
        by=city.approver,
        at=LATER,
    ),
    deadlines.report_incident: _incident,
    deadlines.confirm_incident: _prepared(
        _incident, lambda city, incident: deadlines.confirm_incident(incident, by=city.inspector, at=LATER)
    ),
    deadlines.correct_day: lambda city: deadlines.correct_day(
        date(2022, 5, 17), working=False, name="Nghỉ", document="1/TB", by=city.administrator, at=LATER
    ),
    sources.enter_source: lambda city: sources.enter_source(_source(city), by=city.administrator, at=LATER),
    sources.end_source: _prepared(
        lambda city: sources.enter_source(_source(city), by=city.administrator, at=NOW),
        lambda city, source: sources.end_source(source, date(2023, 12, 31), by=city.administrator, at=LATER),
    ),
    tasks.save_task: _prepared(lambda city: TaskGroup.objects.create(position=9, name="Chín"), _task),
    targets.save_target: _prepared(
        lambda city: Target.objects.filter(low__isnull=False).first(),
        _lowered,
    ),
    targets.save_indicator: _retire,
    parts.assign_part: _part,
    parts.unassign_part: _prepared(_part, lambda city, part: parts.unassign_part(part, by=city.reporter, at=LATER)),
    designing.create_form: _form,
    designing.new_version: _copy,
    designing.import_draft: lambda city: designing.import_draft(
        {**FORM, "code": "BM-98", "indicators": []}, by=city.administrator, at=LATER
    ),
    designing.save_draft: _prepared(
        _copy,
        lambda city, draft: designing.save_draft(
            draft, designing.design_of(draft) | {"rules": []}, by=city.administrator, at=LATER
        ),
    ),
    designing.discard_draft: _prepared(
        _copy, lambda city, draft: designing.discard_draft(draft, by=city.administrator, at=LATER)
    ),
    designing.put_in_force: _prepared(
        _copy, lambda city, draft: designing.put_in_force(draft, "2022-07", by=city.administrator, at=LATER)
    ),
    designing.retire: lambda city: designing.retire(city.version, "2022-12", by=city.administrator, at=LATER),
    explaining.explain: _prepared(
        _lapse,
        lambda city, lapse: explaining.explain(lapse, cause="network", text="Mất mạng.", by=city.head, at=LATER),
    ),
    ruling.rule: _prepared(
        _explained,
        lambda city, lapse: ruling.rule(lapse, excused=True, reason="Có lý do.", by=city.approver, at=LATER),
    ),
    listing.announce: lambda city: _announced(city, at=LATER),
    listing.object_to: _prepared(
        lambda city: (_announced(city, at=NOW), _lapse(city)),
        lambda city, both: listing.object_to(*both, text="Đã nộp bản giấy.", by=city.head, at=LATER),
    ),
    listing.answer: _prepared(
        _objected,
        lambda city, one: listing.answer(one, upheld=True, answer="Đã đối chiếu.", by=city.inspector, at=LATER),
    ),
    listing.issue: _prepared(_announced, lambda city, one: listing.issue(one, by=city.inspector, at=LATER)),
    proposing.propose: _prepared(_listed, _propose),
    proposing.send: _prepared(
        _proposed, lambda city, one: proposing.send(one, number="12/TTr", day=DAY, by=city.inspector, at=LATER)
    ),
    proposing.decide: _prepared(
        _sent,
        lambda city, one: proposing.decide(
            one, measure="criticise", number="99/QĐ", day=DAY, by=city.inspector, at=LATER
        ),
    ),
    directing.write: lambda city: _draft(city, at=LATER),
    directing.discard: _prepared(_draft, lambda city, draft: directing.discard(draft, by=city.inspector, at=LATER)),
    directing.publish: _prepared(
        _draft, lambda city, draft: directing.publish(draft, ["commune"], [], by=city.inspector, at=LATER)
    ),
    laddering.give: lambda city: _ladder(city, at=LATER),
    laddering.take_back: _prepared(
        _ladder, lambda city, _none: laddering.take_back(city.form, by=city.approver, at=LATER)
    ),
}
"""The changes, by their actions."""
