"""The home of every role: what is mine to do, oldest first."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render


def show(request: HttpRequest) -> HttpResponse:
    """The home of every role: what is mine to do, oldest first."""
    return render(request, "portal/work.html")
