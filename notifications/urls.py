"""Addresses of the inbox, of what one chooses about it, and of one's calendar."""

from django.urls import path

from notifications.pages import feed, inbox, preferences, unread

urlpatterns = [
    path("inbox/", inbox.inbox, name="inbox"),
    path("inbox/unread/", unread.count, name="unread"),
    path("inbox/<int:pk>/", inbox.notice, name="notice"),
    path("preferences/", preferences.show, name="preferences"),
    path("unsubscribe/<str:key>/", preferences.unsubscribe, name="unsubscribe"),
    path("calendar/<str:secret>.ics", feed.calendar, name="calendar"),
]
