"""Enters the city's units from the official lists; what exists is left as it is."""

import csv
from datetime import date
from pathlib import Path

from django.db import transaction
from django.db.backends.postgresql.psycopg_any import DateRange

from accounts.labels import Kind
from accounts.models import Unit
from accounts.roles import Level
from accounts.vietnamese import folded

CITY = {"code": "01", "name": "Thành phố Hà Nội", "short_name": "Hà Nội", "kind": Kind.CITY}

TITLES = {
    "Quận": Kind.URBAN_DISTRICT,
    "Huyện": Kind.RURAL_DISTRICT,
    "Thị xã": Kind.TOWN,
    "Phường": Kind.WARD,
    "Xã": Kind.COMMUNE,
    "Thị trấn": Kind.TOWNSHIP,
}

OFFICES = {"Văn phòng": Kind.OFFICE, "Sở": Kind.DEPARTMENT, "Thanh tra": Kind.INSPECTORATE, "Ban": Kind.BOARD}


@transaction.atomic
def found(units: Path, departments: Path, *, since: date) -> int:
    """Enter the city, its departments, districts and communes; return how many units were new.

    `units` lists districts and communes (code, name, title, level, parent_code), in force from `since`; `departments`
    lists name, short_name and valid_from. A department's code is its short name in plain capitals.
    """
    before = Unit.objects.count()
    city, _ = Unit.objects.get_or_create(
        code=CITY["code"], defaults={**CITY, "level": Level.CITY, "valid": DateRange(date(2008, 8, 1), None)}
    )
    rows = _rows(departments)
    _enter(
        Unit(
            level=Level.DEPARTMENT,
            kind=next(kind for title, kind in OFFICES.items() if row["name"].startswith(title)),
            code=folded(row["short_name"]).replace(" ", "").upper(),
            name=row["name"],
            short_name=row["short_name"],
            parent=city,
            valid=DateRange(date.fromisoformat(row["valid_from"]), None),
        )
        for row in rows
    )
    rows = _rows(units)
    for level in (Level.DISTRICT, Level.COMMUNE):
        parents = {"": city} | {unit.code: unit for unit in Unit.objects.filter(level=Level.DISTRICT)}
        _enter(
            Unit(
                level=level,
                kind=TITLES[row["title"]],
                code=row["code"],
                name=row["name"],
                parent=parents[row["parent_code"]],
                valid=DateRange(since, None),
            )
            for row in rows
            if row["level"] == level
        )
    return Unit.objects.count() - before


def _rows(path: Path) -> list[dict[str, str]]:
    with path.open(newline="", encoding="utf-8") as file:
        return list(csv.DictReader(file))


def _enter(units: "object") -> None:
    Unit.objects.bulk_create(units, ignore_conflicts=True)  # type: ignore[arg-type]
