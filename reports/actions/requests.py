"""What units ask of others in their reports on tasks: asked by a submission, answered or passed on by the addressee."""

from datetime import datetime

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import connection, transaction
from django.utils.translation import gettext as _

from accounts.models import Unit, User
from accounts.refusals import Refused
from accounts.roles import Level
from reports import content
from reports.models import Request
from reports.progress import Column
from reports.querysets import ANSWERERS

LONGEST_ANSWER = 4000

# An open request of the same task takes the new text. One that is answered stays: other words are asked anew beside it,
# the same words are not. What the report no longer asks, and nobody has answered, is withdrawn.
_ASK = """
    WITH asked AS MATERIALIZED (
        SELECT task.id AS task_id, said.text
        FROM unnest(%(tasks)s::text[], %(texts)s::text[]) AS said (code, text)
        JOIN reports_task task ON task.code = said.code
    ), withdrawn AS (
        UPDATE reports_request SET withdrawn_at = %(at)s
        WHERE report_id = %(report)s AND answered_at IS NULL AND withdrawn_at IS NULL
          AND task_id NOT IN (SELECT task_id FROM asked)
    )
    INSERT INTO reports_request (report_id, task_id, addressee_id, text, asked_at, answer)
    SELECT %(report)s, asked.task_id,
           CASE WHEN owner.unit_id = %(unit)s THEN owner.stand_in_id ELSE owner.unit_id END, asked.text, %(at)s, ''
    FROM asked
    JOIN reports_formowner owner ON owner.form_id = %(form)s AND owner.valid @> %(day)s::date
    LEFT JOIN LATERAL (
        SELECT text FROM reports_request
        WHERE report_id = %(report)s AND task_id = asked.task_id AND withdrawn_at IS NULL
        ORDER BY asked_at DESC, id DESC LIMIT 1
    ) AS last ON TRUE
    WHERE last.text IS DISTINCT FROM asked.text
    ON CONFLICT (report_id, task_id) WHERE answered_at IS NULL AND withdrawn_at IS NULL
        DO UPDATE SET text = excluded.text, asked_at = excluded.asked_at
"""


def ask(says: content.Reading, *, at: datetime) -> None:
    """Turn what a report that is being submitted asks in its table of tasks into requests; one statement.

    They go to the form's owner of that day, the owner's own to its stand-in.
    """
    column = next((item for item in says.terms.items if says.terms.means(item) == Column.REQUEST), None)
    if column is None or not says.terms.lines(column):
        return
    texts = {cell.row: answer.text.strip() for cell, answer in says.answers.items() if cell.item == column.code}
    asked = {task: text for task, text in texts.items() if text}
    with connection.cursor() as cursor:
        cursor.execute(
            _ASK,
            {
                "tasks": list(asked),
                "texts": list(asked.values()),
                "report": says.report.pk,
                "unit": says.report.unit_id,
                "form": says.report.form_id,
                "day": at.date(),
                "at": at,
            },
        )


def may_answer(request: Request, *, by: User, at: datetime) -> bool:
    """Whether this person answers for the unit that the request is addressed to."""
    return any(post.role in ANSWERERS and post.unit_id == request.addressee_id for post in by.posts(at))


@transaction.atomic
def answer(request: Request, text: str, *, by: User, at: datetime) -> Request:
    """Answer an open request; the unit that asked reads it beside its report.

    Raises PermissionDenied for who does not answer for the addressee, Refused (`not_open`) once it is answered or
    withdrawn, and ValidationError for an answer that is empty or too long.
    """
    request = _open(request, by=by, at=at)
    text = text.strip()
    if not text:
        raise ValidationError({"answer": _("Write what your unit answers; the unit that asked will read it.")})
    if len(text) > LONGEST_ANSWER:
        words = _("The answer is too long: write at most %(count)d characters.")
        raise ValidationError({"answer": words % {"count": LONGEST_ANSWER}})
    request.answer, request.answered_by, request.answered_at = text, by, at
    request.save(update_fields=["answer", "answered_by", "answered_at"])
    return request


@transaction.atomic
def pass_on(request: Request, unit: Unit, *, by: User, at: datetime) -> Request:
    """Give an open request to another unit, which answers it from then on; who passed it on stands beside it.

    Raises as `answer` does; a request is not passed to the unit that asked, nor to one that has ended or is a division.
    """
    request = _open(request, by=by, at=at)
    if at.date() not in unit.valid or unit.level == Level.DIVISION:
        raise ValidationError({"unit": _("Choose a unit that is in force and reports itself.")})
    if unit.pk in (request.addressee_id, request.report.unit_id):
        raise ValidationError({"unit": _("Choose another unit than your own and the one that asks.")})
    request.passed_from_id, request.passed_by, request.passed_at = request.addressee_id, by, at
    request.addressee = unit
    request.save(update_fields=["addressee", "passed_from", "passed_by", "passed_at"])
    return request


def _open(request: Request, *, by: User, at: datetime) -> Request:
    """The request locked, if it is open and this person answers it."""
    request = Request.objects.select_related("report").select_for_update(of=("self",)).get(pk=request.pk)
    if not may_answer(request, by=by, at=at):
        raise PermissionDenied(_("Only the reviewers, approvers and heads of the unit that is asked answer a request."))
    if not request.is_open:
        raise Refused("not_open", _("This request has been answered or withdrawn meanwhile. Nothing was changed."))
    return request
