"""The admin site's pages of forms, the course of reports and the working calendar."""

from reports.admin import regimes, reports, workdays

__all__ = ["regimes", "reports", "workdays"]
