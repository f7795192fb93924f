"""How the API answers: lists in pages, and every refusal as problem+json with a stable code (RFC 9457)."""

from collections.abc import Iterator, Mapping, Sequence
from http import HTTPStatus
from typing import IO, TYPE_CHECKING, Any, TypeVar

from django.core.exceptions import PermissionDenied, RequestDataTooBig, ValidationError
from django.core.paginator import Paginator
from django.db.models import Count, QuerySet, Window
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, gettext_noop
from rest_framework import exceptions
from rest_framework.pagination import PageNumberPagination
from rest_framework.parsers import JSONParser
from rest_framework.request import Request

from accounts.refusals import Refused
from dxportal import patience

if TYPE_CHECKING:
    from rest_framework.views import APIView  # which itself asks this module for its parser

MEDIA_TYPE = "application/problem+json"

#                                  status code                      what it says and how to mend it
HTTP_REFUSALS = {
    exceptions.ParseError: (400, "malformed", gettext_lazy("The body of the request is not valid JSON in UTF-8.")),
    exceptions.NotAuthenticated: (401, "not_signed_in", gettext_lazy("Sign in first, then send the request again.")),
    exceptions.AuthenticationFailed: (
        401,
        "not_signed_in",
        gettext_lazy("Sign in first, then send the request again."),
    ),
    # Rights are Django's PermissionDenied; all that the framework itself denies is a request without its CSRF token.
    exceptions.PermissionDenied: (
        403,
        "csrf_failed",
        gettext_lazy("The request lacks its CSRF token: send the value of the cookie csrftoken as X-CSRFToken."),
    ),
    exceptions.NotFound: (404, "not_found", gettext_lazy("There is nothing at this address that you may read.")),
    exceptions.MethodNotAllowed: (
        405,
        "method_not_allowed",
        gettext_lazy("This address does not take this method; the header Allow lists those it takes."),
    ),
    exceptions.NotAcceptable: (
        406,
        "not_acceptable",
        gettext_lazy("The answer can only be given as application/json."),
    ),
    exceptions.UnsupportedMediaType: (
        415,
        "unsupported_media_type",
        gettext_lazy("The body must be sent as application/json."),
    ),
}

# A rule, the content or a colleague says no by 409; a few codes say another thing.
STATUS_OF_CODE = {"idempotency_key_reused": 422, "too_slow": 503, "scanner_away": 503, "store_away": 503}
PASSING = frozenset({"busy", "too_slow", "scanner_away", "store_away"})
"""What is over in a moment: the answer says when to try again (Retry-After), and no key keeps it."""

# What the libraries say of a field, listed here to be in the portal's catalogue: their own is not complete.
LIBRARY_SENTENCES = (
    gettext_noop("This field is required."),
    gettext_noop("This field may not be null."),
    gettext_noop("This field may not be blank."),
    gettext_noop("This list may not be empty."),
    gettext_noop("Not a valid string."),
    gettext_noop("A valid integer is required."),
    gettext_noop('Expected a list of items but got type "{input_type}".'),
    gettext_noop("Invalid data. Expected a dictionary, but got {datatype}."),
    gettext_noop("Ensure this field has no more than {max_length} characters."),
    gettext_noop("Ensure this value is greater than or equal to {min_value}."),
    gettext_noop("Ensure this value is less than or equal to {max_value}."),
    gettext_noop("Null characters are not allowed."),
    gettext_noop("Surrogate characters are not allowed: U+{code_point:X}."),
    gettext_noop("String value too large."),
)

Row = TypeVar("Row")


