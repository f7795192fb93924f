"""Every report that one may read, filtered, sorted and paged."""

from django.http import HttpRequest, HttpResponse


def show(request: HttpRequest) -> HttpResponse:
    """Every report that one may read, filtered, sorted and paged."""
    return HttpResponse("")
