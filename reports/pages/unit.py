"""One unit: its people, the forms it owes, its record."""

from django.http import HttpRequest, HttpResponse


def show(request: HttpRequest, pk: int) -> HttpResponse:
    """One unit: its people, the forms it owes, its record."""
    return HttpResponse("")
