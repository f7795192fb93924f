"""Signing in and being signed in: accounts are given by the office, and every word is in the person's language."""

from typing import ClassVar

from allauth.account.adapter import DefaultAccountAdapter
from allauth.account.auth_backends import AuthenticationBackend
from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.utils.translation import gettext_noop, ngettext_lazy

from accounts.actions import people
from accounts.models import User
from accounts.roles import Held, post

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


class OfficeBackend(AuthenticationBackend):  # type: ignore[misc]
    """Knows the person of a session together with what they are appointed to: every page asks for both."""

    def get_user(self, user_id: int) -> User | None:
        """Who is signed in; one query. None for somebody whose account is closed."""
        person = next(iter(User.objects.raw(_PERSON, [user_id])), None)
        if person is None or not self.user_can_authenticate(person):
            return None
        columns_beside = vars(person)
        told = zip(*(columns_beside[name] for name in ("appointed_to", "appointed_at", "units_at")), strict=True)
        person.held = tuple(Held(post(*columns), valid, unit_valid) for columns, valid, unit_valid in told)
        return person


_PERSON = """
    SELECT person.*, appointed.*
    FROM accounts_user person
    CROSS JOIN LATERAL (
        SELECT coalesce(json_agg(json_build_array(role, unit.id, level, path, capacity) ORDER BY held.id), '[]')
                   AS appointed_to,
               coalesce(array_agg(held.valid ORDER BY held.id), '{}') AS appointed_at,
               coalesce(array_agg(unit.valid ORDER BY held.id), '{}') AS units_at
        FROM accounts_appointment held JOIN accounts_unit unit ON unit.id = held.unit_id
        WHERE held.user_id = person.id
    ) AS appointed
    WHERE person.id = %s
"""
