"""The admin site's pages of forms, targets, tasks, the course of reports and the working calendar."""

from reports.admin import programme, regimes, reports, targets, workdays

__all__ = ["programme", "regimes", "reports", "targets", "workdays"]
