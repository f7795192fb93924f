"""The field of one cell, or its answer for who only reads: written here, as a table has hundreds of them."""

from urllib.parse import quote

from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from reports.checks import LONGEST_TEXT as LONGEST_PROSE
from reports.differences import paragraphs
from reports.numbers import LONGEST_TEXT
from reports.pages.boxes import Box
from reports.pages.icons import icon

NOTHING = SafeString()


def answer(box: Box, may_fill: bool) -> SafeString:
    """What a person types or chooses in the cell, with what stood there and its edit; else what it says."""
    if not (may_fill and box.is_typed and box.control):
        if box.remark_at and box.control == "text" and box.answer.text:
            return _told(box)
        prose = SafeString(' class="prose"') if box.control == "text" else NOTHING
        shown = format_html('<span id="cell-{}" tabindex="-1" data-now{}>{}</span>', box.key, prose, box.reads or "–")
        return shown + _remarks(box) if box.remark_at else shown
    return _field(box) + _seen(box)


def _told(box: Box) -> SafeString:
    """A text by its paragraphs, each of which takes remarks of its own."""
    told = format_html_join(
        "",
        '<span class="paragraph">{}{}</span>',
        ((text, _remarks(box, number)) for number, text in enumerate(paragraphs(box.answer.text), 1)),
    )
    return format_html('<span id="cell-{}" tabindex="-1" data-now class="prose">{}</span>', box.key, told)


def _remarks(box: Box, paragraph: int = 0) -> SafeString:
    """What opens a remark on the cell, or on one paragraph of it; paragraphs are counted from 1."""
    words = _("Remark on paragraph %(number)d") % {"number": paragraph} if paragraph else _("Remark on this cell")
    return format_html(
        '<a class="opens-note remarks-on" href="{}{}{}" data-move title="{}" aria-label="{}: {}">{}</a>',
        *(box.remark_at, quote(box.key), f":{paragraph}" if paragraph else ""),
        *(words, words, box.name, icon("message")),
    )


def _field(box: Box) -> SafeString:
    key, facts = box.key, _facts(box)
    if box.control == "number":
        return format_html(
            '<input id="cell-{}" name="cell-{}" value="{}" inputmode="{}" maxlength="{}"{}>',
            *(key, key, box.shown, "text" if box.item.negative else "decimal", LONGEST_TEXT, facts),
        )
    if box.control == "choice":
        options = format_html_join(
            "",
            '<option value="{}"{}>{}</option>',
            ((value, SafeString(" selected") if value == box.shown else "", words) for value, words in box.options),
        )
        return format_html(
            '<select id="cell-{}" name="cell-{}"{}><option value=""></option>{}</select>', key, key, facts, options
        )
    # A line break right after the tag is none of the text's.
    return format_html(
        '<textarea id="cell-{}" name="cell-{}" rows="3" maxlength="{}"{}>\n{}</textarea>',
        *(key, key, LONGEST_PROSE, facts, box.shown),
    )


def _facts(box: Box) -> SafeString:
    """What names and describes the field, and whether something is wrong in it."""
    facts = format_html(' aria-labelledby="{}"', box.labelled)
    if box.speaks:
        facts += format_html(' aria-describedby="says-{}"', box.key)
    if box.is_wrong:
        facts += SafeString(' aria-invalid="true"')
    if box.no_data and box.control != "choice":
        facts += format_html(' placeholder="{}"', _("No data"))
    return facts


def _seen(box: Box) -> SafeString:
    """What the page showed and its edit, for who saves without a script; nothing of a cell that was never filled."""
    if not box.edit:
        return NOTHING
    hidden = '<input type="hidden" name="edit-{}" value="{}"><input type="hidden" name="was-{}" value="{}">'
    return format_html(hidden, box.key, box.seen_edit, box.key, box.stands)
