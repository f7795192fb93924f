"""How the API answers: pages of lists, and refusals as problem+json with stable codes (RFC 9457)."""

from rest_framework.pagination import PageNumberPagination
from rest_framework.response import Response
from rest_framework.views import exception_handler


class Pages(PageNumberPagination):
    """Lists in pages; `?per_page=` up to 1000."""

    page_size = 100
    page_size_query_param = "per_page"
    max_page_size = 1000


def problem(error: Exception, context: dict[str, object]) -> Response | None:
    """Map what a rule, a right or an input refuses to HTTP."""
    return exception_handler(error, context)
