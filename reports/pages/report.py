"""One report: its figures, its moves, its history."""

from dataclasses import dataclass
from typing import Any

from django.http import HttpResponse
from django.shortcuts import get_object_or_404, render
from django.views.decorators.vary import vary_on_headers

from accounts.requests import PortalRequest
from reports import content, labels
from reports.actions import filing, moving
from reports.models import CalendarDay, Report, Section, Step
from reports.pages import assignments, differing, documents, files, hands, impact, queue, remarks, requests
from reports.pages.boxes import cell_of
from reports.pages.grounds import GroundsForm
from reports.pages.sheet import Kept, Sheet, sheet_of
from reports.periods import PeriodCode
from reports.standing import standing
from reports.workflow import ONWARD, OWED, Action, Effect, Move, Status

AT_ONCE = (Action.HAND_UP, Action.CHECK, Action.KEY_IN)
"""Moves that bind nobody and need no reason, so they are made without being asked twice."""

RARE = (Action.RECORD, Action.EXEMPT, Action.ASK_TO_AMEND, Action.AMEND)
"""Moves that are seldom made: they stand in a menu."""

OPENED_AGAIN = (Action.RETURN, Action.AMEND, Action.KEY_IN)
"""Moves after which the unit owes its report once more."""

DIALOGS = {
    "portal/report_move.html": "chosen",
    "portal/report_nil.html": "nil",
    "portal/remark_ask.html": "remark",
}
"""The templates of the dialogs, each with what is asked in it."""

WHOLE_REPORT = "all"
"""What is asked for in the place of a section."""

SIGNS = {
    Action.HAND_UP: "writing-sign",
    Action.HAND_BACK: "arrow-back-up",
    Action.SUBMIT: "send",
    Action.RECALL: "arrow-back-up",
    Action.CHECK: "clipboard-check",
    Action.RETURN: "arrow-back-up",
    Action.APPROVE: "circle-check",
    Action.RECORD: "file-import",
    Action.KEY_IN: "pencil",
    Action.ASK_TO_AMEND: "file-pencil",
    Action.AMEND: "file-pencil",
    Action.KEEP: "lock",
    Action.DROP_AMENDMENT: "trash",
    Action.EXEMPT: "circle-minus",
    Action.UNEXEMPT: "circle-plus",
}


@dataclass(frozen=True, slots=True)
class Button:
    """A move that this person may make, as the page offers it."""

    move: Move
    main: bool

    @property
    def action(self) -> str:
        return self.move.action.value

    @property
    def words(self) -> str:
        return str(labels.ACTIONS[self.move.action])

    @property
    def sign(self) -> str:
        return SIGNS[self.move.action]

    @property
    def at_once(self) -> bool:
        return self.move.action in AT_ONCE

    @property
    def rare(self) -> bool:
        """Whether the move is seldom made and stands in a menu."""
        return self.move.action in RARE and not (self.move.action == Action.AMEND and self.main)

    @property
    def binds(self) -> bool:
        """Whether the move sends something back or takes it away."""
        return self.move.action not in ONWARD

    @property
    def shows_figures(self) -> bool:
        return self.move.effect in (Effect.FREEZES, Effect.ACCEPTS)


@dataclass(frozen=True, slots=True)
class Nil:
    """The question whether to answer every blank number of a section, or of the whole report, with 0."""

    section: str
    title: str
    count: int


@vary_on_headers("HX-Request")
def show(request: PortalRequest, pk: int) -> HttpResponse:
    """The report; with `?move=`, `?nil=` or `?remark=` a dialog, alone where a script asks for it.

    `?cell=` opens a note.
    """
    asked = request.GET
    opened = cell_of(asked.get("cell", ""))
    kept = Kept(move=asked.get("move", ""), nil=asked.get("nil", ""), remark=asked.get("remark", ""), opened=opened)
    return page(request, get(request, pk), kept)


def get(request: PortalRequest, pk: int) -> Report:
    """The report, if this person may read it now; else 404."""
    reports = Report.objects.visible_to(request.user, request.at).with_names()
    named = reports.select_related("version__basis", "superior", "approved")
    return get_object_or_404(named.defer("current__snapshot", "approved__snapshot"), pk=pk)


