"""Figures in open formats, for those who reckon on with them: CSV, XLSX, JSON and SDMX-CSV, with what they mean.

What an integrator needs to know of them stands in docs/formats.md.
"""

from reports.exchange.statistics.facts import Survey, in_order
from reports.exchange.statistics.files import FORMATS, sent
from reports.exchange.statistics.structure import MEDIA_TYPE as STRUCTURE_TYPE
from reports.exchange.statistics.structure import structure

__all__ = ["FORMATS", "STRUCTURE_TYPE", "Survey", "in_order", "sent", "structure"]
