"""The home of every role: what is mine to do, oldest first."""

from django.http import HttpRequest, HttpResponse


def show(request: HttpRequest) -> HttpResponse:
    """The home of every role: what is mine to do, oldest first."""
    return HttpResponse("")
