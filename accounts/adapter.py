"""Accounts are given by the office: nobody signs up."""

from allauth.account.adapter import DefaultAccountAdapter
from django.http import HttpRequest


class OfficeAdapter(DefaultAccountAdapter):  # type: ignore[misc]
    """Closes the sign-up."""

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        return False
