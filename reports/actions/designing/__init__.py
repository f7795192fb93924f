"""Draws forms: drafts of their versions, what is wrong with one and where, and for which periods a version holds.

A draft is drawn as a *design*: plain values in the shape of a form's file (see `designs`), replaced as a whole.
"""

from reports.actions.designing.designs import Built, Design, Known, build, design_of, digest
from reports.actions.designing.drafts import create_form, discard_draft, import_draft, new_version, save_draft
from reports.actions.designing.faults import Ahead, ahead, faults
from reports.actions.designing.force import Consequence, consequence, put_in_force, retire

__all__ = [
    "Ahead",
    "Built",
    "Consequence",
    "Design",
    "Known",
    "ahead",
    "build",
    "consequence",
    "create_form",
    "design_of",
    "digest",
    "discard_draft",
    "faults",
    "import_draft",
    "new_version",
    "put_in_force",
    "retire",
    "save_draft",
]
