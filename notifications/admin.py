"""Notices and their deliveries in the admin site, to be looked at only: what was told to whom, and what failed."""

from typing import Any

from django.contrib import admin
from django.http import HttpRequest
from django.utils.translation import gettext_lazy

from accounts.admin.access import PortalInline, PortalModelAdmin, asked
from accounts.models import User
from notifications.models import Attempt, Delivery, Notice
from reports.admin.reports import about
from reports.models import Report


class DeliveriesOfNotice(PortalInline):
    """By which channels the notice goes."""

    model = Delivery
    show_change_link = True
    fields = readonly_fields = ("channel", "state", "due_at")


@admin.register(Notice)
class NoticeAdmin(PortalModelAdmin):
    """Who was told what about the reports that the administrator may read."""

    list_display = ("owed_at", "person", "rung", "about", "read_at")
    list_filter = ("rung",)
    search_fields = ("person__search_key",)
    search_help_text = gettext_lazy("Person, with or without diacritics.")
    fields = ("person", "about", "occasion", "rung", "owed_at", "read_at")
    inlines = (DeliveriesOfNotice,)

    def title_of(self, obj: Notice) -> str:
        return f"{obj.person} · {self.about(obj)}"

    def get_queryset(self, request: HttpRequest) -> Any:
        notices = super().get_queryset(request).filter(report__in=Report.objects.visible_to(*asked(request)))
        return notices.select_related("person", "report__form", "report__period", "report__unit__parent")

    def found(self, request: HttpRequest, queryset: Any, text: str) -> Any:
        return queryset.filter(person__in=User.objects.get_queryset().matching(text))

    @admin.display(description=gettext_lazy("report"))
    def about(self, notice: Notice) -> str:
        return about(notice.report) if notice.report else str(notice)


class AttemptsOfDelivery(PortalInline):
    """What came of each try."""

    model = Attempt
    fields = readonly_fields = ("number", "at", "outcome", "error")


@admin.register(Delivery)
class DeliveryAdmin(PortalModelAdmin):
    """Mails to be sent, sent, and given up; of every notice, as somebody must look after those that fail."""

    list_display = ("due_at", "person", "channel", "state", "attempts_made")
    list_filter = ("state", "channel")
    search_fields = ("notice__person__search_key",)
    search_help_text = gettext_lazy("Person, with or without diacritics.")
    ordering = ("-due_at", "-pk")
    fields = ("person", "channel", "state", "due_at", "leased_until")
    inlines = (AttemptsOfDelivery,)

    def title_of(self, obj: Delivery) -> str:
        return f"{obj.notice.person} · {obj.get_channel_display()}"

    def get_queryset(self, request: HttpRequest) -> Any:
        return super().get_queryset(request).select_related("notice__person").prefetch_related("attempts")

    def found(self, request: HttpRequest, queryset: Any, text: str) -> Any:
        return queryset.filter(notice__person__in=User.objects.get_queryset().matching(text))

    @admin.display(description=gettext_lazy("person"), ordering="notice__person__sort_key")
    def person(self, delivery: Delivery) -> str:
        return delivery.notice.person.full_name

    @admin.display(description=gettext_lazy("attempts"))
    def attempts_made(self, delivery: Delivery) -> int:
        return len(delivery.attempts.all())
