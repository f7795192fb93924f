"""Enters report regimes, legal bases, indicators, targets and days off from their files, and writes regimes into one.

What exists is left as it is, so that a file may be entered again. A form is one file; fixtures/README.md describes it.
"""

from reports.actions.regimes.entering import enter_form
from reports.actions.regimes.exporting import export_form
from reports.actions.regimes.foundations import enter_days_off, enter_indicators, enter_legal_bases, enter_targets

__all__ = ["enter_days_off", "enter_form", "enter_indicators", "enter_legal_bases", "enter_targets", "export_form"]
