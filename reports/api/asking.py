"""What every address of the API shares: who asks, as of when, and a question that is read strictly."""

import re
from collections.abc import Mapping
from copy import deepcopy
from datetime import datetime
from decimal import Decimal
from functools import cached_property, partial
from typing import Any, TypeVar, cast

from django.core.exceptions import ValidationError
from django.db.models import Model
from django.http import HttpRequest
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers
from rest_framework.generics import GenericAPIView
from rest_framework.request import Request

from accounts.models import User
from accounts.requests import PortalRequest
from reports.api import repeating
from reports.models import CalendarDay, Form
from reports.periods import PeriodCode, PeriodRefused

Subject = TypeVar("Subject", bound=Model)

LARGEST_KEY = 2**63 - 1
MACHINE_NUMBER = re.compile(r"-?[0-9]{1,60}(\.[0-9]{1,60})?")


class Exact(serializers.Serializer[Any]):
    """A question or a body that holds its fields and nothing else, each of them once."""

    def to_internal_value(self, data: Any) -> Any:
        """Refuse names that are not known: a mistyped filter would be answered with everything."""
        if isinstance(data, Mapping):
            unknown = sorted(str(name) for name in data if name not in self.fields)
            if unknown:
                raise serializers.ValidationError({name: [self._known()] for name in unknown})
        return super().to_internal_value(data)

    def _known(self) -> str:
        if not self.fields:
            return _("This address takes no parameters.")
        return _("There is no such name here. Known: %(names)s.") % {"names": ", ".join(self.fields)}


class Shape(serializers.ModelSerializer[Subject]):
    """What is given out of a model; its fields are gathered from the model once, as that takes longer than to give."""

    def get_fields(self) -> dict[str, serializers.Field[Any, Any, Any, Any]]:
        """The fields, as every answer has its own."""
        gathered = _gathered.get(type(self))
        if gathered is None:
            gathered = _gathered[type(self)] = super().get_fields()
        return deepcopy(gathered)


_gathered: dict[type, dict[str, serializers.Field[Any, Any, Any, Any]]] = {}


class PortalView(GenericAPIView[Subject]):
    """A view of the API: it translates, and decides nothing. `question` is what its address may be asked."""

    filter_backends = ()
    metadata_class = None
    question: type[Exact] = Exact

    @property
    def at(self) -> datetime:
        """The instant of the request."""
        return cast(PortalRequest, self.request).at

    @property
    def person(self) -> User:
        """Who is signed in."""
        return cast(User, self.request.user)

    def setup(self, request: HttpRequest, *args: Any, **kwargs: Any) -> None:
        """A method that changes something is done once for each key that is sent with it."""
        super().setup(request, *args, **kwargs)
        act = getattr(self, (request.method or "").lower(), None)
        if act is not None and request.method in repeating.UNSAFE and repeating.HEADER in request.headers:
            setattr(self, act.__name__, partial(repeating.answer_once, self, act))

    def initial(self, request: Request, *args: Any, **kwargs: Any) -> None:
        """Read the question once it is known who asks."""
        super().initial(request, *args, **kwargs)
        self.asked = self._read_question(request)

    def _read_question(self, request: Request) -> dict[str, Any]:
        question = self.question if request.method in ("GET", "HEAD") else Exact
        shape = question(data=request.query_params)
        if question is self.question and self.paginator is not None:
            for parameter in self.paginator.get_schema_operation_parameters(self):
                shape.fields[parameter["name"]] = serializers.CharField(required=False)
        shape.is_valid(raise_exception=True)
        for name, answers in request.query_params.lists():
            if "" in answers:
                raise ValidationError({name: _("Give this parameter a value, or leave it out.")})
            if len(answers) > 1 and not isinstance(shape.fields[name], serializers.ListField):
                raise ValidationError({name: _("Give this parameter only once.")})
        return cast(dict[str, Any], shape.validated_data)

    def body(self, shape: type[Exact]) -> dict[str, Any]:
        """The body of the request in that shape."""
        data = self.request.data
        read = shape(data={} if data is None else data)
        read.is_valid(raise_exception=True)
        return cast(dict[str, Any], read.validated_data)

    def get_serializer_context(self) -> Mapping[str, Any]:
        """Shapes are given the view, for the instant and the calendar."""
        return {"view": self}

    @cached_property
    def calendar(self) -> Any:
        """The working calendar, read once a request."""
        return CalendarDay.objects.as_calendar()


