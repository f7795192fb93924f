"""A form with every kind of item and every shape of section, and a report of it, for the tests of screens and API."""

from datetime import date

from reports.actions import opening, regimes
from reports.models import FormVersion, Report, Task, TaskGroup
from reports.periods import PeriodCode


def count(code, **terms):
    """A thing that is counted, by the code of its item."""
    return {
        "code": code,
        "name": code.title(),
        "unit_of_measure": "hồ sơ",
        "space_fold": "sum",
        "time_fold": "sum",
    } | terms


FORM = {
    "code": "BM-90",
    "owner": {"unit": "STTTT", "stand_in": "VPUBND", "from": "2021-01-01"},
    "version": {
        "number": 1,
        "title": "Biểu thử đủ loại ô",
        "kind": "thematic",
        "basis": None,
        "frequency": "month",
        "window_rule": "decree",
        "from": "2021-03",
    },
    "respondents": [
        {"level": "commune", "checked_above": True, "working_days": 1},
        {"level": "department", "day_of_month": 5, "months_after": 1, "due_time": "10:00"},
    ],
    "indicators": [
        *(count(code) for code in ("received", "online", "paper", "handled")),
        count("on_phone", unit_of_measure="lượt"),
        count("budget", unit_of_measure="triệu đồng", decimals=1),
        count("balance", unit_of_measure="triệu đồng", decimals=1),
        count("quality", unit_of_measure="%", decimals=1, space_fold="mean", time_fold="last"),
        count("has_desk", unit_of_measure="có/không", space_fold="count", time_fold="last"),
        count("progress", unit_of_measure="%", space_fold="mean", time_fold="last"),
        count("share", unit_of_measure="%", decimals=1, space_fold="ratio", numerator="online", denominator="received"),
    ],
    "sections": [
        {
            "title": "Theo lĩnh vực",
            "shape": "table",
            "rows_title": "Lĩnh vực",
            "rows": [
                {"code": "land", "title": "Đất đai"},
                {"code": "births", "title": "Hộ tịch"},
                {"code": "total", "title": "Tổng số", "is_total": True},
            ],
            "items": [
                {"code": "received", "indicator": "received", "number": "(3)", "formula": "online + paper"},
                {"code": "online", "indicator": "online", "number": "(4)"},
                {"code": "paper", "indicator": "paper", "number": "(5)"},
                {"code": "handled", "indicator": "handled", "number": "(6)"},
                {"code": "share", "indicator": "share", "required": False},
            ],
        },
        {
            "title": "Theo nhóm",
            "shape": "table",
            "rows_across": True,
            "rows_title": "Nhóm",
            "rows": [{"code": "a", "title": "Nhóm A"}, {"code": "b", "title": "Nhóm B"}],
            "items": [{"code": "on_phone", "indicator": "on_phone"}],
        },
        {
            "title": "Nguồn lực",
            "items": [
                {"code": "budget", "kind": "money", "indicator": "budget"},
                {"code": "balance", "kind": "money", "indicator": "balance", "negative": True, "required": False},
                {"code": "quality", "kind": "percent", "indicator": "quality", "required": False},
                {"code": "has_desk", "kind": "yes_no", "indicator": "has_desk"},
                {"code": "place", "kind": "choice", "title": "Nơi đặt", "options": ["Tại UBND", "Nơi khác"]},
                {"code": "narrative", "kind": "text", "title": "Thuyết minh", "required": False},
            ],
        },
        {
            "title": "Nhiệm vụ",
            "shape": "tasks",
            "rows_title": "Nhiệm vụ",
            "items": [
                {"code": "progress", "kind": "percent", "indicator": "progress", "title": "Tiến độ"},
                {"code": "result", "kind": "text", "title": "Kết quả", "required": False},
            ],
        },
    ],
    "rules": [
        {
            "code": "handled_within",
            "left": "handled",
            "operator": "<=",
            "right": "received",
            "severity": "error",
            "message": "Số đã giải quyết không được lớn hơn số tiếp nhận.",
        },
        {
            "code": "mostly_online",
            "left": "online",
            "operator": ">=",
            "right": "paper",
            "severity": "warning",
            "message": "Số trực tuyến thường không nhỏ hơn số giấy.",
        },
    ],
}

TASK = "NV 1.1"
"""The code of the task that the commune leads: with a space and a dot, as offices write them."""


def open_form(city, period="2022-05"):
    """Enter the form and open a period of it; the report of the commune."""
    group = TaskGroup.objects.create(position=90, name="Nhóm thử")
    Task.objects.create(
        group=group,
        pillar=Task.Pillar.GOVERNMENT,
        code=TASK,
        title="Số hoá hồ sơ",
        lead=city.commune,
        deliverable="Kho hồ sơ",
        starts_on=date(2021, 1, 1),
        due_on=date(2025, 12, 31),
    )
    version = regimes.enter_form(FORM)
    opening.open_period(FormVersion.objects.get(pk=version.pk), PeriodCode.parse(period))
    return Report.objects.get(form=version.form, unit=city.commune, period__code=period)
