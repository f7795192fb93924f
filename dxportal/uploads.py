"""Bounds what an upload costs: of a file that is too large no more is kept than tells that it is."""

from django.core.files.uploadhandler import FileUploadHandler

from reports.filetypes import LARGEST


class Ceiling(FileUploadHandler):
    """Cuts each file just beyond the largest size, so that it is refused by its size; the rest is read and dropped.

    It is read because a browser that is cut off in the middle of sending says that the line broke, and not what the
    portal has to say. Stands before the handlers that keep what is sent.
    """

    def receive_data_chunk(self, raw_data: bytes, start: int) -> bytes | None:
        """The piece of the file that begins at that byte, or None where no more is wanted."""
        return raw_data if start <= LARGEST else None

    def file_complete(self, file_size: int) -> None:
        """The file itself comes from the handlers behind this one."""
