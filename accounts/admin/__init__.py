"""The admin site's pages of units, people and appointments: they translate, the actions decide."""

from accounts.admin import absences, appointments, people, units

__all__ = ["absences", "appointments", "people", "units"]
