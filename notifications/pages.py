"""The inbox."""

from django.http import HttpRequest, HttpResponse


def inbox(request: HttpRequest) -> HttpResponse:
    """Every notice to this person, newest first."""
    return HttpResponse("")


def notice(request: HttpRequest, pk: int) -> HttpResponse:
    """Open a notice: it is read, and its report is shown."""
    return HttpResponse("")
