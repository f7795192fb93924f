"""The documents of discipline: the bulletin of a month's issued list, and a proposal of handling to the Chair."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from decimal import Decimal
from typing import Any

from django.utils.translation import gettext as _

from accounts.labels import Kind
from accounts.models import Unit
from reports import labels, numbers
from reports.exchange.letters import Letter, Table, letter
from reports.labels import discipline as words
from reports.models import Proposal, StandingList
from reports.record import Reviewing, Tally


def bulletin(kept: StandingList, issuer: Unit, tallies: Sequence[Tally], reviewing: Iterable[Reviewing]) -> Letter:
    """The bulletin of an issued list, its lapses as they were issued; tallies and reviews are as of that instant."""
    issued, at = kept.content or {}, kept.issued_at or kept.announced_at
    month = labels.period_name(f"{kept.month:%Y-%m}")
    lines, overrun = issued.get("lines", []), [one for one in reviewing if one.overran]
    opening = _(
        "Pursuant to Directive No. 04/CT-UBND of 9 February 2021 of the City's People's Committee, %(issuer)s makes"
        " known how units kept the deadlines of reports due in %(month)s, as the portal recorded it by %(instant)s:"
    )
    listed = _("2. %(count)d lapses of %(units)d units stand on the list, after the units could correct facts.")
    units = len({line["unit"]["pk"] for line in lines})
    body: list[str | Table] = [
        opening % {"issuer": issuer.name, "month": month, "instant": labels.deadline_words(at)},
        _figures(tallies),
        listed % {"count": len(lines), "units": units},
    ]
    if lines:
        body.append(_listed(lines))
    body.append(
        _("3. %(aside)d lapses were excused or set aside, and %(excluded)d were excluded by rule; they are not listed.")
        % {"aside": len(issued.get("set_aside", [])), "excluded": len(issued.get("excluded", []))}
    )
    if overrun:
        body += [_("4. Units that kept reviews longer than they are given:"), _reviewers(overrun)]
    body.append(_("SHA-256 of the list as it was issued: %(digest)s./.") % {"digest": kept.sha256})
    return letter(
        issuer,
        kind=_("Announcement"),
        sign="TB",
        subject=_("How units kept the deadlines of reports, %(month)s") % {"month": month},
        body=body,
        recipients=[
            _("The Chair of the City's People's Committee (to report);"),
            _("The units listed;"),
            _("Archive."),
        ],
        signer=_signer(issuer),
        at=at,
    )


def _figures(tallies: Sequence[Tally]) -> str:
    on_time, late, missing, approved, right = (
        sum(getattr(one, name) for one in tallies)
        for name in ("on_time", "late", "missing", "approved", "right_first_time")
    )
    due = on_time + late + missing
    return _(
        "1. Of %(due)s reports due, %(on_time)s were received on time (%(share)s), %(late)s late, and %(missing)s were"
        " missing. Of %(approved)s reports approved, %(right)s were right the first time (%(right_share)s)."
    ) % {
        "due": _whole(due),
        "on_time": _whole(on_time),
        "share": _share(on_time, due),
        "late": _whole(late),
        "missing": _whole(missing),
        "approved": _whole(approved),
        "right": _whole(right),
        "right_share": _share(right, approved),
    }


def _whole(count: int) -> str:
    return numbers.written(Decimal(count), 0)


def _share(part: int, whole: int) -> str:
    return f"{numbers.written(Decimal(part * 100) / whole, 1)}%" if whole else "–"


def _listed(lines: Sequence[Mapping[str, Any]]) -> Table:
    rows = [
        [
            str(number),
            line["unit"]["name"],
            _report(line),
            str(words.LAPSE_KINDS[line["kind"]]),
            str(line["days"]),
            str(line["repeats"]),
            _said(line),
        ]
        for number, line in enumerate(lines, 1)
    ]
    heads = [_("No."), _("Unit"), _("Report"), _("Lapse"), _("Days over"), _("Repeats"), _("Explanation and decision")]
    return Table(_("Standing list"), heads, rows, [6, 19, 18, 17, 9, 10, 21])


def _reviewers(overrun: Sequence[Reviewing]) -> Table:
    rows = [
        [str(number), one.unit.name, str(labels.HANDS[one.hand]), str(one.reports), str(one.overran)]
        for number, one in enumerate(overrun, 1)
    ]
    heads = [_("No."), _("Unit"), _("As"), _("Reviews"), _("Kept too long")]
    return Table(_("Reviewing units"), heads, rows, [8, 38, 28, 12, 14])


def _report(line: Mapping[str, Any]) -> str:
    name = f"{line['form']['code']}, {labels.period_name(line['period'])}"
    return name if line["unit"]["pk"] == line["respondent"]["pk"] else f"{name} ({line['respondent']['name']})"


def _said(line: Mapping[str, Any]) -> str:
    """What the unit explained, and whether the owner excused it."""
    explanation, ruling = line["explanation"], line["ruling"]
    if explanation:
        parts = [str(words.LAPSE_CAUSES[explanation["cause"]])]
    else:
        parts = [_("Not explained") if line["asked"] else _("No explanation asked for")]
    if ruling:
        parts.append(_("excused") if ruling["excused"] else _("not excused"))
    return "; ".join(parts)


def proposal(one: Proposal, issuer: Unit) -> Letter:
    """The draft of a proposal of handling, from the facts that were compiled as it was made."""
    unit, lines = one.facts["unit"]["name"], one.facts["lines"]
    opening = _(
        "Pursuant to Directive No. 04/CT-UBND of 9 February 2021 of the City's People's Committee, %(issuer)s has"
        " followed how units keep the deadlines of reports, and submits the following to the Chair:"
    )
    facts = _("1. Facts: %(unit)s has %(count)d lapses on standing lists that were issued.")
    proposed = _("2. %(issuer)s proposes to the Chair this measure towards %(unit)s: %(measure)s.")
    return letter(
        issuer,
        kind=_("Submission"),
        sign="TTr",
        subject=_("Proposed handling of %(unit)s for lapses of reporting") % {"unit": unit},
        to=_("To: The Chair of the City's People's Committee"),
        body=[
            opening % {"issuer": issuer.name},
            facts % {"unit": unit, "count": len(lines)},
            _facts(lines),
            proposed % {"issuer": issuer.name, "unit": unit, "measure": str(words.MEASURES[one.measure]).lower()},
            _("Reason: %(reason)s") % {"reason": one.reason},
            _("Respectfully submitted to the Chair for consideration and decision./."),
        ],
        recipients=[_("As above;"), f"{unit};", _("Archive.")],
        signer=_signer(issuer),
        number=one.number,
        day=one.day,
        at=one.at,
    )


def _facts(lines: Sequence[Mapping[str, Any]]) -> Table:
    rows = [
        [
            str(number),
            _report(line),
            str(words.LAPSE_KINDS[line["kind"]]),
            labels.deadline_words(datetime.fromisoformat(line["due"])),
            _until(line),
            str(line["days"]),
            _said(line),
        ]
        for number, line in enumerate(lines, 1)
    ]
    heads = [
        *(_("No."), _("Report"), _("Lapse"), _("Deadline"), _("Received or passed on"), _("Days over")),
        _("Explanation and decision"),
    ]
    return Table(_("Lapses"), heads, rows, [6, 18, 17, 17, 17, 7, 18])


def _until(line: Mapping[str, Any]) -> str:
    return labels.deadline_words(datetime.fromisoformat(line["until"])) if line["until"] else _("not yet")


def _signer(issuer: Unit) -> str:
    return _("Chief of Office") if issuer.kind == Kind.OFFICE else _("Director")
