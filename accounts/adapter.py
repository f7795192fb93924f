"""Signing in: accounts are given by the office, nobody signs up, and every word is in the person's language."""

from typing import ClassVar

from allauth.account.adapter import DefaultAccountAdapter
from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.utils.translation import gettext_noop, ngettext_lazy

from accounts.actions import people
from accounts.models import User

# What the libraries say without a Vietnamese of their own; listed here so that the catalogue has it.
SAID_BY_LIBRARIES = (
    gettext_noop("You must type the same password each time."),
    ngettext_lazy(
        "This password is too short. It must contain at least %d character.",
        "This password is too short. It must contain at least %d characters.",
    ),
)


class OfficeAdapter(DefaultAccountAdapter):  # type: ignore[misc]
    """Closes the sign-up and says in whole sentences why a sign-in fails."""

    error_messages: ClassVar = DefaultAccountAdapter.error_messages | {
        "account_inactive": _("This account is closed. Ask the administrator of your unit."),
        "enter_current_password": _("This is not your current password."),
        "rate_limited": _("You are asking too often. Wait a minute, then try again."),
        "too_many_login_attempts": _(
            "Too many wrong passwords for this account. Wait five minutes, then try again, or ask the administrator."
        ),
        "username_password_mismatch": _("The user name or the password is wrong. Check the keyboard and try again."),
    }

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        return False

    def set_password(self, user: User, password: str) -> None:
        people.set_password(user, password, by=user, at=self.request.at)

    def get_password_change_redirect_url(self, request: HttpRequest) -> str:
        return reverse("work")
