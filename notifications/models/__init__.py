"""The tables of the app, by what they are about."""

from notifications.models.channel import Feed, Gateway, Preference
from notifications.models.directive import Acknowledgement, Addressee, Directive, PassedOn
from notifications.models.notice import Attempt, Delivery, Notice
from notifications.models.rung import Rung

__all__ = [
    "Acknowledgement",
    "Addressee",
    "Attempt",
    "Delivery",
    "Directive",
    "Feed",
    "Gateway",
    "Notice",
    "PassedOn",
    "Preference",
    "Rung",
]
