"""Addresses of the inbox, of what one chooses about it, of one's calendar, of ladders, replays and directives."""

from django.urls import path

from notifications.pages import (
    directives,
    drafts,
    feed,
    inbox,
    ladders,
    outbox,
    passing_on,
    preferences,
    replay,
    unread,
)

urlpatterns = [
    path("inbox/", inbox.inbox, name="inbox"),
    path("inbox/unread/", unread.count, name="unread"),
    path("inbox/<int:pk>/", inbox.notice, name="notice"),
    path("outbox/", outbox.show, name="outbox"),
    path("preferences/", preferences.show, name="preferences"),
    path("unsubscribe/<str:key>/", preferences.unsubscribe, name="unsubscribe"),
    path("calendar/<str:secret>.ics", feed.calendar, name="calendar"),
    path("ladders/", ladders.show, name="ladders"),
    path("ladders/<str:code>/", ladders.one, name="ladder"),
    path("replay/", replay.show, name="replay"),
    path("directives/", directives.show, name="directives"),
    path("directives/new/", drafts.write, name="directive-new"),
    path("directives/<int:pk>/", directives.one, name="directive"),
    path("directives/<int:pk>/draft/", drafts.show, name="directive-draft"),
    path("directives/<int:pk>/change/", drafts.write, name="directive-change"),
    path("directives/<int:pk>/file/", directives.send, name="directive-file"),
    path("directives/<int:pk>/acknowledgements/", passing_on.acknowledge, name="directive-acknowledge"),
    path("directives/<int:pk>/certificates/<int:certificate>/", directives.send_list, name="directive-list"),
    path("directives/<int:pk>/units/<int:addressee>/", passing_on.certify, name="directive-certify"),
]
