"""What reviewers remark at the cells of a report, what its unit answers, and one remark to all with the same fault."""

from collections.abc import Mapping
from datetime import datetime

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.models import User
from accounts.refusals import Refused
from reports.actions import filing, moving
from reports.actions.moving import Moved
from reports.actions.situations import Situation
from reports.checks import Cell, Kind
from reports.differences import paragraphs
from reports.models import Item, Remark, Report, Step, Value
from reports.terms import Terms
from reports.workflow import OWED, Action, Move, Status, moves_from

LONGEST = 2000
"""Characters of a remark, and of an answer to one."""

MOST = 100
"""Remarks on one revision."""

MOST_AT_ONCE = 100
"""Reports that are returned with one remark in one act."""

MENDED = gettext_lazy("Mended.")
"""The answer that one click gives."""


def may_remark(moves: list[Move]) -> bool:
    """Whether who has these moves open remarks on the report as it stands: whoever may return it."""
    return any(move.action == Action.RETURN for move in moves)


@transaction.atomic
def pin(
    report: Report,
    cell: Cell,
    text: str,
    *,
    paragraph: int | None = None,
    revision: int | None = None,
    by: User,
    at: datetime,
) -> Remark:
    """Pin a remark to a cell of the submitted revision, or to one paragraph (from 1) of the text in it.

    Only who may return the report now does so; the unit reads it once it is returned. `revision` is the number of the
    one that the person saw: if it has been submitted anew since, the remark is refused (`moved_meanwhile`). Raises
    PermissionDenied, ValidationError by field for a place or words that cannot be, and Refused: `not_under_review`,
    `too_many_remarks`.
    """
    report = _locked(report.pk)
    _refuse_who_does_not_review(report, by, at)
    if revision not in (None, report.current.number):
        words = _("The report was submitted anew since you opened it. Look at it as it stands now, then remark on it.")
        raise Refused("moved_meanwhile", words, edit=report.edit, status=report.status)
    if Remark.objects.filter(revision=report.current_id).count() >= MOST:
        words = _("There are %(count)d remarks on this revision already. Return it with these.")
        raise Refused("too_many_remarks", words % {"count": MOST})
    said = _said(text, "text")
    item = _place(report, cell, paragraph)
    return Remark.objects.create(
        report=report,
        revision=report.current,
        item=item,
        row=cell.row,
        paragraph=paragraph,
        text=said,
        by=by,
        at=at,
    )


@transaction.atomic
def reword(remark: Remark, text: str, *, by: User, at: datetime) -> Remark:
    """Say an unsent remark in other words; one of an earlier revision is thereby pinned to the one that stands now.

    Raises as `pin` does, and Refused(`remark_sent`).
    """
    report, remark = _unsent(remark, by, at)
    said = _said(text, "text")
    if remark.revision_id != report.current_id:
        _place(report, Cell(remark.item.code, remark.row), remark.paragraph)
        remark.revision = report.current
    remark.text, remark.by, remark.at = said, by, at
    remark.save(update_fields=["text", "by", "at", "revision"])
    return remark


@transaction.atomic
def unpin(remark: Remark, *, by: User, at: datetime) -> None:
    """Take an unsent remark off again, whoever pinned it. Raises PermissionDenied, and Refused(`remark_sent`)."""
    _report, remark = _unsent(remark, by, at)
    remark.delete()


@transaction.atomic
def answer(remark: Remark, text: str, *, by: User, at: datetime) -> Remark:
    """Answer a remark that was sent, while the unit has the report; an empty text takes the answer back.

    Whoever fills in the cell answers. An answer stands once it was submitted. Raises PermissionDenied,
    ValidationError, and Refused: `remark_not_sent`, `not_with_the_unit`, `answer_submitted`.
    """
    report, remark = _locked(remark.report_id), _fresh(remark)
    fillable = filing.fillable_sections(report, by=by, at=at)
    if fillable is not None and remark.item.section_id not in fillable:
        raise PermissionDenied(_("Only those who fill in this cell for the unit answer the remarks on it."))
    if remark.step is None:
        raise Refused("remark_not_sent", _("This remark was not sent to the unit yet."))
    if report.status not in OWED:
        words = _("The report is not with its unit now; remarks are answered before it is submitted again.")
        raise Refused("not_with_the_unit", words)
    if report.steps.filter(action=Action.SUBMIT, seq__gt=remark.step.seq).exists():
        raise Refused("answer_submitted", _("This answer was submitted with the report and stands."))
    remark.answer = _said(text, "answer") if text.strip() else ""
    remark.answered_by = by if remark.answer else None
    remark.answered_at = at if remark.answer else None
    remark.save(update_fields=["answer", "answered_by", "answered_at"])
    return remark


@transaction.atomic
def settle(remark: Remark, *, settled: bool = True, by: User, at: datetime) -> Remark:
    """Tick an answered remark off, or open it again; who reviews the report now does so.

    Raises PermissionDenied, and Refused: `not_under_review`, `remark_not_answered`.
    """
    report, remark = _locked(remark.report_id), _fresh(remark)
    _refuse_who_does_not_review(report, by, at)
    if remark.answered_at is None:
        raise Refused("remark_not_answered", _("The unit has not answered this remark, so it stays open."))
    if settled != (remark.settled_at is not None):
        remark.settled_by = by if settled else None
        remark.settled_at = at if settled else None
        remark.save(update_fields=["settled_by", "settled_at"])
    return remark


