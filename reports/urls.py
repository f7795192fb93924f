"""Addresses of the portal's pages."""

from django.urls import path

from reports.pages import city, figures, listing, report, review, unit, work

urlpatterns = [
    path("", work.show, name="work"),
    path("reports/", listing.show, name="reports"),
    path("reports/<int:pk>/", report.show, name="report"),
    path("reports/<int:pk>/cells/", report.cells, name="report-cells"),
    path("reports/<int:pk>/steps/", report.steps, name="report-steps"),
    path("reports/<int:pk>/receipts/<int:number>/", report.receipt, name="receipt"),
    path("review/", review.show, name="review"),
    path("city/", city.show, name="city"),
    path("figures/<int:pk>/", figures.show, name="figures"),
    path("units/<int:pk>/", unit.show, name="unit"),
]
