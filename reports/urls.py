"""Addresses of the portal's pages."""

from django.urls import path

from reports.pages import (
    applicability,
    assignments,
    cells,
    city,
    expected,
    extensions,
    figures,
    files,
    incidents,
    listing,
    openings,
    programme,
    receipt,
    report,
    requests,
    review,
    steps,
    unit,
    work,
)

urlpatterns = [
    path("", work.show, name="work"),
    path("reports/", listing.show, name="reports"),
    path("reports/<int:pk>/", report.show, name="report"),
    path("reports/<int:pk>/cells/", cells.save, name="report-cells"),
    path("reports/<int:pk>/files/", files.change, name="report-files"),
    path("reports/<int:pk>/files/<int:file>/", files.send, name="attachment"),
    path("reports/<int:pk>/parts/", assignments.change, name="report-parts"),
    path("reports/<int:pk>/steps/", steps.make, name="report-steps"),
    path("reports/<int:pk>/receipts/<int:number>/", receipt.show, name="receipt"),
    path("review/", review.show, name="review"),
    path("city/", city.show, name="city"),
    path("figures/<int:pk>/", figures.show, name="figures"),
    path("units/<int:pk>/", unit.show, name="unit"),
    path("units/<int:pk>/applicability/", applicability.show, name="unit-applicability"),
    path("programme/", programme.show, name="programme"),
    path("requests/", requests.show, name="requests"),
    path("requests/<int:pk>/", requests.one, name="request"),
    path("units/<int:pk>/expected/", expected.show, name="explain"),
    path("extensions/", extensions.show, name="extensions"),
    path("openings/", openings.show, name="openings"),
    path("incidents/", incidents.show, name="incidents"),
]
