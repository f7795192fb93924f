"""The files of a report: listed, attached to the cells that ask for some, taken off, and sent."""

from typing import Any, cast

from django.core.files.uploadedfile import UploadedFile
from django.db.models import QuerySet
from django.http import FileResponse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiResponse, extend_schema, extend_schema_view
from rest_framework import exceptions, serializers
from rest_framework.generics import get_object_or_404
from rest_framework.negotiation import BaseContentNegotiation
from rest_framework.parsers import MultiPartParser
from rest_framework.request import Request
from rest_framework.response import Response

from reports import content
from reports.actions import attaching
from reports.api.asking import Exact
from reports.api.reports import OfOneReport
from reports.api.steps import PersonName
from reports.checks import Cell
from reports.exchange import files as outgoing
from reports.filetypes import LARGEST
from reports.models import Attachment, Report


class FileRow(serializers.ModelSerializer[Attachment]):
    """One file, with what it answers."""

    revision = serializers.IntegerField(
        source="revision.number",
        read_only=True,
        help_text=gettext_lazy("The number of the revision that it belongs to."),
    )
    item = serializers.CharField(
        source="item.code",
        read_only=True,
        allow_null=True,
        default=None,
        help_text=gettext_lazy("The item that it answers; null for a scan of the report as a whole."),
    )
    row = serializers.CharField(
        read_only=True, help_text=gettext_lazy("The row of its table; empty for an item of no table.")
    )
    size = serializers.IntegerField(read_only=True, help_text=gettext_lazy("How many bytes it has."))
    sha256 = serializers.CharField(
        read_only=True,
        help_text=gettext_lazy("The SHA-256 of its bytes, by which the content of the report names it as well."),
    )
    by = PersonName(read_only=True)

    class Meta:
        model = Attachment
        fields = ("id", "revision", "item", "row", "name", "content_type", "size", "sha256", "by", "at")
        read_only_fields = fields


class FileQuestion(Exact):
    """A file for a cell."""

    item = serializers.CharField(max_length=100, help_text=gettext_lazy("The code of an item that asks for files."))
    row = serializers.CharField(
        max_length=100,
        required=False,
        default="",
        allow_blank=True,
        help_text=gettext_lazy("The row of its table; empty for an item of no table."),
    )
    file = serializers.FileField(
        allow_empty_file=True,  # refused in words of its own
        help_text=gettext_lazy("PDF, PNG, JPEG, DOCX or XLSX, told by its content: at most 10 MB."),
        error_messages={"invalid": gettext_lazy("Send the file as a part of its own, with a file name.")},
    )


class NotAForm(exceptions.UnsupportedMediaType):
    """A file that was sent in another way than as a form."""

    def __init__(self, media_type: str) -> None:
        super().__init__(media_type, detail=_("Send item, row and file as multipart/form-data."))


class BrokenForm(exceptions.ParseError):
    """A form that cannot be taken apart."""

    default_code = "malformed"

    def __init__(self) -> None:
        super().__init__(_("The body of the request is not valid multipart/form-data."))


class AsItComes(BaseContentNegotiation):
    """A file is sent as what it is, whatever the request would rather have."""

    def select_parser(self, request: Request, parsers: Any) -> Any:
        """No body is read here."""
        return None

    def select_renderer(self, request: Request, renderers: Any, format_suffix: str | None = None) -> Any:
        """The one that refusals are written by."""
        return renderers[0], renderers[0].media_type


@extend_schema_view(
    get=extend_schema(
        operation_id="files",
        summary=gettext_lazy("The files of the revision that you may read"),
        responses=FileRow(many=True),
    ),
    post=extend_schema(
        operation_id="attach_file",
        summary=gettext_lazy("Attach a file to a cell of a draft"),
        request={"multipart/form-data": FileQuestion},
        responses={
            201: OpenApiResponse(FileRow, gettext_lazy("The file is attached.")),
            200: OpenApiResponse(FileRow, gettext_lazy("The same file was attached to this cell before; here it is.")),
        },
    ),
)
class Files(OfOneReport):
    """The files of a report."""

    parser_classes = (MultiPartParser,)

    def get(self, request: Request, pk: int) -> Response:
        """Those of the current revision to the unit's own people, to others of the latest that stands."""
        report = self.report(pk)
        revision = content.readable(report, by=self.person, at=self.at)
        files: Any = _files(Attachment.objects.filter(revision=revision))
        return self.get_paginated_response(FileRow(self.paginate_queryset(files), many=True).data)

    def post(self, request: Request, pk: int) -> Response:
        """Attach the file."""
        report = self.report(pk)
        asked = self._form(request)
        file = cast("UploadedFile[bytes]", asked["file"])
        attached = attaching.attach(
            report,
            Cell(asked["item"], asked["row"]),
            file.name or "",
            file.read(LARGEST + 1),
            by=self.person,
            at=self.at,
        )
        row = FileRow(_files(Attachment.objects.all()).get(pk=attached.pk)).data
        return Response(row, status=201 if attached.at == self.at else 200)

    def _form(self, request: Request) -> dict[str, Any]:
        try:
            return self.body(FileQuestion)
        except exceptions.UnsupportedMediaType as error:
            raise NotAForm(request.content_type) from error
        except exceptions.ParseError as error:
            raise BrokenForm from error


@extend_schema_view(
    get=extend_schema(
        operation_id="file",
        summary=gettext_lazy("One file, to be saved"),
        responses={(200, "application/octet-stream"): OpenApiTypes.BINARY},
    ),
    delete=extend_schema(
        operation_id="detach_file",
        summary=gettext_lazy("Take a file off a draft; earlier revisions keep it"),
        responses={204: None},
    ),
)
class OneFile(OfOneReport):
    """One file of a report."""

    pagination_class = None
    content_negotiation_class = AsItComes

    def get(self, request: Request, pk: int, file: int) -> FileResponse:
        """Streamed, with the content type that the list names."""
        return outgoing.sent(self._file(self.report(pk), file))

    def delete(self, request: Request, pk: int, file: int) -> Response:
        """Take it off."""
        attaching.detach(self._file(self.report(pk), file), by=self.person, at=self.at)
        return Response(status=204)

    def _file(self, report: Report, file: int) -> Attachment:
        return get_object_or_404(_files(outgoing.open_to(report, by=self.person, at=self.at)), pk=file)


def _files(files: QuerySet[Attachment]) -> QuerySet[Attachment]:
    named = files.select_related("item", "by", "revision__report")
    return named.defer("revision__snapshot")
