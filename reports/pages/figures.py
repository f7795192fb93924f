"""The figures of one unit, and the way down to a report."""

from django.http import HttpRequest, HttpResponse


def show(request: HttpRequest, pk: int) -> HttpResponse:
    """The figures of one unit, and the way down to a report."""
    return HttpResponse("")
