"""One report: its figures, its moves, its history."""

from django.http import HttpRequest, HttpResponse


def show(request: HttpRequest, pk: int) -> HttpResponse:
    """One report: its figures, its moves, its history."""
    return HttpResponse("")


def cells(request: HttpRequest, pk: int) -> HttpResponse:
    """Save typed cells."""
    return HttpResponse("")


def steps(request: HttpRequest, pk: int) -> HttpResponse:
    """Make a move."""
    return HttpResponse("")


def receipt(request: HttpRequest, pk: int, number: int) -> HttpResponse:
    """The receipt of a submitted revision."""
    return HttpResponse("")
