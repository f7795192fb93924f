"""A small programme for the tests: a quarterly form with a table of tasks, and two tasks that the department leads.

The form is due for departments and districts; its data window of 2022-Q1 ended on 14 March 2022.
"""

from datetime import date
from decimal import Decimal

from accounts.models import Unit
from accounts.roles import Role
from reports.actions import filing, opening, regimes
from reports.models import FormVersion, Report, Task, TaskGroup
from reports.periods import PeriodCode
from reports.workflow import Action

STATES = ["Chưa thực hiện", "Đúng tiến độ", "Có nguy cơ chậm", "Chậm", "Hoàn thành"]
FORM = {
    "code": "BM-90",
    "owner": {"unit": "STTTT", "stand_in": "VPUBND", "from": "2021-01-01"},
    "version": {
        "number": 1,
        "title": "Tiến độ nhiệm vụ",
        "kind": "thematic",
        "basis": "4098/QĐ-UBND",
        "frequency": "quarter",
        "window_rule": "decree",
        "from": "2021-Q3",
    },
    "respondents": [{"level": "department", "working_days": 4}, {"level": "district", "working_days": 4}],
    "indicators": [
        {
            "code": "progress_percent",
            "name": "Tiến độ nhiệm vụ",
            "unit_of_measure": "%",
            "space_fold": "mean",
            "time_fold": "last",
        },
        {
            "code": "staff",
            "name": "Số cán bộ chuyên trách",
            "unit_of_measure": "người",
            "space_fold": "sum",
            "time_fold": "last",
        },
    ],
    "sections": [
        {"title": "Nhân lực", "items": [{"code": "staff", "indicator": "staff", "required": False}]},
        {
            "title": "Nhiệm vụ được giao chủ trì",
            "shape": "tasks",
            "rows_title": "Nhiệm vụ",
            "items": [
                {"code": "task_percent", "kind": "percent", "indicator": "progress_percent", "title": "Tiến độ"},
                {"code": "task_state", "kind": "choice", "title": "Tình trạng", "options": STATES},
                {"code": "task_obstacle", "kind": "text", "title": "Khó khăn, vướng mắc", "required": False},
                {"code": "task_request", "kind": "text", "title": "Đề xuất, kiến nghị", "required": False},
            ],
        },
        {
            "title": "Thuyết minh",
            "items": [
                {"code": "results", "kind": "text", "title": "Kết quả nổi bật", "required": False},
                {"code": "evidence", "kind": "file", "title": "Minh chứng", "required": False},
            ],
        },
    ],
    "rules": [],
}


class Programme:
    """The form's open reports in a small city, its two tasks, and short ways to fill a report in and send it."""

    def __init__(self, city):
        self.city = city
        self.version = regimes.enter_form(FORM)
        group = TaskGroup.objects.create(position=1, name="Kiến tạo thể chế")
        self.first, self.second = (
            Task.objects.create(
                group=group,
                pillar=Task.Pillar.GOVERNMENT,
                code=code,
                title=title,
                lead=city.department,
                deliverable="Quyết định của UBND Thành phố",
                starts_on=date(2021, 10, 1),
                due_on=due,
            )
            for code, title, due in (
                ("NV-1", "Ban hành quy chế chia sẻ dữ liệu", date(2022, 3, 31)),
                ("NV-2", "Số hóa hồ sơ sức khỏe", date(2025, 12, 31)),
            )
        )
        for code in ("2021-Q4", "2022-Q1"):
            opening.open_period(FormVersion.objects.get(pk=self.version.pk), PeriodCode.parse(code))

    @property
    def head(self):
        return self.city.department_head

    def report(self, code="2022-Q1", unit=None):
        return Report.objects.get(form=self.version.form, unit=unit or self.city.department, period__code=code)

    def section(self, title="Thuyết minh"):
        return self.version.sections.get(title=title)

    def say(self, report, *, by=None, row="NV-1", **texts):
        """Type into the row of a task, by column: percent, state, obstacle, request."""
        stored = {(item, of): edit for item, of, edit in report.current.values.values_list("item__code", "row", "edit")}
        entries = [
            filing.Entry(
                f"task_{column}",
                Decimal(said) if column == "percent" else None,
                edit=stored.get((f"task_{column}", row), 0),
                row=row,
                text="" if column == "percent" else said,
            )
            for column, said in texts.items()
        ]
        return filing.save_cells(report, entries, by=by or self.city.department_reporter, at=self.city.now)

    def send(self, report, *, percent=(40, 10), **texts):
        """Fill both tasks in, with these texts at the first, and submit."""
        self.say(report, percent=percent[0], state=STATES[1], **texts)
        self.say(report, row="NV-2", percent=percent[1], state=STATES[1])
        report.refresh_from_db()
        return self.city.move(report, Action.SUBMIT, by=self.head)

    def add_division(self):
        """A division of the department, with a reporter."""
        division = Unit.objects.create(
            level="division",
            kind="division",
            code="SYT.P1",
            name="Phòng Nghiệp vụ Y",
            parent=self.city.department,
            valid=self.city.department.valid,
        )
        division.refresh_from_db()
        return division, self.city.add_person("division_reporter", Role.REPORTER, division)
