"""What is shown, as a file."""

from collections.abc import Iterable, Sequence

from django.http import StreamingHttpResponse
from django.utils.http import content_disposition_header

from reports.exchange import tables


def csv(name: str, rows: Iterable[Sequence[tables.Cell]]) -> StreamingHttpResponse:
    """A table, its heads first, as a CSV file of that name."""
    return StreamingHttpResponse(
        tables.as_csv(rows),
        content_type="text/csv; charset=utf-8",
        headers={"Content-Disposition": content_disposition_header(as_attachment=True, filename=f"{name}.csv")},
    )
