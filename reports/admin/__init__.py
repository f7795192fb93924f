"""The admin site's pages of forms, targets, the course of reports and the working calendar."""

from reports.admin import regimes, reports, targets, workdays

__all__ = ["regimes", "reports", "targets", "workdays"]
