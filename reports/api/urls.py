"""Addresses of the API, version 1."""

from django.urls import path

from reports.api import (
    content,
    figures,
    files,
    forms,
    impact,
    moves,
    remarks,
    reports,
    revisions,
    statistics,
    steps,
    units,
)

urlpatterns = [
    path("units/", units.Units.as_view(), name="api-units"),
    path("units/<int:pk>/", units.OneUnit.as_view(), name="api-unit"),
    path("forms/", forms.Forms.as_view(), name="api-forms"),
    path("forms/<str:code>/", forms.OneForm.as_view(), name="api-form"),
    path("reports/", reports.Reports.as_view(), name="api-reports"),
    path("reports/<int:pk>/", reports.OneReport.as_view(), name="api-report"),
    path("reports/<int:pk>/values/", content.Values.as_view(), name="api-values"),
    path("reports/<int:pk>/steps/", steps.Steps.as_view(), name="api-steps"),
    path("moves/", moves.Moves.as_view(), name="api-moves"),
    path("reports/<int:pk>/files/", files.Files.as_view(), name="api-files"),
    path("reports/<int:pk>/files/<int:file>/", files.OneFile.as_view(), name="api-file"),
    path("reports/<int:pk>/remarks/", remarks.Remarks.as_view(), name="api-remarks"),
    path("reports/<int:pk>/remarks/<int:remark>/", remarks.OneRemark.as_view(), name="api-remark"),
    path("reports/<int:pk>/revisions/", revisions.Revisions.as_view(), name="api-revisions"),
    path("reports/<int:pk>/differences/", revisions.Differences.as_view(), name="api-differences"),
    path("reports/<int:pk>/impact/", impact.Impact.as_view(), name="api-impact"),
    path("reports/<int:pk>/receipts/<int:number>/", reports.OneReceipt.as_view(), name="api-receipt"),
    path("figures/", figures.Figures.as_view(), name="api-figures"),
    path("figures/export/", statistics.Export.as_view(), name="api-figures-export"),
    path("figures/structure/", statistics.Structure.as_view(), name="api-figures-structure"),
]
