"""Notices and their deliveries in the admin site, to be looked at only; and the gateways for short messages."""

from typing import Any

from django import forms
from django.contrib import admin
from django.db.models import Q
from django.http import HttpRequest
from django.utils.translation import gettext_lazy

from accounts.admin.access import AskedForm, PortalInline, PortalModelAdmin, asked
from accounts.models import User
from notifications.actions import gateways
from notifications.models import Attempt, Delivery, Gateway, Notice
from notifications.querysets import NAMED
from notifications.telling import tell
from reports.models import Report


class DeliveriesOfNotice(PortalInline):
    """By which channels the notice goes."""

    model = Delivery
    show_change_link = True
    fields = readonly_fields = ("channel", "state", "due_at")


@admin.register(Notice)
class NoticeAdmin(PortalModelAdmin):
    """Who was told what: about the reports that the administrator may read, and about what is no report."""

    list_display = ("owed_at", "person", "kind", "about", "read_at")
    list_filter = ("kind", "urgent")
    search_fields = ("person__search_key",)
    search_help_text = gettext_lazy("Person, with or without diacritics.")
    fields = ("person", "kind", "about", "occasion", "rung", "deadline", "urgent", "owed_at", "read_at")
    inlines = (DeliveriesOfNotice,)

    def title_of(self, obj: Notice) -> str:
        return f"{obj.person} · {self.about(obj)}"

    def get_queryset(self, request: HttpRequest) -> Any:
        readable = Report.objects.visible_to(*asked(request)).order_by().values("pk")
        notices = super().get_queryset(request).select_related("person", *NAMED)
        return notices.filter(
            Q(report__in=readable) | Q(lapse__report__in=readable) | Q(report__isnull=True, lapse__isnull=True)
        )

    def found(self, request: HttpRequest, queryset: Any, text: str) -> Any:
        return queryset.filter(person__in=User.objects.get_queryset().matching(text))

    @admin.display(description=gettext_lazy("about"))
    def about(self, notice: Notice) -> str:
        told = tell(notice)
        return f"{told.about} · {told.of}" if told.of else told.about


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


class GatewayForm(AskedForm):
    """A gateway; its secret is never shown, and stays as it is where none is typed."""

    address = forms.URLField(
        label=gettext_lazy("Address"),
        assume_scheme="https",
        help_text=gettext_lazy("Where messages are posted, such as https://gateway.example/messages."),
        widget=forms.URLInput(attrs={"class": "vURLField"}),
    )
    secret = forms.CharField(
        label=gettext_lazy("Secret"),
        required=False,
        help_text=gettext_lazy("Signs each message; the gateway knows it too. Left empty, it stays as it is."),
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}),
    )

    class Meta:
        model = Gateway
        fields = ("name", "address", "secret", "is_active")

    def clean_secret(self) -> str:
        return str(self.cleaned_data["secret"] or self.initial.get("secret", ""))

    def check(self) -> None:
        gateways.check(self.instance)


@admin.register(Gateway)
class GatewayAdmin(PortalModelAdmin):
    """Where short messages are posted; one gateway at most is in use, and none is deleted."""

    may_add = may_change = True
    form = GatewayForm
    list_display = ("name", "address", "is_active")

    def save_model(self, request: HttpRequest, obj: Gateway, form: Any, change: bool) -> None:
        by, at = asked(request)
        gateways.store(obj, by=by, at=at)
