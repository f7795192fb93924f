"""What is shown, as a file."""

from collections.abc import Iterable, Sequence

from django.http import FileResponse, StreamingHttpResponse
from django.utils.http import content_disposition_header

from reports.exchange import sheets, tables


def csv(name: str, rows: Iterable[Sequence[tables.Cell]]) -> StreamingHttpResponse:
    """A table, its heads first, as a CSV file of that name."""
    return StreamingHttpResponse(
        tables.as_csv(rows),
        content_type="text/csv; charset=utf-8",
        headers={"Content-Disposition": content_disposition_header(as_attachment=True, filename=f"{name}.csv")},
    )


def xlsx(name: str, rows: Iterable[Sequence[tables.Cell]], *, title: str) -> FileResponse:
    """The same as a workbook, whose sheet has that title."""
    return FileResponse(
        sheets.as_xlsx(rows, title=title),
        as_attachment=True,
        filename=f"{name}.xlsx",
        content_type="application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    )
