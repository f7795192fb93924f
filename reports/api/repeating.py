"""A request that changes something and carries an Idempotency-Key is done once, however often it is sent.

The key, what the request did and its answer stand in one transaction, so there is never the one without the others.
"""

import hashlib
import re
from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING, Any, cast

from django.core.exceptions import ValidationError
from django.db import transaction
from django.http import HttpResponse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.actions import answers
from accounts.models import IdempotencyKey

if TYPE_CHECKING:
    from reports.api.asking import PortalView  # which itself asks this module

HEADER = "Idempotency-Key"
REPLAYED = "Idempotent-Replayed"
VISIBLE = re.compile(r"[!-~]{1,200}")
UNSAFE = frozenset({"POST", "PUT", "PATCH", "DELETE"})


def answer_once(
    view: "PortalView[Any]", act: Callable[..., HttpResponse], request: Request, *args: Any, **kwargs: Any
) -> HttpResponse:
    """Have the view act, or give again what it answered this person's request with the same key.

    A refusal undoes what the view did and is kept as any answer. An answer that asks to try again later (Retry-After),
    a fault and a crash undo everything, the key too, so that the same request is then done. Raises ValidationError for
    a key of another shape, and as answers.claim does.
    """
    key = request.headers[HEADER]
    if not VISIBLE.fullmatch(key):
        raise ValidationError({HEADER: _("A key has 1 to 200 visible ASCII characters, such as those of a UUID.")})
    digest = digest_of(request)
    with transaction.atomic():
        claimed = answers.claim(key, digest, by=view.person, at=view.at)
        if claimed.status is not None:
            return _again(claimed)
        response = view.finalize_response(request, _done_or_refused(view, act, request, *args, **kwargs))
        if isinstance(response, Response):
            response.render()
        if response.status_code >= 500 or response.has_header("Retry-After"):
            transaction.set_rollback(True)
        else:
            content_type = response.headers.get("Content-Type", "")
            answers.keep(claimed, status=response.status_code, content_type=content_type, content=response.content)
    return cast(HttpResponse, response)


def _again(answered: IdempotencyKey) -> HttpResponse:
    """The answer that was kept, marked as told again."""
    response = HttpResponse(bytes(answered.content), answered.content_type, answered.status)
    if not answered.content_type:
        del response["Content-Type"]
    response[REPLAYED] = "true"
    return response


def _done_or_refused(
    view: "PortalView[Any]", act: Callable[..., HttpResponse], request: Request, *args: Any, **kwargs: Any
) -> Any:
    """What the view answers; where it refuses, nothing is left of what it did. Raises what is a fault."""
    try:
        with transaction.atomic():
            response = act(request, *args, **kwargs)
            if response.status_code >= 400:
                transaction.set_rollback(True)
            return response
    except Exception as error:  # noqa: BLE001  (the framework raises again what is no refusal)
        return view.handle_exception(error)


def digest_of(request: Request) -> str:
    """The SHA-256 of method, address and body of a request, whose body can be read afterwards as before.

    The body is taken as it came, which Django bounds at some megabytes; one that brings files is taken part by part,
    as its raw bytes hold a boundary that each attempt draws anew, and as large files stand on the disk.
    """
    digest = hashlib.sha256()
    is_form = (request.content_type or "").startswith("multipart/")
    for part in (request.method or "", request.get_full_path(), *(_parts(request) if is_form else ())):
        raw = part.encode(errors="surrogatepass") if isinstance(part, str) else part
        digest.update(len(raw).to_bytes(8))  # so that no two parts can pass for one
        digest.update(raw)
    if not is_form:
        digest.update(request.body)
    return digest.hexdigest()


def _parts(request: Request) -> Iterator[str | bytes]:
    """Names and contents of the fields and files of a form; of a file its digest, read piece by piece."""
    files = request.FILES
    for name, texts in sorted(request.POST.lists()):
        yield from ("field", name, str(len(texts)), *texts)
    for name, sent in sorted(files.lists()):
        for file in sent:
            content = hashlib.sha256()
            for piece in file.chunks():
                content.update(piece)
            file.seek(0)
            yield from ("file", name, file.name or "", file.content_type or "", content.digest())


KEY_WORDS = gettext_lazy(
    "A key that you make up for this request, such as a UUID. Sent again with the same key, the same request is not "
    "done again but answered as before, with the header Idempotent-Replayed; keys are kept for 24 hours."
)


def document_keys(result: dict[str, Any], **_generator: object) -> dict[str, Any]:
    """Say in the OpenAPI description that each operation which changes something takes a key."""
    for operations in result["paths"].values():
        for method, operation in operations.items():
            if method.upper() in UNSAFE:
                header: dict[str, Any] = {
                    "name": HEADER,
                    "in": "header",
                    "description": str(KEY_WORDS),
                    "schema": {"type": "string", "minLength": 1, "maxLength": 200, "pattern": "^[!-~]{1,200}$"},
                }
                operation.setdefault("parameters", []).append(header)
    return result
