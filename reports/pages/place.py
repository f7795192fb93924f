"""Where a unit stands in the tree."""

from accounts.models import Unit


def line_above(unit: Unit) -> list[Unit]:
    """The units above this one, from the city down; select them with the unit."""
    above: list[Unit] = []
    while unit.parent is not None:
        unit = unit.parent
        above.insert(0, unit)
    return above
