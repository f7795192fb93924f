"""What the frame of every page shows, and the pages for machines: alive, ready."""

from django.db import DatabaseError, connection
from django.http import HttpRequest, HttpResponse


def frame(request: HttpRequest) -> dict[str, object]:
    """The parts of the frame that depend on the person and the clock."""
    return {}


def livez(request: HttpRequest) -> HttpResponse:
    """The process answers."""
    return HttpResponse("alive\n", content_type="text/plain")


def readyz(request: HttpRequest) -> HttpResponse:
    """The database answers too. Redis is not asked: filing goes on without it."""
    try:
        with connection.cursor() as cursor:
            cursor.execute("SELECT 1")
    except DatabaseError:
        return HttpResponse("the database does not answer\n", status=503, content_type="text/plain")
    return HttpResponse("ready\n", content_type="text/plain")
