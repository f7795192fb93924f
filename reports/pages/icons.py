"""The icons of the sprite."""

from functools import cache

from django.templatetags.static import static
from django.utils.html import format_html
from django.utils.safestring import SafeString


@cache
def _sprite() -> str:
    return static("vendor/icons.svg")


@cache
def icon(name: str) -> SafeString:
    """An icon of the sprite, for the eye only: a word always stands beside it."""
    return format_html(
        '<svg class="icon" width="18" height="18" aria-hidden="true" focusable="false"><use href="{}#{}"></use></svg>',
        _sprite(),
        name,
    )
