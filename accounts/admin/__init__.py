"""The admin site's pages of units, people and appointments: they translate, the actions decide."""

from accounts.admin import appointments, people, units

__all__ = ["appointments", "people", "units"]