def problem(error: Exception, context: Mapping[str, object]) -> HttpResponse | None:
    """Map what a rule, a right or an input refuses to HTTP; None for what is no refusal but a fault."""
    match error:
        case Refused():
            response = _answer(STATUS_OF_CODE.get(error.code, 409), error.code, error.message, details=error.details)
            if error.code in PASSING:
                response["Retry-After"] = str(patience.SECONDS)
            return response
        case PermissionDenied():
            return _answer(403, "not_permitted", str(error) or _("You are not permitted to do this."))
        case ValidationError() | exceptions.ValidationError():
            errors = dict(_by_field(_messages(error)))
            return _answer(400, "invalid", _("The request holds what cannot be taken; see errors."), errors=errors)
        case RequestDataTooBig():
            return _answer(413, "too_large", _("The body of the request is too large. Send it in several parts."))
        case Http404():
            return problem(exceptions.NotFound(), context)
        case exceptions.APIException() if type(error) in HTTP_REFUSALS:
            return _answer(*HTTP_REFUSALS[type(error)])
        case exceptions.APIException():
            return _answer(error.status_code, str(error.default_code), error.detail)
        case _:
            refusal = patience.given_up(error)
            return problem(refusal, context) if refusal else None


def _answer(status: int, code: str, detail: object, **members: object) -> HttpResponse:
    """A problem; `details` (facts of a refusal) and `errors` (sentences by field) stand beside the sentence."""
    response = JsonResponse(
        {
            "type": "about:blank",
            "title": HTTPStatus(status).phrase,
            "status": status,
            "detail": str(detail),
            "code": code,
            **{name: member for name, member in members.items() if member},
        },
        status=status,
        content_type=MEDIA_TYPE,
        json_dumps_params={"ensure_ascii": False},
    )
    if status == HTTPStatus.UNAUTHORIZED:
        response["WWW-Authenticate"] = 'Session realm="api"'
    return response


def _messages(error: ValidationError | exceptions.ValidationError) -> object:
    if isinstance(error, exceptions.ValidationError):
        return error.detail
    return error.message_dict if hasattr(error, "error_dict") else error.messages


def _by_field(found: object, path: str = "") -> Iterator[tuple[str, list[str]]]:
    """Sentences by the path of the field they speak of: {"cells.1.number": ["…"]}; "body" is the whole of it."""
    if isinstance(found, Mapping):
        for name, inner in found.items():
            whole = name in ("non_field_errors", "__all__")
            yield from _by_field(inner, path if whole else f"{path}.{name}" if path else str(name))
    elif isinstance(found, Sequence) and any(isinstance(inner, Mapping | list) for inner in found):
        for place, inner in enumerate(found):
            yield from _by_field(inner, f"{path}.{place}" if path else str(place))
    elif isinstance(found, Sequence) and found:
        yield path or "body", [str(sentence) for sentence in found]


class Pages(PageNumberPagination):
    """Lists in pages of 100, or of `?per_page=` up to 1000; one query gives the rows and how many there are in all."""

    page_size = 100
    page_size_query_param = "per_page"
    max_page_size = 1000
    page_query_description = gettext_lazy("Which page of the list, from 1.")  # type: ignore[assignment]
    page_size_query_description = gettext_lazy("How many rows a page has: 100, or 1 to 1000.")  # type: ignore[assignment]

    def paginate_queryset(
        self, queryset: QuerySet[Any, Row] | Sequence[Row], request: Request, view: "APIView | None" = None
    ) -> list[Row]:
        """The rows of the page that was asked for."""
        self.request = request
        size = _whole_number(request, "per_page", self.page_size, self.max_page_size)
        number = _whole_number(request, "page", 1, 1_000_000)
        place = slice((number - 1) * size, number * size)
        if isinstance(queryset, QuerySet):
            rows = list(queryset.annotate(in_all=Window(Count("*")))[place])
            in_all = getattr(rows[0], "in_all", 0) if rows else 0
        else:
            rows, in_all = list(queryset[place]), len(queryset)
        if not rows and number > 1:
            raise ValidationError({"page": _("The list has no page %(number)d.") % {"number": number}})
        self.page = Paginator(range(in_all), size).page(number)
        return rows

    def get_schema_operation_parameters(self, view: "APIView") -> list[dict[str, Any]]:
        """The two parameters with their bounds."""
        parameters: list[dict[str, Any]] = super().get_schema_operation_parameters(view)
        for parameter in parameters:
            parameter["schema"]["minimum"] = 1
            if parameter["name"] == self.page_size_query_param:
                parameter["schema"] |= {"maximum": self.max_page_size, "default": self.page_size}
        return parameters