def page(request: PortalRequest, report: Report, kept: Kept) -> HttpResponse:
    """The whole screen, with whatever was typed and not taken shown again."""
    user, at = request.user, request.at
    revision = content.readable(report, by=user, at=at)
    reading = content.Reading(report, revision) if revision else None
    sheet = sheet_of(reading, kept) if reading else None
    fillable = filing.fillable_sections(report, by=user, at=at) if report.status == Status.DRAFT else frozenset()
    may_fill = fillable != frozenset()
    moves = moving.moves_open(report, by=user, at=at)
    buttons = _buttons(moves, asked=report.amendment_asked)
    steps = list(report.steps.select_related("by", "revision").defer("revision__snapshot").order_by("-seq"))
    checklist = remarks.checklist_of(report, reading, steps, request, moves=moves, fillable=fillable)
    if sheet:
        remarks.pin_to(sheet, checklist, queue.carried(request))
    chosen = next((button for button in buttons if button.action == kept.move and not button.at_once), None)
    calendar = CalendarDay.objects.as_calendar()
    seen: dict[str, Any] = {
        "report": report,
        "sheet": sheet,
        "kept": kept,
        "stand": standing(report.deadline, report.received_at, at, calendar, exempt=report.status == Status.EXEMPT),
        "stand_now": standing(report.deadline, report.received_at or at, at, calendar),
        "buttons": buttons,
        "chosen": chosen,
        "grounds": chosen and (kept.grounds or GroundsForm(chosen.move)),
        "impact": impact.of_move(report, chosen.move if chosen else None),
        "hindrance": chosen and reading and moving.hindrance(chosen.move, reading, by=user, at=at),
        "nil": _nil(sheet, kept) if sheet and may_fill else None,
        "carried": queue.carried(request),
        "checklist": checklist,
        "remark": remarks.asked_for(sheet, kept, checklist),
    }
    dialog = next((name for name, asked in DIALOGS.items() if seen[asked]), "")
    if request.htmx and dialog:
        return render(request, dialog, seen)
    sections = [part.section for part in sheet.parts] if sheet else []
    period = PeriodCode.parse(report.period.code)
    own = content.is_own(report, by=user, at=at)
    seen |= {
        "dialog": dialog,
        "changes": differing.since_last_submission(reading, steps, moves) if reading else None,
        "held": hands.of_report(report, steps, at, calendar),
        "own": own,
        "causes": labels.CAUSES,
        "is_draft": revision == report.current_id and report.status in OWED,
        "may_fill": may_fill,
        "fillable": fillable,
        "files": files.folders_of(reading, fillable) if reading else None,
        "parts": assignments.panel(report, sections, fillable, request),
        "asked": requests.of_report(report) if any(one.shape == Section.Shape.TASKS for one in sections) else [],
        "issued": documents.of_report(report, request, kept.document),
        "place": queue.place_of(request, report),
        "steps": steps,
        "more": [button for button in buttons if button.rare],
        "due": (due := report.current.due_at if report.status in OWED else None),
        "due_stand": due and standing(due, None, at, calendar),
        "quoted": _quoted(report, steps, own=own),
        "asked_to_amend": _last(steps, Action.ASK_TO_AMEND) if report.amendment_asked else None,
        "last_period": period.previous.code,
        "last_year": period.same_last_year.code,
        "unsaved": [box for box in sheet.boxes if box.typed] if sheet else [],
    }
    return render(request, "portal/report.html", seen, status=kept.status)


def _nil(sheet: Sheet, kept: Kept) -> Nil | None:
    """What answering nil would do to the section that was asked for, or to the whole report."""
    if kept.nil == WHOLE_REPORT:
        return Nil(WHOLE_REPORT, "", sheet.nil)
    parts = (part for part in sheet.parts if str(part.section.pk) == kept.nil)
    return next((Nil(kept.nil, part.section.title, part.nil) for part in parts), None)


def _buttons(moves: list[Move], *, asked: bool) -> list[Button]:
    """The moves as buttons, onward before back; the last of those onward is the main one, or an amendment asked for."""
    onward = [move for move in moves if move.action in ONWARD or (asked and move.action == Action.AMEND)]
    back = [move for move in moves if move not in onward]
    return [Button(move, main=onward[-1:] == [move]) for move in [*reversed(onward), *back]]


def _last(steps: list[Step], *actions: Action) -> Step | None:
    """The last step of these actions; the steps come latest first."""
    return next((step for step in steps if step.action in actions), None)


def _quoted(report: Report, steps: list[Step], *, own: bool) -> Step | None:
    """The step whose words say why the report stands where it does; None where nothing has to be said."""
    if report.status not in OWED:
        if report.status == Status.EXEMPT:
            return _last(steps, Action.EXEMPT)
        if report.amendment_asked:
            return _last(steps, Action.ASK_TO_AMEND)
        if report.on_paper:
            return _last(steps, Action.RECORD)
        return steps[0] if steps and steps[0].action == Action.KEEP else None
    if own and steps and report.status == Status.DRAFT and steps[0].action == Action.HAND_BACK:
        return steps[0]
    since = _last(steps, Action.SUBMIT, Action.RECALL, *OPENED_AGAIN)
    return since if since and since.action in OPENED_AGAIN else None
