"""Begins forms and drafts of their versions, stores what is drawn in a draft, and throws a draft away."""

from datetime import datetime
from typing import Any

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.db.backends.postgresql.psycopg_any import DateRange
from django.db.models import Max, ProtectedError
from django.utils.translation import gettext as _

from accounts import journal
from accounts.models import Unit, User
from accounts.refusals import Refused
from accounts.roles import Role
from reports.actions.designing.designs import Built, Design, Known, build, design_of, digest, own_indicators
from reports.actions.designing.faults import faults
from reports.actions.regimes import enter_form
from reports.models import (
    Form,
    FormOwner,
    FormVersion,
    Indicator,
    Item,
    NamedUnit,
    Respondent,
    Row,
    Rule,
    Section,
)

MEANING = "unit_of_measure decimals space_fold time_fold window_rule".split()


@transaction.atomic
def create_form(code: str, title: str, *, owner: Unit, stand_in: Unit, by: User, at: datetime) -> FormVersion:
    """Begin a form with the draft of its first version; return the draft.

    Raises ValidationError by field for a code that another form has, and where the owner would review its own reports.
    """
    journal.sign(by=by, at=at)
    refuse_strangers(by, at)
    errors = {}
    if not code.strip():
        errors["code"] = _("Give the form a code, such as BM-08.")
    elif Form.objects.filter(code__iexact=code.strip()).exists():
        errors["code"] = _("Another form has the code “%(code)s”.") % {"code": code.strip()}
    if not title.strip():
        errors["title"] = _("Give the form a title.")
    if owner == stand_in:
        errors["stand_in"] = _("The owner's own reports are reviewed by another unit. Choose another one.")
    if errors:
        raise ValidationError(errors)
    form = Form.objects.create(code=code.strip())
    FormOwner.objects.create(form=form, unit=owner, stand_in=stand_in, valid=DateRange(at.date(), None))
    return FormVersion.objects.create(form=form, number=1, title=title.strip(), kind=FormVersion.Kind.THEMATIC)


@transaction.atomic
def new_version(form: Form, *, copy_of: FormVersion | None = None, by: User, at: datetime) -> FormVersion:
    """Begin a draft of a form's next version: blank, or with all that another version says."""
    journal.sign(by=by, at=at)
    refuse_strangers(by, at)
    number = _next_number(form)
    if copy_of is None:
        return FormVersion.objects.create(
            form=form, number=number, title=_("Version %(number)d") % {"number": number}, kind=FormVersion.Kind.THEMATIC
        )
    draft = FormVersion.objects.create(form=form, number=number, title=copy_of.title, kind=FormVersion.Kind.THEMATIC)
    design = design_of(copy_of) | {"indicators": []}
    _store(draft, build(draft, design, Known.on(at.date())))
    return draft


@transaction.atomic
def import_draft(file: dict[str, Any], *, by: User, at: datetime) -> FormVersion:
    """Enter a form's file as a draft: of a new form, or of the next version of the one with that code.

    Raises ValidationError with a sentence for each thing that is wrong in the file.
    """
    journal.sign(by=by, at=at)
    refuse_strangers(by, at)
    if not isinstance(file, dict) or not isinstance(file.get("version"), dict) or not isinstance(file.get("code"), str):
        raise ValidationError(_("This file does not hold a form."))
    form = Form.objects.filter(code=file["code"]).first()
    terms = {key: value for key, value in file["version"].items() if key not in ("from", "until")}
    return enter_form({**file, "version": {**terms, "number": _next_number(form) if form else 1}})


@transaction.atomic
def save_draft(version: FormVersion, design: Design, *, seen: str = "", by: User, at: datetime) -> FormVersion:
    """Replace all that a draft says, at once; return it as stored.

    `seen` is the digest of the design that was shown; where another person has saved meanwhile, nothing is stored and
    Refused says so (`changed_meanwhile`). Raises ValidationError by place for what is wrong: see `faults`.
    """
    journal.sign(by=by, at=at)
    refuse_strangers(by, at)
    draft = locked_draft(version)
    if seen and digest(design_of(draft)) != seen:
        raise Refused(
            "changed_meanwhile",
            _(
                "Somebody else has saved this draft meanwhile. Nothing of yours was saved: open the draft in another"
                " window, compare, and save again to put yours in its place."
            ),
        )
    wrong = faults(draft, design, at=at)
    if wrong:
        raise ValidationError(wrong)
    own = set(own_indicators(draft).values_list("code", flat=True))
    _clear(draft)
    _enter_indicators(build(draft, design, Known.on(at.date())).indicators, own, design)
    _store(draft, build(draft, design | {"indicators": []}, Known.on(at.date())))
    draft.refresh_from_db()
    return draft


