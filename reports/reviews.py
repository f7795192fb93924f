"""What a unit and its reviewers read of one another: the revisions of a report, what differs, and the remarks."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import ROUND_HALF_UP, Decimal

from accounts.models import User
from reports import content
from reports.checks import Answer, Cell, Numbers
from reports.differences import Difference, differences, paragraphs
from reports.models import Remark, Report, Revision, Step, Value
from reports.terms import Terms
from reports.workflow import RECEIPTS, Action


def revisions_of(report: Report, *, by: User, at: datetime) -> list[Revision]:
    """The revisions of a report that this person may read, the latest first; one query.

    The unit's own people read all of them, and so do those who key in what it filed on paper. Others read those that
    were submitted and neither recalled nor given up: what is not submitted stays with its unit.
    """
    revisions = report.revisions.defer("snapshot").order_by("-number")
    if not (content.is_own(report, by=by, at=at) or content.keys_in(report, by=by, at=at)):
        recalled = Step.objects.filter(report=report, action=Action.RECALL).values("revision")
        revisions = revisions.filter(frozen_at__isnull=False, dropped=False).exclude(pk__in=recalled)
    return list(revisions)


def submitted_in(steps: Collection[Step]) -> list[Revision]:
    """The revisions that these steps of a report, in whatever order, submitted and did not recall; the latest first."""
    recalled = {step.revision_id for step in steps if step.action == Action.RECALL}
    received = {step.revision.number: step.revision for step in steps if step.action in RECEIPTS}
    return [received[number] for number in sorted(received, reverse=True) if received[number].pk not in recalled]


def pair_of(
    revisions: Sequence[Revision], earlier: int | None = None, later: int | None = None
) -> tuple[Revision, Revision] | None:
    """Two of these revisions, which come latest first, by their numbers; by default the latest and the one before it.

    The earlier comes first, however they were named; None where there are not two to compare. Raises LookupError for a
    number that is not among them.
    """
    by_number = {one.number: one for one in revisions}
    named = [by_number[number] for number in (earlier, later) if number is not None]
    if len(revisions) < 2:
        return None
    after = by_number[later] if later is not None else revisions[0]
    before = next((one for one in revisions if one.number < after.number), revisions[-1])
    pair = named if len(named) == 2 else [by_number[earlier] if earlier is not None else before, after]
    first, second = sorted(pair, key=lambda one: one.number)
    return first, second


def compared(after: content.Reading, before: int) -> list[Difference]:
    """The cells in which what was read differs from the revision with that key; in the form's order, one query more.

    All cells that the report shows: typed, computed, and ratios, which are worked out on reading. What explains an
    answer counts as well.
    """
    terms = after.terms
    cells = [
        Cell(item.code, line.code) for _section, items in terms.sections for item in items for line in terms.lines(item)
    ]
    stood = {cell: answer for cell, (answer, _edit) in content.stored_in(before).items()}
    return differences(cells, _with_ratios(stood, terms), _with_ratios(after.settled, terms))


def _with_ratios(answers: dict[Cell, Answer], terms: Terms) -> dict[Cell, Answer]:
    """The answers and the ratios as they are shown, rounded half up: what reads the same makes no difference."""
    numbers: Numbers = {cell: answer.number for cell, answer in answers.items()}
    ratios = {
        cell: number and number.quantize(Decimal(1).scaleb(-terms.by_code[cell.item].decimals), ROUND_HALF_UP)
        for cell, number in terms.with_ratios(numbers).items()
        if cell not in answers
    }
    return {cell: Answer(number) for cell, number in ratios.items()} | answers


@dataclass(frozen=True)
class Said:
    """A remark as one person reads it: with its answer once they may read that, and the paragraph that it is about."""

    remark: Remark
    is_answered: bool
    quote: str = ""

    @property
    def cell(self) -> Cell:
        return Cell(self.remark.item.code, self.remark.row)

    @property
    def answer(self) -> str:
        return self.remark.answer if self.is_answered else ""

    @property
    def answered_by(self) -> User | None:
        return self.remark.answered_by if self.is_answered else None

    @property
    def answered_at(self) -> datetime | None:
        return self.remark.answered_at if self.is_answered else None

    @property
    def is_sent(self) -> bool:
        return self.remark.step_id is not None

    @property
    def is_settled(self) -> bool:
        return self.remark.settled_at is not None

    @property
    def is_open(self) -> bool:
        """Whether the unit has still to answer it."""
        return self.is_sent and not self.is_answered


def remarks_of(report: Report, *, by: User, at: datetime, reviews: bool) -> list[Said]:
    """The remarks on a report that this person reads, in the order in which they were pinned.

    Unsent ones are read only by who `reviews` the report as it stands. An answer is read outside of the unit once it
    was submitted. One query, one more where paragraphs are quoted, one more for others while the unit has the report.
    """
    remarks = Remark.objects.filter(report=report)
    if not reviews:
        remarks = remarks.sent()
    named = remarks.select_related("item", "revision", "step", "by", "answered_by", "settled_by")
    in_order = named.order_by("revision__number", "item__position", "row", "paragraph", "pk")
    found = list(in_order.defer("revision__snapshot"))
    own = content.is_own(report, by=by, at=at) or content.keys_in(report, by=by, at=at)
    answered = any(remark.answered_at for remark in found)
    last = _last_submission(report) if answered and not own and report.current.frozen_at is None else None
    texts = _texts([remark for remark in found if remark.paragraph])
    return [
        Said(
            remark,
            remark.answered_at is not None
            and (own or last is None or (remark.step is not None and remark.step.seq < last)),
            _quote(remark, texts),
        )
        for remark in found
    ]


def _last_submission(report: Report) -> int:
    """The number of the last step by which the unit submitted the report, 0 where there was none."""
    submitted = report.steps.filter(action=Action.SUBMIT).order_by("-seq").values_list("seq", flat=True)
    return submitted.first() or 0


def _texts(remarks: list[Remark]) -> dict[tuple[int, int, str], str]:
    """The texts of the revisions in which these remarks were pinned to paragraphs."""
    if not remarks:
        return {}
    values = Value.objects.filter(
        revision__in={one.revision_id for one in remarks}, item__in={one.item_id for one in remarks}
    )
    return {(one.revision_id, one.item_id, one.row): one.text for one in values.only("revision", "item", "row", "text")}


def _quote(remark: Remark, texts: dict[tuple[int, int, str], str]) -> str:
    told = paragraphs(texts.get((remark.revision_id, remark.item_id, remark.row), ""))
    return told[remark.paragraph - 1] if remark.paragraph and remark.paragraph <= len(told) else ""
