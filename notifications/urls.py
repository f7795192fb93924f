"""Addresses of the inbox."""

from django.urls import path

from notifications import pages

urlpatterns = [
    path("inbox/", pages.inbox, name="inbox"),
    path("inbox/<int:pk>/", pages.notice, name="notice"),
]