def with_fault(form: int, period: int, code: str, cell: Cell, *, by: User, at: datetime) -> list[Report]:
    """The reports of a form and period that this person may return now and that stand out by that fault at the cell.

    `code` is a Problem's, as the checks found it at submission. Two queries, however many reports.
    """
    standing_out = Report.objects.visible_to(by, at).filter(
        form=form, period=period, current__standing_out__contains=[[code, cell.item, cell.row]]
    )
    named = standing_out.select_related("unit", "version", "current", "superior").defer("current__snapshot")
    reports = list(named.order_by("unit__sort_key", "pk"))
    situation = Situation(reports, by=by, at=at)
    return [
        report for report in reports if [code, *cell] in report.current.standing_out and _may_return(report, situation)
    ]


def return_alike(edits: Mapping[int, int], cell: Cell, text: str, *, by: User, at: datetime) -> Moved:
    """Return many reports with the same remark at the same cell; `edits` are those seen, by the report's key.

    Each report is a transaction with a Step of its own, so the refusal of one, told in `refused`, holds no other up.
    Raises ValidationError for words that cannot be, and Refused(`too_many_at_once`).
    """
    said = _said(text, "text")
    if len(edits) > MOST_AT_ONCE:
        words = _("At most %(count)d reports are returned at once. Choose fewer, then go on with the others.")
        raise Refused("too_many_at_once", words % {"count": MOST_AT_ONCE})
    reports = Report.objects.visible_to(by, at).in_bulk(edits)
    moved = Moved()
    for pk, edit in edits.items():
        try:
            moved.steps.append(_return_with(reports[pk], edit, cell, said, by=by, at=at))
        except KeyError:
            moved.refused[pk] = _("There is no such report, or you may no longer see it.")
        except ValidationError as error:
            moved.refused[pk] = " ".join(error.messages)
        except (Refused, PermissionDenied) as refusal:
            moved.refused[pk] = str(refusal)
    return moved


@transaction.atomic
def _return_with(report: Report, edit: int, cell: Cell, text: str, *, by: User, at: datetime) -> Step:
    pin(report, cell, text, by=by, at=at)
    return moving.move(report, Action.RETURN, by=by, at=at, edit=edit)


def _locked(pk: int) -> Report:
    """The report, its row locked: what is said of a revision is said before or after a move, never during one."""
    named = Report.objects.select_related("unit", "version", "period", "current", "superior")
    return named.defer("current__snapshot").locked(pk)


def _fresh(remark: Remark) -> Remark:
    """The remark as it stands now."""
    try:
        return Remark.objects.select_related("item", "step").get(pk=remark.pk)
    except Remark.DoesNotExist:
        raise Refused("remark_gone", _("Somebody has taken this remark off meanwhile.")) from None


def _unsent(remark: Remark, by: User, at: datetime) -> tuple[Report, Remark]:
    """The locked report and its remark, which must be unsent and this person's to change."""
    report, remark = _locked(remark.report_id), _fresh(remark)
    if remark.step_id is not None:
        raise Refused("remark_sent", _("The unit has this remark already, so it stays as it is."))
    _refuse_who_does_not_review(report, by, at)
    return report, remark


def _refuse_who_does_not_review(report: Report, by: User, at: datetime) -> None:
    """Refuse where nobody reviews the report as it stands, and who is not the one that does."""
    if not _returns(report):
        words = _("Nobody reviews this report as it stands; remarks are made of a report that was submitted.")
        raise Refused("not_under_review", words)
    if not _may_return(report, Situation([report], by=by, at=at)):
        raise PermissionDenied(_("Only those who may return the report as it stands remark on it."))


def _returns(report: Report) -> list[Move]:
    return [row for row in moves_from(Status(report.status), report.route) if row.action == Action.RETURN]


def _may_return(report: Report, situation: Situation) -> bool:
    return any(situation.is_open(report, row) for row in _returns(report))


def _said(text: str, field: str) -> str:
    """The words, trimmed; ValidationError for none, and for too many."""
    said = text.strip()
    if not said:
        raise ValidationError({field: _("Say what is meant: the words are missing.")})
    if len(said) > LONGEST:
        words = _("The words are too many: write at most %(count)d characters.") % {"count": LONGEST}
        raise ValidationError({field: words})
    return said


def _place(report: Report, cell: Cell, paragraph: int | None) -> Item:
    """The item of a cell that the report shows, computed ones and ratios among them; ValidationError where it has none.

    A paragraph must be one of the text that was submitted there.
    """
    terms = Terms.of(report)
    item = terms.by_code.get(cell.item)
    if item is None or cell.row not in {line.code for line in terms.lines(item)}:
        raise ValidationError({"item": _("This form has no such cell.")})
    if paragraph is not None:
        texts = Value.objects.filter(revision=report.current_id, item=item, row=cell.row).values_list("text", flat=True)
        told = paragraphs(next(iter(texts), "")) if item.kind == Kind.TEXT else []
        if not 1 <= paragraph <= len(told):
            raise ValidationError({"paragraph": _("The text has no such paragraph.")})
    return item
