"""What waits to be checked and approved, by form and period."""

from django.http import HttpRequest, HttpResponse


def show(request: HttpRequest) -> HttpResponse:
    """What waits to be checked and approved, by form and period."""
    return HttpResponse("")