def _whole_number(request: Request, name: str, default: int, highest: int) -> int:
    text = request.query_params.get(name, str(default))
    if not (text.isascii() and text.isdigit() and len(text) < 10 and 1 <= int(text) <= highest):
        raise ValidationError({name: _("Give a whole number from 1 to %(highest)d.") % {"highest": highest}})
    return int(text)


class Json(JSONParser):
    """JSON of a bounded depth; Django bounds its size."""

    def parse(
        self, stream: IO[Any], media_type: str | None = None, parser_context: Mapping[str, Any] | None = None
    ) -> Any:
        """Read the body; refuse one that is nested without end."""
        try:
            return super().parse(stream, media_type, parser_context)
        except RecursionError:
            raise exceptions.ParseError from None


def nothing(request: HttpRequest, rest: str = "") -> HttpResponse:
    """Answer an address of the API that does not exist."""
    return _answer(*HTTP_REFUSALS[exceptions.NotFound])


def docs(request: HttpRequest) -> HttpResponse:
    """Show the description of the API, to be tried out with one's own session."""
    return render(request, "portal/api.html")


PROBLEM = {
    "type": "object",
    "required": ["type", "title", "status", "detail", "code"],
    "properties": {
        "type": {"type": "string", "format": "uri-reference"},
        "title": {"type": "string"},
        "status": {"type": "integer"},
        "detail": {"type": "string"},
        "code": {"type": "string"},
        "errors": {"type": "object", "additionalProperties": {"type": "array", "items": {"type": "string"}}},
        "details": {"type": "object", "additionalProperties": {}},
    },
}
PROBLEM_WORDS = {
    "detail": gettext_lazy("What is wrong and how to mend it, for people."),
    "code": gettext_lazy("What is wrong, for programs; stable."),
    "errors": gettext_lazy("Sentences by the path of the field, such as cells.1.number, or by the code of an item."),
    "details": gettext_lazy("Facts of a refusal, such as the edit and the state that the report has now."),
}


def document_problems(result: dict[str, Any], **_generator: object) -> dict[str, Any]:
    """Say in the OpenAPI description which refusals each operation may give."""
    properties = {
        name: shape | ({"description": str(PROBLEM_WORDS[name])} if name in PROBLEM_WORDS else {})
        for name, shape in PROBLEM["properties"].items()  # type: ignore[attr-defined]
    }
    result["components"].setdefault("schemas", {})["Problem"] = PROBLEM | {"properties": properties}
    content = {MEDIA_TYPE: {"schema": {"$ref": "#/components/schemas/Problem"}}}
    for path, operations in result["paths"].items():
        for method, operation in operations.items():
            for status, words in _refusals(path, method, operation):
                operation["responses"].setdefault(str(status), {"description": str(words), "content": content})
    return result


def _refusals(path: str, method: str, operation: Mapping[str, Any]) -> Iterator[tuple[int, object]]:
    writes = method != "get"
    if writes or any(parameter["in"] == "query" for parameter in operation.get("parameters", ())):
        yield 400, gettext_lazy("The request holds what cannot be taken: invalid, malformed.")
    yield 401, gettext_lazy("Nobody is signed in: not_signed_in.")
    if writes:
        yield 403, gettext_lazy("Your appointments do not allow it, or the CSRF token is missing.")
    if "{" in path:
        yield 404, gettext_lazy("There is nothing here that you may read: not_found.")
    if writes:
        yield 409, gettext_lazy("The rules, the content or a colleague says no; the code names which.")
        yield 415, gettext_lazy("The body is not application/json: unsupported_media_type.")
        yield 422, gettext_lazy("The key was sent with another request before: idempotency_key_reused.")
    yield 503, gettext_lazy("The portal cannot do it just now, too_slow for one; try again after Retry-After.")