def key(words: Any, *, required: bool = False) -> serializers.IntegerField:
    """A parameter that holds the id of something."""
    return serializers.IntegerField(
        required=required,
        min_value=1,
        max_value=LARGEST_KEY,
        help_text=words,
        error_messages={
            "invalid": gettext_lazy("An id is a whole number."),
            "min_value": gettext_lazy("An id is a whole number from 1."),
            "max_value": gettext_lazy("No id is as large as that."),
            "max_string_length": gettext_lazy("No id is as large as that."),
        },
    )


class WordField(serializers.ChoiceField):
    """One of a few words."""

    default_error_messages = {"invalid_choice": gettext_lazy("“{input}” is not known here. Known: {known}.")}

    def to_internal_value(self, data: Any) -> str:
        """The word itself."""
        if not isinstance(data, str) or data not in self.choices:
            self.fail("invalid_choice", input=str(data)[:40], known=", ".join(self.choices))
        return data


def choice(choices: Mapping[str, Any], words: Any, *, required: bool = False) -> WordField:
    """A parameter that holds one of a few words."""
    return WordField(choices=list(choices.items()), required=required, help_text=words)


class CodeField(serializers.CharField):
    """A parameter that holds the code of something."""

    def __init__(self, words: Any = None, **terms: Any) -> None:
        super().__init__(required=False, max_length=100, help_text=words, **terms)


class PeriodField(serializers.CharField):
    """A parameter that holds the code of a period."""

    def to_internal_value(self, data: Any) -> str:
        """The code as it stands in the database."""
        try:
            return PeriodCode.parse(str(data)).code
        except PeriodRefused:
            raise serializers.ValidationError(
                _("“%(typed)s” is not a period: write 2026-W07, 2026-07, 2026-Q3, 2026-H1, 2026 or 2026-YTD05.")
                % {"typed": str(data)[:40]}
            ) from None


@extend_schema_field({"type": "string", "pattern": r"^-?[0-9]+(\.[0-9]+)?$", "nullable": True})
class PlainNumber(serializers.Field[Any, Any, str, Any]):
    """A number that is given out: exact, as a string with a decimal point and no needless zeros."""

    def __init__(self, **terms: Any) -> None:
        super().__init__(read_only=True, **terms)

    def to_representation(self, value: Decimal) -> str:
        """1234.500000 is "1234.5"."""
        text = format(value, "f")
        return text.rstrip("0").rstrip(".") if "." in text else text


@extend_schema_field(
    {
        "oneOf": [{"type": "string", "pattern": f"^{MACHINE_NUMBER.pattern}$"}, {"type": "integer"}],
        "nullable": True,
    }
)
class MachineNumber(serializers.Field[Decimal, Any, str, Any]):
    """A number that is taken in: a string with a decimal point, or an integer; never a float, which is not exact."""

    def to_internal_value(self, data: Any) -> Decimal:
        """The number just as it was written."""
        if isinstance(data, float):
            raise serializers.ValidationError(
                _("Send the number as a string, such as “0.1”: a JSON number with decimals is not exact.")
            )
        text = str(data) if isinstance(data, int) and not isinstance(data, bool) else data
        if not isinstance(text, str) or not MACHINE_NUMBER.fullmatch(text):
            raise serializers.ValidationError(
                _("This is not a number: write digits, with a point before the decimals, such as “1234.5”.")
            )
        return Decimal(text) or Decimal(0)


def refuse_unknown_form(code: str | None) -> None:
    """Explain an empty answer: a form that was asked for and does not exist."""
    if code is not None and not Form.objects.filter(code=code).exists():
        raise ValidationError({"form": _("There is no form with this code.")})
