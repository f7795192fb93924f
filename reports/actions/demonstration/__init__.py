"""Fills the closed periods of a demonstration, and what has come in for the running one, form by form.

Rows are copied in rather than moved one by one, in the order in which the database's own rules allow it: values into
open revisions, then the freezing, then the next revision. What the rules refuse, this cannot write either. What a form
computes, and which numbers ask for a note, is worked out by the form's own formulas and rules.
"""

from reports.actions.demonstration.disciplining import discipline, enlist
from reports.actions.demonstration.filling import Demonstration, fill, periods_of, settle

__all__ = ["Demonstration", "discipline", "enlist", "fill", "periods_of", "settle"]