@transaction.atomic
def discard_draft(version: FormVersion, *, by: User, at: datetime) -> None:
    """Throw a draft away; a form without any other version goes with it. Its new indicators stay, to be used again."""
    journal.sign(by=by, at=at)
    refuse_strangers(by, at)
    draft = locked_draft(version)
    form = draft.form
    draft.delete()
    if not form.versions.exists():
        form.owners.all().delete()
        form.delete()


def refuse_strangers(by: User, at: datetime) -> None:
    """PermissionDenied for anybody but an administrator."""
    if not by.holds(Role.ADMINISTRATOR, at):
        raise PermissionDenied(_("Only an administrator designs forms."))


def locked_draft(version: FormVersion) -> FormVersion:
    """The draft, locked until the transaction ends; Refused where it holds for periods already (`in_force`)."""
    draft = FormVersion.objects.select_for_update(of=["self"]).select_related("form", "basis").get(pk=version.pk)
    if draft.valid is not None:
        raise Refused(
            "in_force",
            _("Version %(number)d is in force and does not change any more. Copy it to a new version and change that.")
            % {"number": draft.number},
        )
    return draft


def _next_number(form: Form) -> int:
    Form.objects.select_for_update().get(pk=form.pk)
    highest: int = form.versions.aggregate(highest=Max("number"))["highest"] or 0
    return highest + 1


def _clear(draft: FormVersion) -> None:
    for rows in (draft.rules, draft.sections, draft.named_units, draft.respondents):
        rows.all().delete()


def _enter_indicators(drawn: list[Indicator], own: set[str], design: Design) -> None:
    """Enter the indicators created beside a draft; those that stand already are used as they are.

    One that only this draft asked for may still change its meaning: it is entered anew. ValidationError where it
    exists with another meaning and something else rests on it.
    """
    stored = {one.code: one for one in Indicator.objects.select_related("numerator", "denominator")}
    new, places = [], {one["code"]: f"indicators.{index}.code" for index, one in enumerate(design["indicators"])}
    for one in sorted(drawn, key=_is_ratio, reverse=True):  # a ratio is deleted before its parts
        standing = stored.get(one.code)
        if standing is None:
            new.append(one)
        elif _meaning(standing) == _meaning(one):
            if one.code in own:
                Indicator.objects.filter(pk=standing.pk).update(name=one.name, better=one.better)
        elif one.code in own and _deleted(standing):
            new.append(one)
        else:
            words = _("The indicator “%(code)s” exists with another meaning. Use it as it is, or choose another code.")
            raise ValidationError({places[one.code]: words % {"code": one.code}})
    for one in sorted(new, key=_is_ratio):  # and entered after them
        parts = {part.code: part for part in Indicator.objects.filter(code__in=_parts(one))}
        one.pk = None
        one.numerator, one.denominator = [parts[code] for code in _parts(one)] or (None, None)
        one.save(force_insert=True)


def _deleted(indicator: Indicator) -> bool:
    """Delete it, unless something rests on it."""
    try:
        with transaction.atomic():
            indicator.delete()
    except ProtectedError:
        return False
    return True


def _is_ratio(indicator: Indicator) -> bool:
    return indicator.numerator is not None


def _meaning(indicator: Indicator) -> tuple[object, ...]:
    return (*(getattr(indicator, name) for name in MEANING), *_parts(indicator))


def _parts(ratio: Indicator) -> list[str]:
    return [part.code for part in (ratio.numerator, ratio.denominator) if part]


def _store(draft: FormVersion, built: Built) -> None:
    """Write the rows of a design in which every indicator is stored already."""
    new = built.version
    new.save(force_update=True)
    Respondent.objects.bulk_create(built.respondents)
    NamedUnit.objects.bulk_create(built.named_units)
    for section in built.sections:
        section.pk = None
    Section.objects.bulk_create(built.sections)
    rows: list[Row | Item] = [*built.rows, *built.items]
    for row in rows:
        row.section = row.section  # with the key that its section has now
    Row.objects.bulk_create(built.rows)
    Item.objects.bulk_create(built.items)
    link = Item.asked_of.through
    link.objects.bulk_create(
        link(item_id=item.pk, unit_id=unit.pk)
        for item, units in zip(built.items, built.asked_of, strict=True)
        for unit in units
    )
    Rule.objects.bulk_create(built.rules)
