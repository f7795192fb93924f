"""The city's figures beside its targets."""

from django.http import HttpRequest, HttpResponse


def show(request: HttpRequest) -> HttpResponse:
    """The city's figures beside its targets."""
    return HttpResponse("")
