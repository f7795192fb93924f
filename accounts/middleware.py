"""One instant a request: everything a request decides, it decides as of the same moment."""

from collections.abc import Callable

from django.http import HttpRequest, HttpResponse

from accounts import clock


def request_instant(
    get_response: Callable[[HttpRequest], HttpResponse],
) -> Callable[[HttpRequest], HttpResponse]:
    """Give each request `at`, the instant of its receipt by the portal's clock."""

    def middleware(request: HttpRequest) -> HttpResponse:
        request.at = clock.now()  # type: ignore[attr-defined]
        return get_response(request)

    return middleware
