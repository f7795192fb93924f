"""Why a file is not taken."""

from enum import StrEnum


class Fault(StrEnum):
    """What is wrong with a file."""

    EMPTY = "empty"
    LARGE = "large"
    UNKNOWN = "unknown"
    OLD_OFFICE = "old_office"
    DAMAGED = "damaged"
    SWOLLEN = "swollen"
    MACROS = "macros"


class Unfit(Exception):
    """This file is not taken, for the reason named by `fault`."""

    def __init__(self, fault: Fault) -> None:
        super().__init__(fault)
        self.fault = fault
