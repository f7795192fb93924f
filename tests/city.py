"""One small city for the tests: a few units of each level, form BM-02, and people called by their part.

    city ─┬─ owner (STTTT, owns BM-02), stand_in (VPUBND), department
          ├─ district ─┬─ commune, sibling
          └─ elsewhere ─── far_commune

It is the morning of 16 May 2022: the communes' reports of 2022-05 are due at midnight.
"""

import json
from datetime import UTC, date, datetime, timedelta, timezone
from decimal import Decimal
from functools import cache

from django.conf import settings
from django.contrib.auth.hashers import make_password
from django.db.backends.postgresql.psycopg_any import DateRange, DateTimeTZRange

from accounts.labels import Kind
from accounts.models import Appointment, Unit, User
from accounts.roles import Level, Role
from reports import figures
from reports.actions import filing, moving, opening, regimes
from reports.actions.grounds import Grounds
from reports.models import Figure, FormVersion, Period, Report
from reports.periods import PeriodCode
from reports.workflow import Action

VIETNAM = timezone(timedelta(hours=7))
NOW = datetime(2022, 5, 16, 8, 0, tzinfo=VIETNAM)
PASSWORD = "mat-khau-thu-nghiem"
FORM = json.loads((settings.ROOT / "fixtures/forms/BM-02.json").read_text(encoding="utf-8"))
BASES = json.loads((settings.ROOT / "fixtures/legal_bases.json").read_text(encoding="utf-8"))
TARGETS = [
    target
    for target in json.loads((settings.ROOT / "fixtures/targets.json").read_text(encoding="utf-8"))
    if target["indicator"] in {indicator["code"] for indicator in FORM["indicators"]}
]

NUMBERS = {
    "documents_out": 120,
    "documents_out_signed": 100,
    "documents_in": 300,
    "documents_in_electronic": 280,
    "carried": 20,
    "opened": 80,
    "online": 60,
    "closed": 70,
}

UNITS = (
    # name      level             kind                 code      title                       above
    ("city", Level.CITY, Kind.CITY, "01", "Thành phố Hà Nội", None),
    ("owner", Level.DEPARTMENT, Kind.DEPARTMENT, "STTTT", "Sở Thông tin và Truyền thông", "city"),
    ("stand_in", Level.DEPARTMENT, Kind.OFFICE, "VPUBND", "Văn phòng Ủy ban nhân dân Thành phố", "city"),
    ("department", Level.DEPARTMENT, Kind.DEPARTMENT, "SYT", "Sở Y tế", "city"),
    ("district", Level.DISTRICT, Kind.URBAN_DISTRICT, "001", "Quận Ba Đình", "city"),
    ("commune", Level.COMMUNE, Kind.WARD, "00001", "Phường Phúc Xá", "district"),
    ("sibling", Level.COMMUNE, Kind.WARD, "00004", "Phường Trúc Bạch", "district"),
    ("elsewhere", Level.DISTRICT, Kind.RURAL_DISTRICT, "271", "Huyện Ba Vì", "city"),
    ("far_commune", Level.COMMUNE, Kind.COMMUNE, "09619", "Xã Tản Hồng", "elsewhere"),
)

PEOPLE = (
    # name               role                unit
    ("reporter", Role.REPORTER, "commune"),
    ("head", Role.HEAD, "commune"),
    ("sibling_reporter", Role.REPORTER, "sibling"),
    ("sibling_head", Role.HEAD, "sibling"),
    ("reviewer", Role.REVIEWER, "district"),
    ("district_reporter", Role.REPORTER, "district"),
    ("district_head", Role.HEAD, "district"),
    ("owner_reviewer", Role.REVIEWER, "owner"),
    ("approver", Role.APPROVER, "owner"),
    ("owner_reporter", Role.REPORTER, "owner"),
    ("owner_head", Role.HEAD, "owner"),
    ("stand_in_approver", Role.APPROVER, "stand_in"),
    ("department_reporter", Role.REPORTER, "department"),
    ("department_head", Role.HEAD, "department"),
    ("inspector", Role.INSPECTOR, "stand_in"),
    ("observer", Role.OBSERVER, "city"),
    ("administrator", Role.ADMINISTRATOR, "owner"),
    ("stranger", Role.REPORTER, "far_commune"),
    ("far_head", Role.HEAD, "far_commune"),
    ("far_reviewer", Role.REVIEWER, "elsewhere"),
)


@cache
def _hash():
    return make_password(PASSWORD)


