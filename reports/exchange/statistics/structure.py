"""The structure of the figures as an SDMX-ML 3.0 message: dataflow, components, concepts, and all codes with names.

Identifiers stay; names are those of today. Codes are never taken away, only added, so older files keep their meaning.
"""

from collections.abc import Iterator, Mapping
from datetime import UTC, datetime
from typing import Any
from xml.sax.saxutils import escape, quoteattr

from django.conf import settings
from django.utils.translation import get_language, gettext_lazy
from django.utils.translation import gettext as _

from accounts.models import Unit
from reports import labels
from reports.exchange.sheets import UNWRITABLE
from reports.exchange.statistics import sdmx
from reports.exchange.statistics.facts import row_titles
from reports.exchange.statistics.metadata import marking
from reports.models import FormVersion, Indicator
from reports.periods import Frequency

MEDIA_TYPE = "application/vnd.sdmx.structure+xml; version=3.0.0"

_SCHEMAS = "http://www.sdmx.org/resources/sdmxml/schemas/v3_0"
_URN = "urn:sdmx:org.sdmx.infomodel"
_OF_US = f'agencyID="{sdmx.AGENCY}" version="{sdmx.VERSION}" isExternalReference="false"'
_BY_OBSERVATION = "<str:Observation/>"
_BY_INDICATOR = "<str:Dimension>INDICATOR</str:Dimension>"

#             component       its words                                                   codes or type
CONCEPTS: Mapping[str, tuple[Any, str]] = {
    "FREQ": (gettext_lazy("Kind of period"), "CL_FREQ"),
    "FORM": (gettext_lazy("Form"), "CL_FORM"),
    "DATA_WINDOW": (gettext_lazy("Rule of the data window"), "CL_DATA_WINDOW"),
    "REF_AREA": (gettext_lazy("Unit whose area the figure covers"), "CL_AREA"),
    "ORIGIN": (gettext_lazy("Level of origin"), "CL_ORIGIN"),
    "INDICATOR": (gettext_lazy("Indicator"), "CL_INDICATOR"),
    "ROW": (gettext_lazy("Row of a table"), "CL_ROW"),
    "STATE": (gettext_lazy("State"), "CL_STATE"),
    "TIME_PERIOD": (gettext_lazy("Period"), "ObservationalTimePeriod"),
    "OBS_VALUE": (gettext_lazy("Figure"), "Decimal"),
    "UNIT_MEASURE": (gettext_lazy("Unit of measure"), "String"),
    "DECIMALS": (gettext_lazy("Decimals"), "Integer"),
    "NUMERATOR": (gettext_lazy("Numerator of a ratio, or sum of a mean"), "Decimal"),
    "DENOMINATOR": (gettext_lazy("Denominator of a ratio, or units of a mean"), "Decimal"),
    "EXPECTED": (gettext_lazy("Reports that are owed"), "Integer"),
    "SUBMITTED": (gettext_lazy("Reports submitted that stand"), "Integer"),
    "APPROVED": (gettext_lazy("Reports approved"), "Integer"),
    "ANSWERED": (gettext_lazy("Reports that the figure speaks for"), "Integer"),
    "WITHOUT_DATA": (gettext_lazy("Reports read that gave no number here"), "Integer"),
    "WINDOW_FROM": (gettext_lazy("First day of the data window"), "GregorianDay"),
    "WINDOW_TO": (gettext_lazy("Last day of the data window"), "GregorianDay"),
    "OBS_STATUS": (gettext_lazy("Status of the observation"), "CL_OBS_STATUS"),
}
"""What each component is called, and the codelist or the type of its values."""

BY_INDICATOR = frozenset({"UNIT_MEASURE", "DECIMALS"})
"""Attributes that all observations of one indicator share."""


def structure(*, at: datetime) -> bytes:
    """The whole message, prepared at that instant."""
    return "".join(_message(at)).encode()


def _message(at: datetime) -> Iterator[str]:
    namespaces = " ".join(
        f'xmlns:{short}="{_SCHEMAS}/{name}"'
        for short, name in (("mes", "message"), ("str", "structure"), ("com", "common"))
    )
    name = _("Figures of the digital transformation")
    title = f"{name} ({marking()})" if marking() else name
    yield f'<?xml version="1.0" encoding="UTF-8"?>\n<mes:Structure {namespaces}>\n'
    is_test = "true" if settings.DEMO_CLOCK else "false"
    yield f"<mes:Header><mes:ID>{sdmx.DATA_STRUCTURE}</mes:ID><mes:Test>{is_test}</mes:Test>"
    yield f"<mes:Prepared>{at.astimezone(UTC):%Y-%m-%dT%H:%M:%SZ}</mes:Prepared>"
    yield f'<mes:Sender id="{sdmx.AGENCY}"/></mes:Header>\n<mes:Structures>\n'
    yield f'<str:Dataflows><str:Dataflow id="{sdmx.DATAFLOW}" {_OF_US}>{_name(title)}'
    yield f"<str:Structure>{_URN}.datastructure.DataStructure={_reference(sdmx.DATA_STRUCTURE)}</str:Structure>"
    yield "</str:Dataflow></str:Dataflows>\n<str:Codelists>\n"
    for codelist, (words, codes) in codelists().items():
        yield f'<str:Codelist id="{codelist}" {_OF_US}>{_name(words)}\n'
        yield from (f"<str:Code id={quoteattr(code)}>{_name(said)}</str:Code>\n" for code, said in codes.items())
        yield "</str:Codelist>\n"
    yield "</str:Codelists>\n<str:ConceptSchemes>"
    yield f'<str:ConceptScheme id="{sdmx.CONCEPTS}" {_OF_US}>{_name(_("Concepts"))}\n'
    yield from (f'<str:Concept id="{one}">{_name(words)}</str:Concept>\n' for one, (words, _type) in CONCEPTS.items())
    yield "</str:ConceptScheme></str:ConceptSchemes>\n<str:DataStructures>"
    yield f'<str:DataStructure id="{sdmx.DATA_STRUCTURE}" {_OF_US}>{_name(title)}<str:DataStructureComponents>\n'
    yield from _components()
    yield "</str:DataStructureComponents></str:DataStructure></str:DataStructures>\n"
    yield "</mes:Structures>\n</mes:Structure>\n"


