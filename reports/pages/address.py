"""What the address of a page asks for, beside the page itself."""

from django.http import HttpRequest

LONGEST = 100


def text(request: HttpRequest, name: str) -> str:
    """What the address gives under that name, fit to be looked for in the database; empty where it gives nothing."""
    return request.GET.get(name, "").replace("\0", "").strip()[:LONGEST]
