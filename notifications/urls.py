"""Addresses of the inbox."""

from django.urls import path

from notifications.pages import inbox

urlpatterns = [
    path("inbox/", inbox.inbox, name="inbox"),
    path("inbox/<int:pk>/", inbox.notice, name="notice"),
]