def _components() -> Iterator[str]:
    *dimensions, time = sdmx.DIMENSIONS
    (measure,) = sdmx.MEASURE
    yield "<str:DimensionList>\n"
    for place, one in enumerate(dimensions, 1):
        yield f'<str:Dimension id="{one}" position="{place}">{_of_concept(one)}</str:Dimension>\n'
    yield f'<str:TimeDimension id="{time}">{_of_concept(time)}</str:TimeDimension>\n</str:DimensionList>\n'
    yield "<str:AttributeList>\n"
    for one in sdmx.ATTRIBUTES:
        related = _BY_INDICATOR if one in BY_INDICATOR else _BY_OBSERVATION
        yield f'<str:Attribute id="{one}" usage="optional">{_of_concept(one)}'
        yield f"<str:AttributeRelationship>{related}</str:AttributeRelationship></str:Attribute>\n"
    yield "</str:AttributeList>\n<str:MeasureList>\n"
    yield f'<str:Measure id="{measure}" usage="optional">{_of_concept(measure)}</str:Measure>\n</str:MeasureList>\n'


def _of_concept(component: str) -> str:
    """Which concept a component stands for, and of what its values are."""
    _words, kind = CONCEPTS[component]
    if kind.startswith("CL_"):
        values = f"<str:Enumeration>{_URN}.codelist.Codelist={_reference(kind)}</str:Enumeration>"
    else:
        values = f'<str:TextFormat textType="{kind}"/>'
    return (
        f"<str:ConceptIdentity>{_URN}.conceptscheme.Concept={_reference(sdmx.CONCEPTS)}.{component}</str:ConceptIdentity>"
        f"<str:LocalRepresentation>{values}</str:LocalRepresentation>"
    )


def codelists() -> dict[str, tuple[str, dict[str, str]]]:
    """Every codelist by its identifier: what it is called, and its codes with their names; four queries."""
    issued = FormVersion.objects.filter(valid__isnull=False).order_by("form__code", "number")
    forms = {pk: (code, title) for pk, code, title in issued.values_list("form", "form__code", "title")}
    rows = sorted((forms[form][0], code, title) for (form, code), title in row_titles().items())
    # Where a code has passed from one unit to another, the name is that of the later.
    units = Unit.objects.order_by("code", "valid").values_list("code", "name")
    indicators = Indicator.objects.order_by("code").values_list("code", "name")
    spans = {sdmx.FREQUENCIES[Frequency(one)]: str(words) for one, words in labels.SPANS.items()}
    return {
        "CL_FREQ": (_("Kinds of period"), spans),
        "CL_FORM": (_("Forms"), {sdmx.identifier(code): title for code, title in forms.values()}),
        "CL_DATA_WINDOW": (_("Rules of the data window"), _said(labels.WINDOW_RULES)),
        "CL_AREA": (_("Units"), {sdmx.area(code): name for code, name in units}),
        "CL_ORIGIN": (
            _("Levels of origin"),
            {sdmx.origin(one): str(words) for one, words in labels.ORIGINS.items()},
        ),
        "CL_INDICATOR": (_("Indicators"), {sdmx.identifier(code): name for code, name in indicators}),
        "CL_ROW": (
            _("Rows of tables"),
            {sdmx.NOT_APPLICABLE: _("Not applicable")} | {sdmx.row(form, code): title for form, code, title in rows},
        ),
        "CL_STATE": (_("States"), _said(labels.STATES)),
        "CL_OBS_STATUS": (
            _("Statuses of observations"),
            {sdmx.NORMAL: _("Normal"), sdmx.PROVISIONAL: _("Provisional"), sdmx.MISSING: _("No report gave a number")},
        ),
    }


def _said(words: Mapping[str, Any]) -> dict[str, str]:
    return {str(one): str(said) for one, said in words.items()}


def _reference(identifier: str) -> str:
    return f"{sdmx.AGENCY}:{identifier}({sdmx.VERSION})"


def _name(words: object) -> str:
    """A name; as the schema wants it, never empty."""
    text = str(words).translate(UNWRITABLE).strip() or "–"
    return f'<com:Name xml:lang="{get_language() or settings.LANGUAGE_CODE}">{escape(text)}</com:Name>'