class City:
    """The units and people as attributes, the open reports, and short ways to file and move them.

    `now` is the instant that every short way uses; a test may set it.
    """

    def __init__(self):
        self.now = NOW
        for name, level, kind, code, title, above in UNITS:
            unit = Unit.objects.create(
                level=level,
                kind=kind,
                code=code,
                name=title,
                parent=getattr(self, above) if above else None,
                valid=DateRange(date(2021, 1, 1), None),
            )
            unit.refresh_from_db()
            setattr(self, name, unit)
        for name, role, unit in PEOPLE:
            setattr(self, name, self.add_person(name, role, getattr(self, unit)))
        regimes.enter_days_off([2022])
        regimes.enter_legal_bases(BASES)
        self.version = regimes.enter_form(FORM)
        regimes.enter_targets(TARGETS)
        self.form = self.version.form
        self.open("2022-04")
        self.open("2022-05")
        self.report = self.report_of(self.commune)

    def add_person(self, name, role, unit, *, since=NOW - timedelta(days=365), until=None):
        """A person with one appointment; the e-mail is name@example.vn and the password is PASSWORD."""
        person = User.objects.create(
            username=name, full_name=name.replace("_", " ").title(), email=f"{name}@example.vn", password=_hash()
        )
        self.appoint(person, role, unit, since=since, until=until)
        return person

    def appoint(self, person, role, unit, *, since=NOW - timedelta(days=365), until=None):
        return Appointment.objects.create(user=person, role=role, unit=unit, valid=DateTimeTZRange(since, until))

    def open(self, code):
        """Open a period for all units; return the Period."""
        opening.open_period(FormVersion.objects.get(pk=self.version.pk), PeriodCode.parse(code))
        return Period.objects.get(code=code)

    def report_of(self, unit, code="2022-05"):
        return Report.objects.get(unit=unit, period__code=code)

    def fill(self, report, *, by=None, **numbers):
        """Type the small example's numbers, or others by item code, into a draft; return what was saved."""
        by = by or self._of(report, Role.REPORTER)
        stored = dict(report.current.values.values_list("item__code", "edit"))
        entries = [
            filing.Entry(item, None if number is None else Decimal(str(number)), edit=stored.get(item, 0))
            for item, number in ({**NUMBERS, **numbers}).items()
        ]
        return filing.save_cells(report, entries, by=by, at=self.now)

    def move(self, report, action, *, by, edit=None, **grounds):
        """Make a move with the edit as it stands; the report is read anew afterwards."""
        current = Report.objects.select_related("unit", "form", "version", "period", "current").get(pk=report.pk)
        step = moving.move(
            current, action, by=by, at=self.now, edit=current.edit if edit is None else edit, grounds=Grounds(**grounds)
        )
        report.refresh_from_db()
        return step

    def submit(self, report, **numbers):
        """Fill a report in and have its head submit it."""
        self.fill(report, **numbers)
        return self.move(report, Action.SUBMIT, by=self._of(report, Role.HEAD))

    def check(self, report):
        return self.move(report, Action.CHECK, by=self._of(report, Role.REVIEWER, report.superior))

    def approve(self, report, **numbers):
        """Bring a draft all the way to approval."""
        self.submit(report, **numbers)
        if report.superior_id:
            self.check(report)
        approver = self.stand_in_approver if report.unit_id == self.owner.pk else self.approver
        return self.move(report, Action.APPROVE, by=approver)

    def give_back(self, report, reason="Số liệu chưa khớp với hệ thống một cửa."):
        """Return a submitted report to its unit."""
        by = self._of(report, Role.REVIEWER, report.superior) if report.superior_id else self.approver
        return self.move(report, Action.RETURN, by=by, reason=reason)

    def figure(self, indicator, origin="all", *, scope=None, state="confirmed", code="2022-05", fold=True):
        """The stored figure, after folding what is marked."""
        if fold:
            figures.fold_marked()
        return Figure.objects.get(
            scope=scope or self.city,
            origin=origin,
            indicator__code=indicator,
            period__code=code,
            state=state,
        )

    def _of(self, report, role, unit=None):
        """Somebody with that role in the report's unit, or in another; appointed on the spot where there is none."""
        unit = unit or report.unit
        found = Appointment.objects.filter(unit=unit, role=role).select_related("user").first()
        return found.user if found else self.add_person(f"{role}_{unit.code}".lower(), role, unit)


def utc(moment):
    """The same instant in UTC, as the API writes it."""
    return moment.astimezone(UTC)
