"""Which files may be attached: told by their content, never by their name.

`kinds` says what they are and whether they are whole, `office` the same of office files, `names` what they are called.
"""

from reports.filetypes.faults import Fault, Unfit
from reports.filetypes.kinds import DOCX, JPEG, LARGEST, PDF, PNG, TYPES, XLSX, FileType, type_of
from reports.filetypes.names import clean_name, listing, names_in

__all__ = [
    "DOCX",
    "JPEG",
    "LARGEST",
    "PDF",
    "PNG",
    "TYPES",
    "XLSX",
    "Fault",
    "FileType",
    "Unfit",
    "clean_name",
    "listing",
    "names_in",
    "type_of",
]
