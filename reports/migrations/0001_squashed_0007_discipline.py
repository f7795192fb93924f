"""All tables as they are, at once: what a new installation runs in place of the steps that led there."""

import datetime

import django.contrib.postgres.constraints
import django.contrib.postgres.fields
import django.contrib.postgres.fields.ranges
import django.core.serializers.json
import django.db.models.constraints
import django.db.models.deletion
import pgtrigger.compiler
import pgtrigger.migrations
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    initial = True
    replaces = [
        ("reports", "0001_initial"),
        ("reports", "0002_regimes_as_data"),
        ("reports", "0003_requests_and_files"),
        ("reports", "0004_moves_and_review"),
        ("reports", "0005_journal"),
        ("reports", "0006_longer_periods"),
        ("reports", "0007_discipline"),
    ]

    dependencies = [
        ("accounts", "0004_absences_and_phones"),
        ("accounts", "__first__"),
    ]

    operations = [
        migrations.CreateModel(
            name="LegalBasis",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("number", models.TextField(unique=True, verbose_name="number")),
                ("issued_on", models.DateField(verbose_name="issued on")),
                ("issuer", models.TextField(verbose_name="issuer")),
                ("title", models.TextField(verbose_name="title")),
            ],
            options={
                "verbose_name": "legal basis",
                "verbose_name_plural": "legal bases",
                "ordering": ["issued_on", "number"],
            },
        ),
        migrations.CreateModel(
            name="Indicator",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("code", models.TextField(unique=True, verbose_name="code")),
                ("name", models.TextField(verbose_name="name")),
                ("unit_of_measure", models.TextField(verbose_name="unit of measure")),
                ("decimals", models.PositiveSmallIntegerField(default=0, verbose_name="decimals")),
                (
                    "space_fold",
                    models.TextField(
                        choices=[
                            ("sum", "Sum"),
                            ("mean", "Mean of the reporting units"),
                            ("min", "Lowest"),
                            ("max", "Highest"),
                            ("count", "Count of yes"),
                            ("none", "One answering unit"),
                            ("ratio", "Ratio of two indicators"),
                        ],
                        default="sum",
                        verbose_name="fold over units",
                    ),
                ),
                (
                    "time_fold",
                    models.TextField(
                        choices=[("sum", "Sum"), ("first", "First known"), ("last", "Last known"), ("mean", "Mean")],
                        default="sum",
                        verbose_name="fold over time",
                    ),
                ),
                (
                    "window_rule",
                    models.TextField(
                        choices=[
                            ("decree", "From the 15th to the 14th (Decree 09/2019, article 12)"),
                            ("calendar", "The period's own days"),
                        ],
                        default="decree",
                        verbose_name="data window",
                    ),
                ),
                (
                    "better",
                    models.TextField(
                        choices=[("higher", "Higher"), ("lower", "Lower"), ("neither", "Neither")],
                        default="neither",
                        verbose_name="better is",
                    ),
                ),
                (
                    "numerator",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="reports.indicator",
                        verbose_name="numerator",
                    ),
                ),
                (
                    "denominator",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="reports.indicator",
                        verbose_name="denominator",
                    ),
                ),
                ("retired_on", models.DateField(blank=True, null=True, verbose_name="retired on")),
            ],
            options={
                "verbose_name": "indicator",
                "verbose_name_plural": "indicators",
                "ordering": ["code"],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(
                                ("denominator__isnull", False), ("numerator__isnull", False), ("space_fold", "ratio")
                            ),
                            models.Q(
                                models.Q(("space_fold", "ratio"), _negated=True),
                                ("denominator", None),
                                ("numerator", None),
                            ),
                            _connector="OR",
                        ),
                        name="indicator_ratio_names_both_parts",
                        violation_error_message="A ratio names its numerator and its denominator; nothing else does.",
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="NotApplicable",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "indicator",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="reports.indicator",
                        verbose_name="indicator",
                    ),
                ),
                (
                    "unit",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="accounts.unit",
                        verbose_name="unit",
                    ),
                ),
                ("valid", django.contrib.postgres.fields.ranges.DateRangeField(verbose_name="periods beginning")),
                ("reason", models.TextField(verbose_name="reason")),
                (
                    "by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="by",
                    ),
                ),
                ("at", models.DateTimeField(verbose_name="at")),
            ],
            options={
                "verbose_name": "indicator that does not concern a unit",
                "verbose_name_plural": "indicators that do not concern a unit",
                "constraints": [
                    django.contrib.postgres.constraints.ExclusionConstraint(
                        expressions=[("indicator", "="), ("unit", "="), ("valid", "&&")],
                        name="not_applicable_once_a_day",
                        violation_error_message="The indicator is already set aside for this unit on some of these days.",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("reason", ""), _negated=True), name="not_applicable_gives_its_reason"
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Target",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "indicator",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="targets",
                        to="reports.indicator",
                        verbose_name="indicator",
                    ),
                ),
                ("row", models.TextField(blank=True, default="", verbose_name="row")),
                (
                    "origin",
                    models.TextField(
                        choices=[
                            ("city", "City as a whole"),
                            ("department", "Departments"),
                            ("district", "Districts"),
                            ("commune", "Communes"),
                            ("all", "All levels"),
                        ],
                        verbose_name="level of origin",
                    ),
                ),
                ("year", models.PositiveSmallIntegerField(blank=True, null=True, verbose_name="year")),
                (
                    "comparator",
                    models.TextField(
                        choices=[
                            (">=", "At least (≥)"),
                            (">", "More than (>)"),
                            ("=", "Exactly (=)"),
                            ("~", "About (≈)"),
                            ("between", "Between"),
                            ("rank<=", "Rank at most (≤)"),
                            ("milestone", "Milestone"),
                        ],
                        verbose_name="comparator",
                    ),
                ),
                (
                    "low",
                    models.DecimalField(blank=True, decimal_places=4, max_digits=12, null=True, verbose_name="bound"),
                ),
                (
                    "high",
                    models.DecimalField(
                        blank=True, decimal_places=4, max_digits=12, null=True, verbose_name="upper bound"
                    ),
                ),
                ("words", models.TextField(blank=True, verbose_name="in words")),
                ("due_on", models.DateField(blank=True, null=True, verbose_name="due on")),
                ("reached_on", models.DateField(blank=True, null=True, verbose_name="reached on")),
                ("document", models.TextField(blank=True, verbose_name="document number")),
                ("position", models.PositiveSmallIntegerField(default=0, verbose_name="position")),
                (
                    "basis",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="reports.legalbasis",
                        verbose_name="legal basis",
                    ),
                ),
            ],
            options={
                "verbose_name": "target",
                "verbose_name_plural": "targets",
                "ordering": ["position", "indicator", "origin", "year"],
                "constraints": [
                    models.UniqueConstraint(
                        fields=("indicator", "row", "origin", "year"), name="target_once_a_year", nulls_distinct=False
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("comparator", ">="), ("high__isnull", True), ("low__isnull", False)),
                            models.Q(("comparator", ">"), ("high__isnull", True), ("low__isnull", False)),
                            models.Q(("comparator", "="), ("high__isnull", True), ("low__isnull", False)),
                            models.Q(("comparator", "~"), ("high__isnull", True), ("low__isnull", False)),
                            models.Q(("comparator", "between"), ("high__isnull", False), ("low__isnull", False)),
                            models.Q(("comparator", "rank<="), ("high__isnull", True), ("low__isnull", False)),
                            models.Q(("comparator", "milestone"), ("high__isnull", True), ("low__isnull", True)),
                            _connector="OR",
                        ),
                        name="target_has_its_bounds",
                        violation_error_message="A target has one bound, “between” two, and a milestone none.",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("comparator", "milestone"), _negated=True),
                            models.Q(("words", ""), _negated=True),
                            _connector="OR",
                        ),
                        name="milestone_says_what_is_reached",
                        violation_error_message="A milestone says in words what is to be reached.",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("reached_on", None),
                            models.Q(("comparator", "milestone"), models.Q(("document", ""), _negated=True)),
                            _connector="OR",
                        ),
                        name="milestone_reached_by_document",
                        violation_error_message="That a milestone was reached is entered with the number of a document.",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Form",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("code", models.TextField(unique=True, verbose_name="code")),
            ],
            options={
                "verbose_name": "form",
                "verbose_name_plural": "forms",
                "ordering": ["code"],
            },
        ),
        migrations.CreateModel(
            name="Source",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "indicator",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="sources",
                        to="reports.indicator",
                        verbose_name="indicator",
                    ),
                ),
                (
                    "level",
                    models.TextField(
                        choices=[
                            ("city", "City"),
                            ("department", "Department"),
                            ("district", "District"),
                            ("commune", "Commune"),
                            ("division", "Division"),
                        ],
                        verbose_name="level",
                    ),
                ),
                (
                    "form",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="reports.form",
                        verbose_name="form",
                    ),
                ),
                ("valid", django.contrib.postgres.fields.ranges.DateRangeField(verbose_name="periods beginning")),
            ],
            options={
                "verbose_name": "source of an indicator",
                "verbose_name_plural": "sources of indicators",
                "constraints": [
                    django.contrib.postgres.constraints.ExclusionConstraint(
                        expressions=[("indicator", "="), ("level", "="), ("valid", "&&")],
                        name="source_one_form_a_day",
                        violation_error_message="The indicator already has a source for this level on some of these days.",
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="FormOwner",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "form",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="owners",
                        to="reports.form",
                        verbose_name="form",
                    ),
                ),
                (
                    "unit",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="accounts.unit",
                        verbose_name="owner",
                    ),
                ),
                (
                    "stand_in",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="accounts.unit",
                        verbose_name="reviews the owner's own reports",
                    ),
                ),
                ("valid", django.contrib.postgres.fields.ranges.DateRangeField(verbose_name="valid")),
            ],
            options={
                "verbose_name": "owner of a form",
                "verbose_name_plural": "owners of forms",
                "constraints": [
                    django.contrib.postgres.constraints.ExclusionConstraint(
                        expressions=[("form", "="), ("valid", "&&")],
                        name="form_one_owner_a_day",
                        violation_error_message="The form already has an owner on some of these days.",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("unit", models.F("stand_in")), _negated=True),
                        name="form_owner_not_its_own_reviewer",
                        violation_error_message="The owner's own reports are reviewed by another unit.",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="FormVersion",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "form",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="versions",
                        to="reports.form",
                        verbose_name="form",
                    ),
                ),
                ("number", models.PositiveSmallIntegerField(verbose_name="version")),
                ("title", models.TextField(verbose_name="title")),
                (
                    "kind",
                    models.TextField(
                        choices=[("periodic", "Periodic"), ("thematic", "Thematic"), ("ad_hoc", "Ad hoc")],
                        verbose_name="kind",
                    ),
                ),
                (
                    "basis",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="reports.legalbasis",
                        verbose_name="legal basis",
                    ),
                ),
                ("recipient", models.TextField(blank=True, verbose_name="recipient")),
                (
                    "frequency",
                    models.TextField(
                        choices=[
                            ("week", "Weekly"),
                            ("month", "Monthly"),
                            ("quarter", "Quarterly"),
                            ("half", "Half-yearly"),
                            ("year", "Yearly"),
                            ("once", "Once"),
                        ],
                        default="month",
                        verbose_name="frequency",
                    ),
                ),
                (
                    "window_rule",
                    models.TextField(
                        choices=[
                            ("decree", "From the 15th to the 14th (Decree 09/2019, article 12)"),
                            ("calendar", "The period's own days"),
                        ],
                        default="decree",
                        verbose_name="data window",
                    ),
                ),
                (
                    "week_starts_on",
                    models.PositiveSmallIntegerField(
                        choices=[
                            (0, "Monday"),
                            (1, "Tuesday"),
                            (2, "Wednesday"),
                            (3, "Thursday"),
                            (4, "Friday"),
                            (5, "Saturday"),
                            (6, "Sunday"),
                        ],
                        default=0,
                        verbose_name="week starts on",
                    ),
                ),
                (
                    "shift",
                    models.TextField(
                        choices=[
                            ("next", "to the next working day (Civil Code 2015, article 148)"),
                            ("previous", "to the working day before"),
                            ("none", "not at all"),
                        ],
                        default="next",
                        verbose_name="a deadline on a day off moves",
                    ),
                ),
                (
                    "opens_after",
                    models.PositiveSmallIntegerField(
                        default=0, verbose_name="opens, days after the window's first day"
                    ),
                ),
                (
                    "valid",
                    django.contrib.postgres.fields.ranges.DateRangeField(
                        blank=True, null=True, verbose_name="periods beginning"
                    ),
                ),
                (
                    "superior_days",
                    models.PositiveSmallIntegerField(default=2, verbose_name="superior's review, working days"),
                ),
                (
                    "owner_days",
                    models.PositiveSmallIntegerField(default=5, verbose_name="owner's review, working days"),
                ),
                (
                    "correction_days",
                    models.PositiveSmallIntegerField(default=3, verbose_name="correction, working days"),
                ),
                (
                    "change_percent",
                    models.PositiveSmallIntegerField(
                        blank=True,
                        default=30,
                        null=True,
                        verbose_name="a change beyond so many per cent asks for a note",
                    ),
                ),
                ("note", models.TextField(blank=True, verbose_name="note for those who fill it in")),
            ],
            options={
                "verbose_name": "version of a form",
                "verbose_name_plural": "versions of forms",
                "ordering": ["form", "number"],
                "constraints": [
                    models.UniqueConstraint(fields=("form", "number"), name="form_version_number"),
                    models.CheckConstraint(
                        condition=models.Q(("frequency", "week"), ("window_rule", "decree"), _negated=True),
                        name="form_weeks_follow_the_calendar",
                        violation_error_message="A weekly form follows the calendar: the decree gives weeks no data window.",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("kind", "periodic"), _negated=True), ("basis__isnull", False), _connector="OR"
                        ),
                        name="form_periodic_has_its_basis",
                        violation_error_message="A periodic form names its legal basis (Decree 09/2019, article 11).",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("week_starts_on__lte", 6)), name="form_week_starts_on_a_weekday"
                    ),
                    django.contrib.postgres.constraints.ExclusionConstraint(
                        expressions=[("form", "="), ("valid", "&&")],
                        name="form_versions_do_not_overlap",
                        violation_error_message="Another version of the form already holds for some of these periods.",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Respondent",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "version",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="respondents",
                        to="reports.formversion",
                        verbose_name="version",
                    ),
                ),
                (
                    "level",
                    models.TextField(
                        choices=[
                            ("city", "City"),
                            ("department", "Department"),
                            ("district", "District"),
                            ("commune", "Commune"),
                            ("division", "Division"),
                        ],
                        verbose_name="level",
                    ),
                ),
                ("everyone", models.BooleanField(default=True, verbose_name="all units of the level")),
                ("signed", models.BooleanField(default=True, verbose_name="signed by the head")),
                ("checked_above", models.BooleanField(default=False, verbose_name="checked by the superior")),
                (
                    "synthesised",
                    models.BooleanField(
                        db_default=False, default=False, verbose_name="accepted within the superior's synthesis"
                    ),
                ),
                (
                    "working_days",
                    models.PositiveSmallIntegerField(
                        blank=True, null=True, verbose_name="deadline, working days after the window"
                    ),
                ),
                (
                    "day_of_month",
                    models.PositiveSmallIntegerField(blank=True, null=True, verbose_name="deadline, fixed day"),
                ),
                (
                    "months_after",
                    models.PositiveSmallIntegerField(
                        choices=[(0, "the period's last month"), (1, "the month after")],
                        default=0,
                        verbose_name="of the month after",
                    ),
                ),
                ("due_time", models.TimeField(blank=True, null=True, verbose_name="time of day")),
            ],
            options={
                "verbose_name": "respondents",
                "verbose_name_plural": "respondents",
                "constraints": [
                    models.UniqueConstraint(fields=("version", "level"), name="respondent_level_once"),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("day_of_month", None), ("working_days__gte", 1)),
                            models.Q(("day_of_month__gte", 1), ("day_of_month__lte", 31), ("working_days", None)),
                            _connector="OR",
                        ),
                        name="respondent_has_a_deadline",
                        violation_error_message="A deadline is a fixed day, or at least one working day after the data window (Decree 09/2019, article 8.5).",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("months_after__lte", 1)), name="respondent_month_or_the_next"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("due_time", None), ("due_time__gt", datetime.time(0, 0)), _connector="OR"),
                        name="respondent_due_after_midnight",
                        violation_error_message="A deadline at midnight is 24:00 of the day before: leave the time empty.",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("synthesised", False), ("checked_above", True), _connector="OR"),
                        name="respondent_synthesised_once_checked",
                        violation_error_message="The superior can only bring together what it checks.",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="NamedUnit",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "version",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="named_units",
                        to="reports.formversion",
                        verbose_name="version",
                    ),
                ),
                (
                    "unit",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="accounts.unit",
                        verbose_name="unit",
                    ),
                ),
                ("excluded", models.BooleanField(default=False, verbose_name="does not answer")),
            ],
            options={
                "verbose_name": "named unit",
                "verbose_name_plural": "named units",
                "constraints": [models.UniqueConstraint(fields=("version", "unit"), name="named_unit_once")],
            },
        ),
        migrations.CreateModel(
            name="Section",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "version",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="sections",
                        to="reports.formversion",
                        verbose_name="version",
                    ),
                ),
                ("position", models.PositiveSmallIntegerField(verbose_name="position")),
                ("title", models.TextField(verbose_name="title")),
                ("guidance", models.TextField(blank=True, verbose_name="guidance")),
                (
                    "shape",
                    models.TextField(
                        choices=[
                            ("lines", "Lines"),
                            ("table", "Table with fixed rows"),
                            ("tasks", "Tasks of the programme"),
                        ],
                        default="lines",
                        verbose_name="shape",
                    ),
                ),
                ("rows_across", models.BooleanField(default=False, verbose_name="rows go across")),
                ("rows_title", models.TextField(blank=True, verbose_name="heading of the rows")),
            ],
            options={
                "verbose_name": "section",
                "verbose_name_plural": "sections",
                "ordering": ["position"],
                "constraints": [
                    models.UniqueConstraint(
                        deferrable=django.db.models.constraints.Deferrable["DEFERRED"],
                        fields=("version", "position"),
                        name="section_position_once",
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="Row",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "section",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="rows",
                        to="reports.section",
                        verbose_name="section",
                    ),
                ),
                ("position", models.PositiveSmallIntegerField(verbose_name="position")),
                ("code", models.TextField(verbose_name="code")),
                ("title", models.TextField(verbose_name="title")),
                ("is_total", models.BooleanField(default=False, verbose_name="total")),
            ],
            options={
                "verbose_name": "row",
                "verbose_name_plural": "rows",
                "ordering": ["section__position", "position"],
                "constraints": [
                    models.UniqueConstraint(fields=("section", "code"), name="row_code_once"),
                    models.UniqueConstraint(
                        deferrable=django.db.models.constraints.Deferrable["DEFERRED"],
                        fields=("section", "position"),
                        name="row_position_once",
                    ),
                    models.UniqueConstraint(
                        condition=models.Q(("is_total", True)), fields=("section",), name="row_one_total"
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Item",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "version",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="items",
                        to="reports.formversion",
                        verbose_name="version",
                    ),
                ),
                (
                    "section",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="items",
                        to="reports.section",
                        verbose_name="section",
                    ),
                ),
                ("position", models.PositiveSmallIntegerField(verbose_name="position")),
                ("code", models.TextField(verbose_name="code")),
                (
                    "kind",
                    models.TextField(
                        choices=[
                            ("number", "Number"),
                            ("money", "Money"),
                            ("percent", "Percentage"),
                            ("yes_no", "Yes or no"),
                            ("choice", "Choice"),
                            ("text", "Text"),
                            ("file", "File"),
                        ],
                        default="number",
                        verbose_name="kind",
                    ),
                ),
                (
                    "indicator",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="items",
                        to="reports.indicator",
                        verbose_name="indicator",
                    ),
                ),
                ("title", models.TextField(blank=True, verbose_name="title")),
                ("number", models.TextField(blank=True, verbose_name="number in the official form")),
                ("required", models.BooleanField(default=True, verbose_name="required")),
                ("formula", models.TextField(blank=True, verbose_name="formula")),
                ("guidance", models.TextField(blank=True, verbose_name="guidance")),
                ("detail", models.BooleanField(default=False, verbose_name='"of which" of the line above')),
                ("negative", models.BooleanField(default=False, verbose_name="may be negative")),
                (
                    "options",
                    django.contrib.postgres.fields.ArrayField(
                        base_field=models.TextField(), blank=True, default=list, size=None, verbose_name="choices"
                    ),
                ),
                (
                    "asked_of",
                    models.ManyToManyField(
                        blank=True, related_name="+", to="accounts.unit", verbose_name="asked only of"
                    ),
                ),
            ],
            options={
                "verbose_name": "item",
                "verbose_name_plural": "items",
                "ordering": ["position"],
                "constraints": [
                    models.UniqueConstraint(fields=("version", "code"), name="item_code_once"),
                    models.UniqueConstraint(
                        deferrable=django.db.models.constraints.Deferrable["DEFERRED"],
                        fields=("version", "position"),
                        name="item_position_once",
                    ),
                    models.UniqueConstraint(fields=("version", "indicator"), name="item_indicator_once"),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(
                                ("indicator__isnull", False), ("kind__in", ["number", "money", "percent", "yes_no"])
                            ),
                            models.Q(
                                ("indicator", None),
                                ("kind__in", ["choice", "text", "file"]),
                                models.Q(("title", ""), _negated=True),
                            ),
                            _connector="OR",
                        ),
                        name="item_number_has_its_indicator",
                        violation_error_message="A number is of an indicator; a choice, a text or a file has a title.",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("kind", "choice"), _negated=True),
                            models.Q(("options", []), _negated=True),
                            _connector="OR",
                        ),
                        name="item_choice_offers_something",
                        violation_error_message="A choice offers at least one answer.",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("formula", ""), ("kind__in", ["number", "money", "percent"]), _connector="OR"
                        ),
                        name="item_only_numbers_are_computed",
                        violation_error_message="Only numbers are computed.",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Rule",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "version",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="rules",
                        to="reports.formversion",
                        verbose_name="version",
                    ),
                ),
                ("code", models.TextField(verbose_name="code")),
                ("left", models.TextField(verbose_name="left side")),
                (
                    "operator",
                    models.TextField(
                        choices=[("<=", "≤"), (">=", "≥"), ("=", "="), ("<", "<"), (">", ">"), ("!=", "≠")],
                        verbose_name="relation",
                    ),
                ),
                ("right", models.TextField(verbose_name="right side")),
                (
                    "severity",
                    models.TextField(
                        choices=[("error", "Blocks submission"), ("warning", "Warns")],
                        default="error",
                        verbose_name="severity",
                    ),
                ),
                ("message", models.TextField(verbose_name="message")),
            ],
            options={
                "verbose_name": "rule",
                "verbose_name_plural": "rules",
                "ordering": ["code"],
                "constraints": [models.UniqueConstraint(fields=("version", "code"), name="rule_code_once")],
            },
        ),
        migrations.CreateModel(
            name="Period",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("code", models.TextField(verbose_name="code")),
                (
                    "rule",
                    models.TextField(
                        choices=[
                            ("decree", "From the 15th to the 14th (Decree 09/2019, article 12)"),
                            ("calendar", "The period's own days"),
                        ],
                        verbose_name="data window",
                    ),
                ),
                (
                    "frequency",
                    models.TextField(
                        choices=[
                            ("week", "Weekly"),
                            ("month", "Monthly"),
                            ("quarter", "Quarterly"),
                            ("half", "Half-yearly"),
                            ("year", "Yearly"),
                            ("once", "Once"),
                            ("to_date", "From the beginning of the year"),
                        ],
                        verbose_name="frequency",
                    ),
                ),
                ("first_day", models.DateField(verbose_name="first day of the window")),
                ("last_day", models.DateField(verbose_name="last day of the window")),
            ],
            options={
                "verbose_name": "period",
                "verbose_name_plural": "periods",
                "ordering": ["first_day", "last_day"],
                "constraints": [
                    models.UniqueConstraint(fields=("rule", "code", "first_day"), name="period_once_a_rule"),
                    models.CheckConstraint(
                        condition=models.Q(("first_day__lte", models.F("last_day"))), name="period_runs_forward"
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Part",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "section",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="parts",
                        to="reports.section",
                        verbose_name="section",
                    ),
                ),
                (
                    "unit",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="accounts.unit",
                        verbose_name="reporting unit",
                    ),
                ),
                (
                    "division",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="accounts.unit",
                        verbose_name="division",
                    ),
                ),
                (
                    "person",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="person",
                    ),
                ),
            ],
            options={
                "verbose_name": "part of a form",
                "verbose_name_plural": "parts of forms",
                "constraints": [
                    models.UniqueConstraint(fields=("section", "unit"), name="part_once_a_unit"),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("division__isnull", False), ("person", None)),
                            models.Q(("division", None), ("person__isnull", False)),
                            _connector="OR",
                        ),
                        name="part_has_one_assignee",
                        violation_error_message="A part is given to a person or to a division.",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="CalendarDay",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("day", models.DateField(unique=True, verbose_name="day")),
                ("working", models.BooleanField(verbose_name="working day")),
                ("name", models.TextField(verbose_name="name")),
                ("document", models.TextField(blank=True, verbose_name="document number")),
            ],
            options={
                "verbose_name": "day off or swapped working day",
                "verbose_name_plural": "days off and swapped working days",
                "ordering": ["day"],
            },
        ),
        migrations.CreateModel(
            name="CalendarCorrection",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("day", models.DateField(verbose_name="day")),
                ("before", models.TextField(blank=True, verbose_name="before")),
                ("after", models.TextField(blank=True, verbose_name="after")),
                ("document", models.TextField(verbose_name="document number")),
                (
                    "by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="by",
                    ),
                ),
                ("recorded_at", models.DateTimeField(verbose_name="recorded at")),
            ],
            options={
                "verbose_name": "correction of the working calendar",
                "verbose_name_plural": "corrections of the working calendar",
                "ordering": ["-recorded_at"],
            },
        ),
        migrations.CreateModel(
            name="Extension",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "form",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="reports.form",
                        verbose_name="form",
                    ),
                ),
                (
                    "period",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="reports.period",
                        verbose_name="period",
                    ),
                ),
                (
                    "unit",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="accounts.unit",
                        verbose_name="unit or area",
                    ),
                ),
                ("with_area", models.BooleanField(default=False, verbose_name="with all units beneath it")),
                (
                    "level",
                    models.TextField(
                        blank=True,
                        choices=[
                            ("city", "City"),
                            ("department", "Department"),
                            ("district", "District"),
                            ("commune", "Commune"),
                            ("division", "Division"),
                        ],
                        verbose_name="level",
                    ),
                ),
                ("until", models.DateTimeField(verbose_name="until")),
                ("reason", models.TextField(verbose_name="reason")),
                ("document", models.TextField(verbose_name="document number")),
                (
                    "by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="by",
                    ),
                ),
                ("recorded_at", models.DateTimeField(verbose_name="recorded at")),
            ],
            options={
                "verbose_name": "extension",
                "verbose_name_plural": "extensions",
                "ordering": ["-recorded_at"],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("reason", ""), _negated=True), models.Q(("document", ""), _negated=True)
                        ),
                        name="extension_gives_its_reason",
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="Incident",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("title", models.TextField(verbose_name="what happened")),
                ("began_at", models.DateTimeField(verbose_name="began at")),
                ("ended_at", models.DateTimeField(verbose_name="ended at")),
                ("document", models.TextField(blank=True, verbose_name="document number")),
                (
                    "reported_by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="reported by",
                    ),
                ),
                ("reported_at", models.DateTimeField(verbose_name="reported at")),
                (
                    "confirmed_by",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="confirmed by",
                    ),
                ),
                ("confirmed_at", models.DateTimeField(blank=True, null=True, verbose_name="confirmed at")),
            ],
            options={
                "verbose_name": "incident",
                "verbose_name_plural": "incidents",
                "ordering": ["-began_at"],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("began_at__lt", models.F("ended_at"))),
                        name="incident_runs_forward",
                        violation_error_message="An incident ends after it began.",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("confirmed_at", None), ("confirmed_by", None)),
                            models.Q(
                                ("confirmed_at__isnull", False),
                                ("confirmed_by__isnull", False),
                                models.Q(("confirmed_by", models.F("reported_by")), _negated=True),
                            ),
                            _connector="OR",
                        ),
                        name="incident_confirmed_by_another",
                        violation_error_message="An incident is confirmed by somebody other than who reported it.",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="StandingList",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("month", models.DateField(unique=True, verbose_name="month")),
                (
                    "announced_by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="announced by",
                    ),
                ),
                ("announced_at", models.DateTimeField(verbose_name="announced at")),
                ("correct_by", models.DateTimeField(verbose_name="facts to be corrected by")),
                (
                    "issued_by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="issued by",
                    ),
                ),
                ("issued_at", models.DateTimeField(null=True, verbose_name="issued at")),
                (
                    "content",
                    models.JSONField(
                        encoder=django.core.serializers.json.DjangoJSONEncoder, null=True, verbose_name="content"
                    ),
                ),
                ("sha256", models.TextField(blank=True, default="", verbose_name="SHA-256")),
            ],
            options={
                "verbose_name": "standing list",
                "verbose_name_plural": "standing lists",
                "ordering": ["-month"],
                "constraints": [
                    models.CheckConstraint(condition=models.Q(("month__day", 1)), name="standing_list_of_a_month"),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("content", None), ("issued_at", None), ("issued_by", None), ("sha256", "")),
                            models.Q(
                                ("content__isnull", False),
                                ("issued_at__gte", models.F("correct_by")),
                                ("issued_by__isnull", False),
                            ),
                            _connector="OR",
                        ),
                        name="standing_list_issued_after_corrections",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Figure",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "form",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="reports.form",
                        verbose_name="form",
                    ),
                ),
                (
                    "period",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="reports.period",
                        verbose_name="period",
                    ),
                ),
                (
                    "scope",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="figures",
                        to="accounts.unit",
                        verbose_name="scope",
                    ),
                ),
                (
                    "origin",
                    models.TextField(
                        choices=[
                            ("city", "City as a whole"),
                            ("department", "Departments"),
                            ("district", "Districts"),
                            ("commune", "Communes"),
                            ("all", "All levels"),
                        ],
                        verbose_name="level of origin",
                    ),
                ),
                (
                    "indicator",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="figures",
                        to="reports.indicator",
                        verbose_name="indicator",
                    ),
                ),
                ("row", models.TextField(blank=True, default="", verbose_name="row")),
                (
                    "state",
                    models.TextField(
                        choices=[("confirmed", "Confirmed"), ("provisional", "Provisional")], verbose_name="state"
                    ),
                ),
                ("total", models.DecimalField(decimal_places=6, max_digits=30, null=True, verbose_name="sum")),
                ("lowest", models.DecimalField(decimal_places=6, max_digits=24, null=True, verbose_name="lowest")),
                ("highest", models.DecimalField(decimal_places=6, max_digits=24, null=True, verbose_name="highest")),
                (
                    "numerator",
                    models.DecimalField(decimal_places=6, max_digits=30, null=True, verbose_name="numerator"),
                ),
                (
                    "denominator",
                    models.DecimalField(decimal_places=6, max_digits=30, null=True, verbose_name="denominator"),
                ),
                ("count", models.PositiveIntegerField(verbose_name="reports with a number")),
                ("units", models.PositiveIntegerField(db_default=0, default=0, verbose_name="units with a number")),
                ("expected", models.PositiveIntegerField(verbose_name="expected")),
                ("submitted", models.PositiveIntegerField(verbose_name="submitted")),
                ("approved", models.PositiveIntegerField(verbose_name="approved")),
                ("without_data", models.PositiveIntegerField(verbose_name="without data")),
            ],
            options={
                "verbose_name": "figure",
                "verbose_name_plural": "figures",
                "constraints": [
                    models.UniqueConstraint(
                        fields=("period", "form", "scope", "origin", "indicator", "row", "state"), name="figure_once"
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="Mark",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "form",
                    models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name="+", to="reports.form"),
                ),
                (
                    "period",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="reports.period"
                    ),
                ),
                (
                    "unit",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="accounts.unit"
                    ),
                ),
            ],
            options={
                "indexes": [models.Index(fields=["form", "period"], name="mark_cell")],
            },
        ),
        migrations.CreateModel(
            name="TaskGroup",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("position", models.PositiveSmallIntegerField(unique=True, verbose_name="position")),
                ("name", models.TextField(unique=True, verbose_name="name")),
            ],
            options={
                "verbose_name": "group of tasks",
                "verbose_name_plural": "groups of tasks",
                "ordering": ["position"],
            },
        ),
        migrations.CreateModel(
            name="Task",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "group",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="tasks",
                        to="reports.taskgroup",
                        verbose_name="group",
                    ),
                ),
                (
                    "pillar",
                    models.TextField(
                        choices=[
                            ("government", "Digital government"),
                            ("economy", "Digital economy"),
                            ("society", "Digital society"),
                        ],
                        verbose_name="pillar",
                    ),
                ),
                ("code", models.TextField(unique=True, verbose_name="code")),
                ("title", models.TextField(verbose_name="title")),
                (
                    "lead",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="tasks_led",
                        to="accounts.unit",
                        verbose_name="lead unit",
                    ),
                ),
                ("deliverable", models.TextField(verbose_name="deliverable")),
                ("starts_on", models.DateField(verbose_name="starts on")),
                ("due_on", models.DateField(verbose_name="due on")),
                ("weight", models.PositiveSmallIntegerField(default=1, verbose_name="weight")),
                ("illustration", models.BooleanField(default=False, verbose_name="illustration")),
                (
                    "supporting",
                    models.ManyToManyField(
                        blank=True, related_name="+", to="accounts.unit", verbose_name="supporting units"
                    ),
                ),
            ],
            options={
                "verbose_name": "task of the programme",
                "verbose_name_plural": "tasks of the programme",
                "ordering": ["group", "code"],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("starts_on__lte", models.F("due_on"))),
                        name="task_runs_forward",
                        violation_error_message="A task is due after it starts.",
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="DeputyForm",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "appointment",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="+",
                        to="accounts.appointment",
                        verbose_name="appointment",
                    ),
                ),
                (
                    "form",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="+",
                        to="reports.form",
                        verbose_name="form",
                    ),
                ),
            ],
            options={
                "verbose_name": "form that a deputy signs",
                "verbose_name_plural": "forms that a deputy signs",
                "constraints": [models.UniqueConstraint(fields=("appointment", "form"), name="deputy_form_once")],
            },
        ),
        migrations.CreateModel(
            name="Seal",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("number", models.PositiveIntegerField(unique=True, verbose_name="number")),
                ("at", models.DateTimeField(verbose_name="at")),
                ("previous", models.TextField(blank=True, default="", verbose_name="digest of the seal before")),
                ("digest", models.TextField(verbose_name="SHA-256")),
                ("code", models.TextField(verbose_name="HMAC-SHA-256")),
            ],
            options={
                "verbose_name": "seal",
                "verbose_name_plural": "seals",
                "ordering": ["-number"],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("number", 1), models.Q(("previous", ""), _negated=True), _connector="XOR"),
                        name="seal_follows_another",
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="Report",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "unit",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="reports",
                        to="accounts.unit",
                        verbose_name="unit",
                    ),
                ),
                (
                    "form",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="reports",
                        to="reports.form",
                        verbose_name="form",
                    ),
                ),
                (
                    "version",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="reports.formversion",
                        verbose_name="version",
                    ),
                ),
                (
                    "period",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="reports",
                        to="reports.period",
                        verbose_name="period",
                    ),
                ),
                (
                    "superior",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="accounts.unit",
                        verbose_name="superior who checks",
                    ),
                ),
                ("signed", models.BooleanField(verbose_name="signed by the head")),
                (
                    "synthesised",
                    models.BooleanField(
                        db_default=False, default=False, verbose_name="accepted within its superior's synthesis"
                    ),
                ),
                (
                    "status",
                    models.TextField(
                        choices=[
                            ("draft", "Draft"),
                            ("to_sign", "Waiting for signature"),
                            ("submitted", "Submitted"),
                            ("checked", "Checked"),
                            ("approved", "Approved"),
                            ("exempt", "Exempt"),
                        ],
                        default="draft",
                        verbose_name="status",
                    ),
                ),
                ("edit", models.PositiveIntegerField(default=1, verbose_name="edit")),
                ("first_deadline", models.DateTimeField(verbose_name="first deadline")),
                ("deadline", models.DateTimeField(verbose_name="deadline")),
                ("received_at", models.DateTimeField(null=True, verbose_name="first received")),
                (
                    "on_paper",
                    models.BooleanField(
                        db_default=False, default=False, verbose_name="filed on paper, figures to come"
                    ),
                ),
                (
                    "amendment_asked",
                    models.BooleanField(db_default=False, default=False, verbose_name="amendment asked for"),
                ),
            ],
            options={
                "verbose_name": "report",
                "verbose_name_plural": "reports",
                "ordering": ["-period__last_day", "unit__sort_key", "pk"],
                "indexes": [
                    models.Index(fields=["unit", "period"], name="report_of_unit"),
                    models.Index(
                        condition=models.Q(("status__in", ["draft", "to_sign"])),
                        fields=["deadline"],
                        name="report_owed",
                    ),
                ],
                "constraints": [
                    models.UniqueConstraint(fields=("form", "period", "unit"), name="report_once_a_period"),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("on_paper", False), ("status__in", ["submitted", "exempt"]), _connector="OR"
                        ),
                        name="report_on_paper_is_submitted",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="PartDone",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "report",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="parts_done",
                        to="reports.report",
                        verbose_name="report",
                    ),
                ),
                (
                    "section",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="reports.section",
                        verbose_name="section",
                    ),
                ),
                (
                    "by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="by",
                    ),
                ),
                ("at", models.DateTimeField(verbose_name="at")),
            ],
            options={
                "verbose_name": "finished part",
                "verbose_name_plural": "finished parts",
                "constraints": [models.UniqueConstraint(fields=("report", "section"), name="part_done_once")],
            },
        ),
        migrations.CreateModel(
            name="DeadlineChange",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "report",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="deadline_changes",
                        to="reports.report",
                        verbose_name="report",
                    ),
                ),
                (
                    "cause",
                    models.TextField(
                        choices=[
                            ("extension", "Extension"),
                            ("incident", "Incident of the portal"),
                            ("calendar", "Correction of the working calendar"),
                        ],
                        verbose_name="cause",
                    ),
                ),
                ("before", models.DateTimeField(verbose_name="from")),
                ("after", models.DateTimeField(verbose_name="to")),
                (
                    "extension",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="reports.extension",
                        verbose_name="extension",
                    ),
                ),
                (
                    "incident",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="reports.incident",
                        verbose_name="incident",
                    ),
                ),
                (
                    "correction",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="reports.calendarcorrection",
                        verbose_name="correction of the calendar",
                    ),
                ),
                ("recorded_at", models.DateTimeField(verbose_name="recorded at")),
            ],
            options={
                "verbose_name": "change of a deadline",
                "verbose_name_plural": "changes of deadlines",
                "ordering": ["report", "recorded_at", "pk"],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(
                                ("cause", "extension"),
                                ("correction", None),
                                ("extension__isnull", False),
                                ("incident", None),
                            ),
                            models.Q(
                                ("cause", "incident"),
                                ("correction", None),
                                ("extension", None),
                                ("incident__isnull", False),
                            ),
                            models.Q(
                                ("cause", "calendar"),
                                ("correction__isnull", False),
                                ("extension", None),
                                ("incident", None),
                            ),
                            _connector="OR",
                        ),
                        name="deadline_change_names_its_cause",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("after__gt", models.F("before"))), name="deadline_never_moves_earlier"
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Lapse",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "report",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="lapses",
                        to="reports.report",
                        verbose_name="report",
                    ),
                ),
                (
                    "unit",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="lapses",
                        to="accounts.unit",
                        verbose_name="unit",
                    ),
                ),
                (
                    "kind",
                    models.TextField(
                        choices=[
                            ("filing", "Not received by the deadline"),
                            ("correction", "Not corrected in time"),
                            ("review", "Not reviewed in time"),
                        ],
                        verbose_name="kind",
                    ),
                ),
                ("since", models.DateTimeField(verbose_name="since")),
                ("due", models.DateTimeField(verbose_name="due")),
                ("recorded_at", models.DateTimeField(verbose_name="recorded at")),
                ("asked_at", models.DateTimeField(null=True, verbose_name="explanation asked for")),
                ("explain_by", models.DateTimeField(null=True, verbose_name="to be explained by")),
            ],
            options={
                "verbose_name": "lapse",
                "verbose_name_plural": "lapses",
                "ordering": ["-due", "unit__sort_key", "pk"],
                "indexes": [
                    models.Index(fields=["unit", "-due"], name="lapse_of_unit"),
                    models.Index(fields=["-due"], name="lapse_by_time"),
                ],
                "constraints": [
                    models.UniqueConstraint(fields=("report", "unit", "kind", "since"), name="lapse_once"),
                    models.CheckConstraint(
                        condition=models.Q(("kind__in", ["filing", "correction", "review"])), name="lapse_kind_known"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("asked_at", None), ("explain_by", None)),
                            models.Q(("asked_at__isnull", False), ("explain_by__isnull", False)),
                            _connector="OR",
                        ),
                        name="lapse_asked_with_a_term",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Explanation",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "lapse",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="explanations",
                        to="reports.lapse",
                        verbose_name="lapse",
                    ),
                ),
                (
                    "cause",
                    models.TextField(
                        choices=[
                            ("waiting_for_figures", "Figures of a division were awaited"),
                            ("not_signed", "The head had not signed yet"),
                            ("figures_disagreed", "Figures disagreed with the one-stop shop"),
                            ("staff_changed", "The person in charge had changed"),
                            ("being_corrected", "The report was being corrected as reviewed"),
                            ("network", "The network or the portal failed"),
                            ("other", "Another cause"),
                        ],
                        verbose_name="cause",
                    ),
                ),
                ("text", models.TextField(verbose_name="explanation")),
                ("name", models.TextField(blank=True, default="", verbose_name="name")),
                ("content_type", models.TextField(blank=True, default="", verbose_name="content type")),
                ("size", models.PositiveIntegerField(null=True, verbose_name="size in bytes")),
                ("sha256", models.TextField(blank=True, default="", verbose_name="SHA-256")),
                (
                    "by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="by",
                    ),
                ),
                (
                    "capacity",
                    models.TextField(
                        choices=[
                            ("head", "Head"),
                            ("deputy", "Deputy, for the head"),
                            ("acting", "Acting head"),
                            ("by_order", "By order of the head"),
                            ("authorised", "By authorisation of the head"),
                        ],
                        verbose_name="signed as",
                    ),
                ),
                ("at", models.DateTimeField(verbose_name="at")),
            ],
            options={
                "verbose_name": "explanation",
                "verbose_name_plural": "explanations",
                "ordering": ["at", "pk"],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("text", ""), _negated=True), name="explanation_says_something"
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="Ruling",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "lapse",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="rulings",
                        to="reports.lapse",
                        verbose_name="lapse",
                    ),
                ),
                ("excused", models.BooleanField(verbose_name="excused")),
                ("reason", models.TextField(verbose_name="reason")),
                (
                    "by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="by",
                    ),
                ),
                ("at", models.DateTimeField(verbose_name="at")),
            ],
            options={
                "verbose_name": "ruling on a lapse",
                "verbose_name_plural": "rulings on lapses",
                "ordering": ["at", "pk"],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("reason", ""), _negated=True), name="ruling_gives_its_reason"
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="Objection",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "standing_list",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="objections",
                        to="reports.standinglist",
                        verbose_name="standing list",
                    ),
                ),
                (
                    "lapse",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="objections",
                        to="reports.lapse",
                        verbose_name="lapse",
                    ),
                ),
                ("text", models.TextField(verbose_name="what is wrong")),
                (
                    "by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="by",
                    ),
                ),
                ("at", models.DateTimeField(verbose_name="at")),
                ("upheld", models.BooleanField(null=True, verbose_name="upheld")),
                ("answer", models.TextField(blank=True, default="", verbose_name="answer")),
                (
                    "answered_by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="answered by",
                    ),
                ),
                ("answered_at", models.DateTimeField(null=True, verbose_name="answered at")),
            ],
            options={
                "verbose_name": "objection to a list",
                "verbose_name_plural": "objections to lists",
                "ordering": ["at", "pk"],
                "constraints": [
                    models.UniqueConstraint(
                        condition=models.Q(("answered_at", None)),
                        fields=("standing_list", "lapse"),
                        name="objection_one_open",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("answer", ""), ("answered_at", None), ("answered_by", None), ("upheld", None)),
                            models.Q(
                                ("answered_at__isnull", False),
                                ("answered_by__isnull", False),
                                ("upheld__isnull", False),
                                models.Q(("answer", ""), _negated=True),
                            ),
                            _connector="OR",
                        ),
                        name="objection_answered_in_words",
                    ),
                    models.CheckConstraint(condition=models.Q(("text", ""), _negated=True), name="objection_says_what"),
                ],
            },
        ),
        migrations.CreateModel(
            name="Proposal",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "unit",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="proposals",
                        to="accounts.unit",
                        verbose_name="unit",
                    ),
                ),
                (
                    "facts",
                    models.JSONField(encoder=django.core.serializers.json.DjangoJSONEncoder, verbose_name="facts"),
                ),
                (
                    "measure",
                    models.TextField(
                        choices=[
                            ("remind", "Reminder"),
                            ("criticise", "Criticism"),
                            ("review_conduct", "Review of conduct"),
                            ("consider_discipline", "Consideration of discipline"),
                            ("none", "No measure"),
                        ],
                        verbose_name="measure proposed",
                    ),
                ),
                ("reason", models.TextField(verbose_name="reason")),
                ("number", models.TextField(blank=True, default="", verbose_name="document number")),
                ("day", models.DateField(null=True, verbose_name="date of the document")),
                (
                    "by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="by",
                    ),
                ),
                ("at", models.DateTimeField(verbose_name="at")),
                (
                    "decided",
                    models.TextField(
                        blank=True,
                        choices=[
                            ("remind", "Reminder"),
                            ("criticise", "Criticism"),
                            ("review_conduct", "Review of conduct"),
                            ("consider_discipline", "Consideration of discipline"),
                            ("none", "No measure"),
                        ],
                        default="",
                        verbose_name="measure decided",
                    ),
                ),
                ("decision_number", models.TextField(blank=True, default="", verbose_name="number of the decision")),
                ("decision_day", models.DateField(null=True, verbose_name="date of the decision")),
                (
                    "recorded_by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="recorded by",
                    ),
                ),
                ("recorded_at", models.DateTimeField(null=True, verbose_name="recorded at")),
                ("lapses", models.ManyToManyField(related_name="proposals", to="reports.lapse", verbose_name="lapses")),
            ],
            options={
                "verbose_name": "proposal of handling",
                "verbose_name_plural": "proposals of handling",
                "ordering": ["-at", "-pk"],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("reason", ""), _negated=True), name="proposal_gives_its_reason"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(
                                ("decided", ""),
                                ("decision_day", None),
                                ("decision_number", ""),
                                ("recorded_at", None),
                                ("recorded_by", None),
                            ),
                            models.Q(
                                ("decision_day__isnull", False),
                                ("recorded_at__isnull", False),
                                ("recorded_by__isnull", False),
                                models.Q(("decided", ""), _negated=True),
                                models.Q(("decision_number", ""), _negated=True),
                            ),
                            _connector="OR",
                        ),
                        name="proposal_decided_by_number",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Request",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "report",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="requests",
                        to="reports.report",
                        verbose_name="report",
                    ),
                ),
                (
                    "task",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="requests",
                        to="reports.task",
                        verbose_name="task",
                    ),
                ),
                (
                    "addressee",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="requests",
                        to="accounts.unit",
                        verbose_name="addressee",
                    ),
                ),
                ("text", models.TextField(verbose_name="request")),
                ("asked_at", models.DateTimeField(verbose_name="asked at")),
                ("withdrawn_at", models.DateTimeField(blank=True, null=True, verbose_name="withdrawn at")),
                (
                    "passed_from",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="accounts.unit",
                        verbose_name="passed on from",
                    ),
                ),
                (
                    "passed_by",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="passed on by",
                    ),
                ),
                ("passed_at", models.DateTimeField(blank=True, null=True, verbose_name="passed on at")),
                ("answer", models.TextField(blank=True, verbose_name="answer")),
                (
                    "answered_by",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="answered by",
                    ),
                ),
                ("answered_at", models.DateTimeField(blank=True, null=True, verbose_name="answered at")),
            ],
            options={
                "verbose_name": "request",
                "verbose_name_plural": "requests",
                "ordering": ["asked_at", "pk"],
                "indexes": [
                    models.Index(
                        condition=models.Q(("answered_at", None), ("withdrawn_at", None)),
                        fields=["addressee"],
                        name="request_open",
                    )
                ],
                "constraints": [
                    models.UniqueConstraint(
                        condition=models.Q(("answered_at", None), ("withdrawn_at", None)),
                        fields=("report", "task"),
                        name="request_one_open",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("answer", ""), ("answered_at", None), ("answered_by", None)),
                            models.Q(
                                models.Q(("answer", ""), _negated=True),
                                ("answered_at__isnull", False),
                                ("answered_by__isnull", False),
                            ),
                            _connector="OR",
                        ),
                        name="request_answered_whole",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("answered_at", None), ("withdrawn_at", None), _connector="OR"),
                        name="request_answered_or_withdrawn",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("passed_at", None), ("passed_by", None), ("passed_from", None)),
                            models.Q(
                                ("passed_at__isnull", False),
                                ("passed_by__isnull", False),
                                ("passed_from__isnull", False),
                            ),
                            _connector="OR",
                        ),
                        name="request_passed_on_whole",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Revision",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "report",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="revisions",
                        to="reports.report",
                        verbose_name="report",
                    ),
                ),
                ("number", models.PositiveSmallIntegerField(verbose_name="number")),
                (
                    "cause",
                    models.TextField(
                        choices=[
                            ("opening", "Opened with the period"),
                            ("recall", "Recalled"),
                            ("return", "Returned"),
                            ("amend", "Amendment"),
                            ("key_in", "Keyed in from paper"),
                        ],
                        default="opening",
                        verbose_name="cause",
                    ),
                ),
                ("frozen_at", models.DateTimeField(null=True, verbose_name="frozen at")),
                ("snapshot", models.BinaryField(null=True, verbose_name="snapshot")),
                ("digest", models.TextField(blank=True, verbose_name="SHA-256")),
                ("due_at", models.DateTimeField(null=True, verbose_name="due")),
                ("standing_out", models.JSONField(db_default=[], default=list, verbose_name="what stands out")),
                ("dropped", models.BooleanField(db_default=False, default=False, verbose_name="given up")),
            ],
            options={
                "verbose_name": "revision",
                "verbose_name_plural": "revisions",
                "ordering": ["report", "number"],
                "constraints": [
                    models.UniqueConstraint(fields=("report", "number"), name="revision_number"),
                    models.UniqueConstraint(
                        condition=models.Q(("frozen_at", None)), fields=("report",), name="revision_one_open"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("digest", ""), ("frozen_at", None), ("snapshot", None)),
                            models.Q(
                                ("frozen_at__isnull", False),
                                ("snapshot__isnull", False),
                                models.Q(("digest", ""), _negated=True),
                            ),
                            _connector="OR",
                        ),
                        name="revision_frozen_whole",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("dropped", False), ("frozen_at__isnull", False), _connector="OR"),
                        name="revision_dropped_is_frozen",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Value",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "revision",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="values",
                        to="reports.revision",
                        verbose_name="revision",
                    ),
                ),
                (
                    "item",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="reports.item",
                        verbose_name="item",
                    ),
                ),
                ("row", models.TextField(blank=True, default="", verbose_name="row")),
                ("number", models.DecimalField(decimal_places=6, max_digits=24, null=True, verbose_name="number")),
                ("text", models.TextField(blank=True, db_default="", default="", verbose_name="text")),
                (
                    "absence",
                    models.TextField(
                        blank=True,
                        choices=[("no_data", "No data"), ("not_applicable", "Not applicable")],
                        db_default="",
                        default="",
                        verbose_name="absence",
                    ),
                ),
                (
                    "cause",
                    models.TextField(
                        blank=True,
                        choices=[
                            ("season", "Season, holidays"),
                            ("change_of_work", "Change of tasks or of organisation"),
                            ("new_system", "New or changed software"),
                            ("correction", "Correction of earlier figures"),
                            ("event", "Epidemic, disaster or another event"),
                            ("other", "Another cause"),
                        ],
                        db_default="",
                        default="",
                        verbose_name="cause",
                    ),
                ),
                ("note", models.TextField(blank=True, db_default="", default="", verbose_name="note")),
                ("edit", models.PositiveIntegerField(default=1, verbose_name="edit")),
            ],
            options={
                "verbose_name": "value",
                "verbose_name_plural": "values",
                "constraints": [
                    models.UniqueConstraint(fields=("revision", "item", "row"), name="value_once_a_cell"),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("absence", ""),
                            models.Q(("number", None), ("text", ""), models.Q(("note", ""), _negated=True)),
                            _connector="OR",
                        ),
                        name="value_absent_says_why",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Attachment",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "revision",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="attachments",
                        to="reports.revision",
                        verbose_name="revision",
                    ),
                ),
                (
                    "item",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="reports.item",
                        verbose_name="item",
                    ),
                ),
                ("row", models.TextField(blank=True, default="", verbose_name="row")),
                ("name", models.TextField(verbose_name="name")),
                ("content_type", models.TextField(verbose_name="content type")),
                ("size", models.PositiveIntegerField(verbose_name="size in bytes")),
                ("sha256", models.TextField(verbose_name="SHA-256")),
                (
                    "by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="by",
                    ),
                ),
                ("at", models.DateTimeField(verbose_name="at")),
            ],
            options={
                "verbose_name": "attached file",
                "verbose_name_plural": "attached files",
                "ordering": ["at", "pk"],
                "constraints": [
                    models.UniqueConstraint(
                        fields=("revision", "item", "row", "sha256"),
                        name="attachment_once_a_cell",
                        nulls_distinct=False,
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="Author",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "report",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="authors", to="reports.report"
                    ),
                ),
                (
                    "user",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL
                    ),
                ),
            ],
            options={
                "constraints": [models.UniqueConstraint(fields=("report", "user"), name="author_once")],
            },
        ),
        migrations.CreateModel(
            name="Step",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "report",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="steps",
                        to="reports.report",
                        verbose_name="report",
                    ),
                ),
                ("seq", models.PositiveSmallIntegerField(verbose_name="number")),
                (
                    "action",
                    models.TextField(
                        choices=[
                            ("hand_up", "Hand up for signature"),
                            ("hand_back", "Hand back"),
                            ("submit", "Sign and submit"),
                            ("recall", "Recall"),
                            ("check", "Check"),
                            ("return", "Return"),
                            ("approve", "Approve"),
                            ("record", "Record off-system"),
                            ("key_in", "Key in the figures"),
                            ("ask_to_amend", "Ask to amend"),
                            ("amend", "Amend"),
                            ("keep", "Keep as approved"),
                            ("drop_amendment", "Drop the amendment"),
                            ("exempt", "Exempt"),
                            ("unexempt", "Unexempt"),
                            ("drop_check", "Drop the superior's check"),
                        ],
                        verbose_name="action",
                    ),
                ),
                (
                    "before",
                    models.TextField(
                        choices=[
                            ("draft", "Draft"),
                            ("to_sign", "Waiting for signature"),
                            ("submitted", "Submitted"),
                            ("checked", "Checked"),
                            ("approved", "Approved"),
                            ("exempt", "Exempt"),
                        ],
                        verbose_name="from",
                    ),
                ),
                (
                    "after",
                    models.TextField(
                        choices=[
                            ("draft", "Draft"),
                            ("to_sign", "Waiting for signature"),
                            ("submitted", "Submitted"),
                            ("checked", "Checked"),
                            ("approved", "Approved"),
                            ("exempt", "Exempt"),
                        ],
                        verbose_name="to",
                    ),
                ),
                (
                    "revision",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="steps",
                        to="reports.revision",
                        verbose_name="revision",
                    ),
                ),
                ("edit", models.PositiveIntegerField(verbose_name="edit")),
                (
                    "by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="by",
                    ),
                ),
                (
                    "capacity",
                    models.TextField(
                        blank=True,
                        choices=[
                            ("head", "Head"),
                            ("deputy", "Deputy, for the head"),
                            ("acting", "Acting head"),
                            ("by_order", "By order of the head"),
                            ("authorised", "By authorisation of the head"),
                        ],
                        db_default="",
                        default="",
                        verbose_name="signed as",
                    ),
                ),
                ("at", models.DateTimeField(verbose_name="at")),
                ("reason", models.TextField(blank=True, verbose_name="reason")),
                ("document", models.TextField(blank=True, db_default="", default="", verbose_name="document")),
                ("received_at", models.DateTimeField(null=True, verbose_name="received on paper")),
                ("voids", models.BooleanField(db_default=False, default=False, verbose_name="was no report")),
                ("remarks", models.PositiveSmallIntegerField(db_default=0, default=0, verbose_name="remarks")),
                (
                    "content",
                    models.TextField(blank=True, db_default="", default="", verbose_name="SHA-256 of the content"),
                ),
                ("digest", models.TextField(verbose_name="SHA-256 of the chain")),
            ],
            options={
                "verbose_name": "step",
                "verbose_name_plural": "steps",
                "ordering": ["report", "seq"],
                "indexes": [
                    models.Index(fields=["-at", "-id"], name="step_by_time"),
                    models.Index(fields=["action", "-at", "-id"], name="step_by_action"),
                ],
                "constraints": [
                    models.UniqueConstraint(fields=("report", "seq"), name="step_in_order"),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("action", "hand_up"), ("after", "to_sign"), ("before", "draft")),
                            models.Q(("action", "hand_back"), ("after", "draft"), ("before", "to_sign")),
                            models.Q(("action", "submit"), ("after", "submitted"), ("before", "draft")),
                            models.Q(("action", "submit"), ("after", "submitted"), ("before", "to_sign")),
                            models.Q(("action", "record"), ("after", "submitted"), ("before", "draft")),
                            models.Q(("action", "record"), ("after", "submitted"), ("before", "to_sign")),
                            models.Q(("action", "key_in"), ("after", "draft"), ("before", "submitted")),
                            models.Q(("action", "recall"), ("after", "draft"), ("before", "submitted")),
                            models.Q(("action", "check"), ("after", "checked"), ("before", "submitted")),
                            models.Q(("action", "return"), ("after", "draft"), ("before", "submitted")),
                            models.Q(("action", "return"), ("after", "draft"), ("before", "checked")),
                            models.Q(("action", "approve"), ("after", "approved"), ("before", "submitted")),
                            models.Q(("action", "approve"), ("after", "approved"), ("before", "checked")),
                            models.Q(("action", "ask_to_amend"), ("after", "approved"), ("before", "approved")),
                            models.Q(("action", "amend"), ("after", "draft"), ("before", "approved")),
                            models.Q(("action", "keep"), ("after", "approved"), ("before", "approved")),
                            models.Q(("action", "drop_amendment"), ("after", "approved"), ("before", "draft")),
                            models.Q(("action", "exempt"), ("after", "exempt"), ("before", "draft")),
                            models.Q(("action", "exempt"), ("after", "exempt"), ("before", "to_sign")),
                            models.Q(("action", "exempt"), ("after", "exempt"), ("before", "submitted")),
                            models.Q(("action", "exempt"), ("after", "exempt"), ("before", "checked")),
                            models.Q(("action", "unexempt"), ("after", "draft"), ("before", "exempt")),
                            models.Q(("action", "unexempt"), ("after", "to_sign"), ("before", "exempt")),
                            models.Q(("action", "unexempt"), ("after", "submitted"), ("before", "exempt")),
                            models.Q(("action", "unexempt"), ("after", "checked"), ("before", "exempt")),
                            models.Q(("action", "drop_check"), ("after", "draft"), ("before", "draft")),
                            models.Q(("action", "drop_check"), ("after", "to_sign"), ("before", "to_sign")),
                            models.Q(("action", "drop_check"), ("after", "submitted"), ("before", "submitted")),
                            _connector="OR",
                        ),
                        name="step_is_a_listed_move",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(
                                models.Q(
                                    (
                                        "action__in",
                                        [
                                            "amend",
                                            "ask_to_amend",
                                            "drop_amendment",
                                            "exempt",
                                            "hand_back",
                                            "keep",
                                            "unexempt",
                                        ],
                                    ),
                                    _negated=True,
                                ),
                                models.Q(("reason", ""), _negated=True),
                                _connector="OR",
                            ),
                            models.Q(
                                models.Q(("action__in", ["return"]), _negated=True),
                                models.Q(("reason", ""), _negated=True),
                                ("remarks__gt", 0),
                                _connector="OR",
                            ),
                        ),
                        name="step_gives_its_reason",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(
                                models.Q(("action__in", ["ask_to_amend", "record"]), _negated=True),
                                models.Q(("document", ""), _negated=True),
                                _connector="OR",
                            ),
                            models.Q(
                                models.Q(("action__in", ["record"]), _negated=True),
                                ("received_at__isnull", False),
                                _connector="OR",
                            ),
                        ),
                        name="step_names_its_paper",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("by__isnull", False), ("action__in", ["drop_check"]), _connector="OR"),
                        name="step_has_its_maker",
                    ),
                    models.CheckConstraint(condition=models.Q(("digest", ""), _negated=True), name="step_is_chained"),
                ],
            },
        ),
        migrations.CreateModel(
            name="IssuedDocument",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "report",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="issued",
                        to="reports.report",
                        verbose_name="report",
                    ),
                ),
                (
                    "revision",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="issued",
                        to="reports.revision",
                        verbose_name="revision",
                    ),
                ),
                ("number", models.TextField(verbose_name="document number")),
                ("day", models.DateField(verbose_name="date of the document")),
                ("name", models.TextField(blank=True, default="", verbose_name="name")),
                ("content_type", models.TextField(blank=True, default="", verbose_name="content type")),
                ("size", models.PositiveIntegerField(null=True, verbose_name="size in bytes")),
                ("sha256", models.TextField(blank=True, default="", verbose_name="SHA-256")),
                (
                    "by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="by",
                    ),
                ),
                ("at", models.DateTimeField(verbose_name="at")),
            ],
            options={
                "verbose_name": "issued document",
                "verbose_name_plural": "issued documents",
                "ordering": ["at", "pk"],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("number", ""), _negated=True), name="issued_document_has_a_number"
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="Remark",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "report",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="remarks",
                        to="reports.report",
                        verbose_name="report",
                    ),
                ),
                (
                    "revision",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="remarks",
                        to="reports.revision",
                        verbose_name="revision",
                    ),
                ),
                (
                    "item",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="reports.item",
                        verbose_name="item",
                    ),
                ),
                ("row", models.TextField(blank=True, default="", verbose_name="row")),
                ("paragraph", models.PositiveSmallIntegerField(null=True, verbose_name="paragraph")),
                ("text", models.TextField(verbose_name="remark")),
                (
                    "by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="by",
                    ),
                ),
                ("at", models.DateTimeField(verbose_name="at")),
                (
                    "step",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="sent",
                        to="reports.step",
                        verbose_name="sent with",
                    ),
                ),
                ("answer", models.TextField(blank=True, default="", verbose_name="answer")),
                (
                    "answered_by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="answered by",
                    ),
                ),
                ("answered_at", models.DateTimeField(null=True, verbose_name="answered at")),
                (
                    "settled_by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="ticked off by",
                    ),
                ),
                ("settled_at", models.DateTimeField(null=True, verbose_name="ticked off at")),
            ],
            options={
                "verbose_name": "remark",
                "verbose_name_plural": "remarks",
                "ordering": ["at", "pk"],
                "indexes": [
                    models.Index(
                        condition=models.Q(("answered_at", None), ("step__isnull", False)),
                        fields=["report"],
                        name="remark_open",
                    )
                ],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("text", ""), _negated=True), name="remark_says_something"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("answer", ""), ("answered_at", None), ("answered_by", None)),
                            models.Q(
                                models.Q(("answer", ""), _negated=True),
                                ("answered_at__isnull", False),
                                ("answered_by__isnull", False),
                                ("step__isnull", False),
                            ),
                            _connector="OR",
                        ),
                        name="remark_answered_whole",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("settled_at", None), ("settled_by", None)),
                            models.Q(
                                ("answered_at__isnull", False),
                                ("settled_at__isnull", False),
                                ("settled_by__isnull", False),
                            ),
                            _connector="OR",
                        ),
                        name="remark_settled_once_answered",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="SealedHead",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "seal",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="heads",
                        to="reports.seal",
                        verbose_name="seal",
                    ),
                ),
                (
                    "report",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="reports.report",
                        verbose_name="report",
                    ),
                ),
                ("seq", models.PositiveSmallIntegerField(verbose_name="number")),
                ("digest", models.TextField(verbose_name="SHA-256 of the chain")),
            ],
            options={
                "verbose_name": "sealed head",
                "verbose_name_plural": "sealed heads",
                "ordering": ["seal", "report"],
                "constraints": [models.UniqueConstraint(fields=("report", "seq"), name="sealed_head_once")],
            },
        ),
        migrations.CreateModel(
            name="Synthesis",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "form",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="syntheses",
                        to="reports.form",
                        verbose_name="form",
                    ),
                ),
                (
                    "period",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="syntheses",
                        to="reports.period",
                        verbose_name="period",
                    ),
                ),
                (
                    "unit",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="syntheses",
                        to="accounts.unit",
                        verbose_name="unit",
                    ),
                ),
                ("number", models.PositiveSmallIntegerField(verbose_name="number")),
                (
                    "by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="signed by",
                    ),
                ),
                (
                    "capacity",
                    models.TextField(
                        choices=[
                            ("head", "Head"),
                            ("deputy", "Deputy, for the head"),
                            ("acting", "Acting head"),
                            ("by_order", "By order of the head"),
                            ("authorised", "By authorisation of the head"),
                        ],
                        verbose_name="signed as",
                    ),
                ),
                ("at", models.DateTimeField(verbose_name="at")),
                ("snapshot", models.BinaryField(verbose_name="snapshot")),
                ("digest", models.TextField(verbose_name="SHA-256")),
                ("missing", models.ManyToManyField(related_name="+", to="accounts.unit", verbose_name="missing")),
            ],
            options={
                "verbose_name": "synthesis",
                "verbose_name_plural": "syntheses",
                "ordering": ["form", "period", "unit", "number"],
                "constraints": [
                    models.UniqueConstraint(fields=("form", "period", "unit", "number"), name="synthesis_number"),
                    models.CheckConstraint(condition=models.Q(("number__gte", 1)), name="synthesis_counts_from_one"),
                ],
                "indexes": [],
            },
        ),
        migrations.CreateModel(
            name="SynthesisEntry",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "synthesis",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="entries",
                        to="reports.synthesis",
                        verbose_name="synthesis",
                    ),
                ),
                (
                    "report",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="reports.report",
                        verbose_name="report",
                    ),
                ),
                (
                    "revision",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="reports.revision",
                        verbose_name="revision",
                    ),
                ),
            ],
            options={
                "verbose_name": "report in a synthesis",
                "verbose_name_plural": "reports in a synthesis",
            },
        ),
        migrations.AddField(
            model_name="report",
            name="current",
            field=models.OneToOneField(
                on_delete=django.db.models.deletion.PROTECT, related_name="+", to="reports.revision"
            ),
        ),
        migrations.AddField(
            model_name="report",
            name="approved",
            field=models.OneToOneField(
                null=True, on_delete=django.db.models.deletion.PROTECT, related_name="+", to="reports.revision"
            ),
        ),
        migrations.AddField(
            model_name="synthesis",
            name="reports",
            field=models.ManyToManyField(
                related_name="syntheses", through="reports.SynthesisEntry", to="reports.report"
            ),
        ),
        migrations.AddConstraint(
            model_name="report",
            constraint=models.CheckConstraint(
                condition=models.Q(("status__in", ["draft", "to_sign", "submitted", "checked", "approved", "exempt"])),
                name="report_status_known",
            ),
        ),
        migrations.AddConstraint(
            model_name="report",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("status", "approved"), _negated=True), ("approved__isnull", False), _connector="OR"
                ),
                name="report_approved_has_content",
            ),
        ),
        migrations.AddConstraint(
            model_name="report",
            constraint=models.CheckConstraint(
                condition=models.Q(models.Q(("status", "exempt"), _negated=True), ("approved", None), _connector="OR"),
                name="report_exempt_has_nothing_approved",
            ),
        ),
        migrations.AddConstraint(
            model_name="report",
            constraint=models.CheckConstraint(
                condition=models.Q(("amendment_asked", False), ("status", "approved"), _connector="OR"),
                name="report_asked_is_approved",
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="calendarday",
            trigger=pgtrigger.compiler.Trigger(
                name="is_journalled",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    declare="DECLARE was jsonb; became jsonb;",
                    func="\n            IF TG_OP <> 'INSERT' THEN was := to_jsonb(OLD); END IF;\n            IF TG_OP <> 'DELETE' THEN became := to_jsonb(NEW); END IF;\n            \n            IF was IS DISTINCT FROM became THEN\n                INSERT INTO accounts_journalentry (\"table\", key, before, after, by_id, at)\n                VALUES (TG_TABLE_NAME, coalesce(NEW.id, OLD.id), was, became,\n                        nullif(current_setting('dxportal.person', true), '')::bigint,\n                        coalesce(nullif(current_setting('dxportal.at', true), '')::timestamptz, now()));\n            END IF;\n            RETURN NULL;\n        ",
                    hash="971cd16d21f490073c418f6c3b38ecba365b8d79",
                    operation="INSERT OR UPDATE OR DELETE",
                    pgid="pgtrigger_is_journalled_24f10",
                    table="reports_calendarday",
                    when="AFTER",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="form",
            trigger=pgtrigger.compiler.Trigger(
                name="is_journalled",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    declare="DECLARE was jsonb; became jsonb;",
                    func="\n            IF TG_OP <> 'INSERT' THEN was := to_jsonb(OLD); END IF;\n            IF TG_OP <> 'DELETE' THEN became := to_jsonb(NEW); END IF;\n            \n            IF was IS DISTINCT FROM became THEN\n                INSERT INTO accounts_journalentry (\"table\", key, before, after, by_id, at)\n                VALUES (TG_TABLE_NAME, coalesce(NEW.id, OLD.id), was, became,\n                        nullif(current_setting('dxportal.person', true), '')::bigint,\n                        coalesce(nullif(current_setting('dxportal.at', true), '')::timestamptz, now()));\n            END IF;\n            RETURN NULL;\n        ",
                    hash="76cbae597627f6edbcc09588ed5626479df924bd",
                    operation="INSERT OR UPDATE OR DELETE",
                    pgid="pgtrigger_is_journalled_65c47",
                    table="reports_form",
                    when="AFTER",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="legalbasis",
            trigger=pgtrigger.compiler.Trigger(
                name="is_journalled",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    declare="DECLARE was jsonb; became jsonb;",
                    func="\n            IF TG_OP <> 'INSERT' THEN was := to_jsonb(OLD); END IF;\n            IF TG_OP <> 'DELETE' THEN became := to_jsonb(NEW); END IF;\n            \n            IF was IS DISTINCT FROM became THEN\n                INSERT INTO accounts_journalentry (\"table\", key, before, after, by_id, at)\n                VALUES (TG_TABLE_NAME, coalesce(NEW.id, OLD.id), was, became,\n                        nullif(current_setting('dxportal.person', true), '')::bigint,\n                        coalesce(nullif(current_setting('dxportal.at', true), '')::timestamptz, now()));\n            END IF;\n            RETURN NULL;\n        ",
                    hash="9559139a3ab223134a03818b3e9a4ac1e0c8479a",
                    operation="INSERT OR UPDATE OR DELETE",
                    pgid="pgtrigger_is_journalled_7d731",
                    table="reports_legalbasis",
                    when="AFTER",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="seal",
            trigger=pgtrigger.compiler.Trigger(
                name="seal_is_kept",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func="RAISE EXCEPTION 'pgtrigger: Cannot update or delete rows from % table', TG_TABLE_NAME;",
                    hash="c4db20aee560f8b0f446a773f33f33084658c226",
                    operation="UPDATE OR DELETE",
                    pgid="pgtrigger_seal_is_kept_c7485",
                    table="reports_seal",
                    when="BEFORE",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="taskgroup",
            trigger=pgtrigger.compiler.Trigger(
                name="is_journalled",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    declare="DECLARE was jsonb; became jsonb;",
                    func="\n            IF TG_OP <> 'INSERT' THEN was := to_jsonb(OLD); END IF;\n            IF TG_OP <> 'DELETE' THEN became := to_jsonb(NEW); END IF;\n            \n            IF was IS DISTINCT FROM became THEN\n                INSERT INTO accounts_journalentry (\"table\", key, before, after, by_id, at)\n                VALUES (TG_TABLE_NAME, coalesce(NEW.id, OLD.id), was, became,\n                        nullif(current_setting('dxportal.person', true), '')::bigint,\n                        coalesce(nullif(current_setting('dxportal.at', true), '')::timestamptz, now()));\n            END IF;\n            RETURN NULL;\n        ",
                    hash="0bfb1b6ff88c889ed21e3d910fab121262f56737",
                    operation="INSERT OR UPDATE OR DELETE",
                    pgid="pgtrigger_is_journalled_12972",
                    table="reports_taskgroup",
                    when="AFTER",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="calendarcorrection",
            trigger=pgtrigger.compiler.Trigger(
                name="calendar_correction_is_kept",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func="RAISE EXCEPTION 'pgtrigger: Cannot update or delete rows from % table', TG_TABLE_NAME;",
                    hash="7bb246c3c4360f4bec1bf65741322ccdfcda95c7",
                    operation="UPDATE OR DELETE",
                    pgid="pgtrigger_calendar_correction_is_kept_40324",
                    table="reports_calendarcorrection",
                    when="BEFORE",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="calendarcorrection",
            trigger=pgtrigger.compiler.Trigger(
                name="is_journalled",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    declare="DECLARE was jsonb; became jsonb;",
                    func="\n            IF TG_OP <> 'INSERT' THEN was := to_jsonb(OLD); END IF;\n            IF TG_OP <> 'DELETE' THEN became := to_jsonb(NEW); END IF;\n            \n            IF was IS DISTINCT FROM became THEN\n                INSERT INTO accounts_journalentry (\"table\", key, before, after, by_id, at)\n                VALUES (TG_TABLE_NAME, coalesce(NEW.id, OLD.id), was, became,\n                        nullif(current_setting('dxportal.person', true), '')::bigint,\n                        coalesce(nullif(current_setting('dxportal.at', true), '')::timestamptz, now()));\n            END IF;\n            RETURN NULL;\n        ",
                    hash="101de77463a5e5d212811819fd4be890392c98e9",
                    operation="INSERT OR UPDATE OR DELETE",
                    pgid="pgtrigger_is_journalled_218a3",
                    table="reports_calendarcorrection",
                    when="AFTER",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="deputyform",
            trigger=pgtrigger.compiler.Trigger(
                name="is_journalled",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    declare="DECLARE was jsonb; became jsonb;",
                    func="\n            IF TG_OP <> 'INSERT' THEN was := to_jsonb(OLD); END IF;\n            IF TG_OP <> 'DELETE' THEN became := to_jsonb(NEW); END IF;\n            \n            IF was IS DISTINCT FROM became THEN\n                INSERT INTO accounts_journalentry (\"table\", key, before, after, by_id, at)\n                VALUES (TG_TABLE_NAME, coalesce(NEW.id, OLD.id), was, became,\n                        nullif(current_setting('dxportal.person', true), '')::bigint,\n                        coalesce(nullif(current_setting('dxportal.at', true), '')::timestamptz, now()));\n            END IF;\n            RETURN NULL;\n        ",
                    hash="c81dd21fcbbb344deeb124983b4546be09516304",
                    operation="INSERT OR UPDATE OR DELETE",
                    pgid="pgtrigger_is_journalled_ed8f5",
                    table="reports_deputyform",
                    when="AFTER",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="formowner",
            trigger=pgtrigger.compiler.Trigger(
                name="is_journalled",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    declare="DECLARE was jsonb; became jsonb;",
                    func="\n            IF TG_OP <> 'INSERT' THEN was := to_jsonb(OLD); END IF;\n            IF TG_OP <> 'DELETE' THEN became := to_jsonb(NEW); END IF;\n            \n            IF was IS DISTINCT FROM became THEN\n                INSERT INTO accounts_journalentry (\"table\", key, before, after, by_id, at)\n                VALUES (TG_TABLE_NAME, coalesce(NEW.id, OLD.id), was, became,\n                        nullif(current_setting('dxportal.person', true), '')::bigint,\n                        coalesce(nullif(current_setting('dxportal.at', true), '')::timestamptz, now()));\n            END IF;\n            RETURN NULL;\n        ",
                    hash="98a46c5136d26ba1617d4abf61de839a97c144da",
                    operation="INSERT OR UPDATE OR DELETE",
                    pgid="pgtrigger_is_journalled_f48e3",
                    table="reports_formowner",
                    when="AFTER",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="incident",
            trigger=pgtrigger.compiler.Trigger(
                name="incident_stays_as_confirmed",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    condition='WHEN (OLD."confirmed_at" IS NOT NULL)',
                    func="RAISE EXCEPTION 'pgtrigger: Cannot update or delete rows from % table', TG_TABLE_NAME;",
                    hash="105e48d9d3ddcab40267440f0f2c3c9d507287f5",
                    operation="UPDATE OR DELETE",
                    pgid="pgtrigger_incident_stays_as_confirmed_bf481",
                    table="reports_incident",
                    when="BEFORE",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="incident",
            trigger=pgtrigger.compiler.Trigger(
                name="is_journalled",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    declare="DECLARE was jsonb; became jsonb;",
                    func="\n            IF TG_OP <> 'INSERT' THEN was := to_jsonb(OLD); END IF;\n            IF TG_OP <> 'DELETE' THEN became := to_jsonb(NEW); END IF;\n            \n            IF was IS DISTINCT FROM became THEN\n                INSERT INTO accounts_journalentry (\"table\", key, before, after, by_id, at)\n                VALUES (TG_TABLE_NAME, coalesce(NEW.id, OLD.id), was, became,\n                        nullif(current_setting('dxportal.person', true), '')::bigint,\n                        coalesce(nullif(current_setting('dxportal.at', true), '')::timestamptz, now()));\n            END IF;\n            RETURN NULL;\n        ",
                    hash="4b4406aafdc86e08fb4a5c2c96c11674104c6bcc",
                    operation="INSERT OR UPDATE OR DELETE",
                    pgid="pgtrigger_is_journalled_eb313",
                    table="reports_incident",
                    when="AFTER",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="indicator",
            trigger=pgtrigger.compiler.Trigger(
                name="indicator_keeps_its_meaning",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    condition='WHEN (OLD."code" IS DISTINCT FROM (NEW."code") OR OLD."unit_of_measure" IS DISTINCT FROM (NEW."unit_of_measure") OR OLD."decimals" IS DISTINCT FROM (NEW."decimals") OR OLD."space_fold" IS DISTINCT FROM (NEW."space_fold") OR OLD."time_fold" IS DISTINCT FROM (NEW."time_fold") OR OLD."window_rule" IS DISTINCT FROM (NEW."window_rule") OR OLD."numerator_id" IS DISTINCT FROM (NEW."numerator_id") OR OLD."denominator_id" IS DISTINCT FROM (NEW."denominator_id"))',
                    func="RAISE EXCEPTION 'pgtrigger: Cannot update rows from % table', TG_TABLE_NAME;",
                    hash="1bc12aff03f313990ac77410d47d6363b82c6eb8",
                    operation="UPDATE",
                    pgid="pgtrigger_indicator_keeps_its_meaning_da4db",
                    table="reports_indicator",
                    when="BEFORE",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="indicator",
            trigger=pgtrigger.compiler.Trigger(
                name="is_journalled",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    declare="DECLARE was jsonb; became jsonb;",
                    func="\n            IF TG_OP <> 'INSERT' THEN was := to_jsonb(OLD); END IF;\n            IF TG_OP <> 'DELETE' THEN became := to_jsonb(NEW); END IF;\n            \n            IF was IS DISTINCT FROM became THEN\n                INSERT INTO accounts_journalentry (\"table\", key, before, after, by_id, at)\n                VALUES (TG_TABLE_NAME, coalesce(NEW.id, OLD.id), was, became,\n                        nullif(current_setting('dxportal.person', true), '')::bigint,\n                        coalesce(nullif(current_setting('dxportal.at', true), '')::timestamptz, now()));\n            END IF;\n            RETURN NULL;\n        ",
                    hash="7f359ac844caaed36907333d4919050e621ce209",
                    operation="INSERT OR UPDATE OR DELETE",
                    pgid="pgtrigger_is_journalled_e5607",
                    table="reports_indicator",
                    when="AFTER",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="explanation",
            trigger=pgtrigger.compiler.Trigger(
                name="explanation_is_kept",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func="RAISE EXCEPTION 'pgtrigger: Cannot update or delete rows from % table', TG_TABLE_NAME;",
                    hash="acecafdb6b81450db6e578277cbe3617e0042a88",
                    operation="UPDATE OR DELETE",
                    pgid="pgtrigger_explanation_is_kept_f3932",
                    table="reports_explanation",
                    when="BEFORE",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="explanation",
            trigger=pgtrigger.compiler.Trigger(
                name="is_journalled",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    declare="DECLARE was jsonb; became jsonb;",
                    func="\n            IF TG_OP <> 'INSERT' THEN was := to_jsonb(OLD); END IF;\n            IF TG_OP <> 'DELETE' THEN became := to_jsonb(NEW); END IF;\n            \n            IF was IS DISTINCT FROM became THEN\n                INSERT INTO accounts_journalentry (\"table\", key, before, after, by_id, at)\n                VALUES (TG_TABLE_NAME, coalesce(NEW.id, OLD.id), was, became,\n                        nullif(current_setting('dxportal.person', true), '')::bigint,\n                        coalesce(nullif(current_setting('dxportal.at', true), '')::timestamptz, now()));\n            END IF;\n            RETURN NULL;\n        ",
                    hash="11749b498f300d5866bbf65284db37cea5b68ffa",
                    operation="INSERT OR UPDATE OR DELETE",
                    pgid="pgtrigger_is_journalled_6b42c",
                    table="reports_explanation",
                    when="AFTER",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="formversion",
            trigger=pgtrigger.compiler.Trigger(
                name="version_in_use_stays",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func="\n                    IF TG_OP = 'UPDATE' THEN\n                        IF lower(NEW.valid) IS NOT DISTINCT FROM lower(OLD.valid)\n                           AND to_jsonb(NEW) - 'valid' = to_jsonb(OLD) - 'valid' THEN\n                            RETURN NEW;\n                        END IF;\n                    END IF;\n                    IF EXISTS (SELECT FROM reports_report WHERE version_id = OLD.id) THEN\n                        RAISE EXCEPTION 'A version that reports use does not change: begin a new one.'\n                            USING ERRCODE = 'integrity_constraint_violation';\n                    END IF;\n                    RETURN coalesce(NEW, OLD);\n                ",
                    hash="ae8082c677a186ec13f377891b3b3f0164599cdb",
                    operation="UPDATE OR DELETE",
                    pgid="pgtrigger_version_in_use_stays_c1516",
                    table="reports_formversion",
                    when="BEFORE",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="formversion",
            trigger=pgtrigger.compiler.Trigger(
                name="is_journalled",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    declare="DECLARE was jsonb; became jsonb;",
                    func="\n            IF TG_OP <> 'INSERT' THEN was := to_jsonb(OLD); END IF;\n            IF TG_OP <> 'DELETE' THEN became := to_jsonb(NEW); END IF;\n            \n            IF was IS DISTINCT FROM became THEN\n                INSERT INTO accounts_journalentry (\"table\", key, before, after, by_id, at)\n                VALUES (TG_TABLE_NAME, coalesce(NEW.id, OLD.id), was, became,\n                        nullif(current_setting('dxportal.person', true), '')::bigint,\n                        coalesce(nullif(current_setting('dxportal.at', true), '')::timestamptz, now()));\n            END IF;\n            RETURN NULL;\n        ",
                    hash="7ffd53aa129ab8384dbeada5ecb123e9e3e10dce",
                    operation="INSERT OR UPDATE OR DELETE",
                    pgid="pgtrigger_is_journalled_3dc9f",
                    table="reports_formversion",
                    when="AFTER",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="namedunit",
            trigger=pgtrigger.compiler.Trigger(
                name="version_in_use_stays",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func="\n            IF EXISTS (SELECT FROM reports_report WHERE version_id IN (OLD.version_id, NEW.version_id)) THEN\n                RAISE EXCEPTION 'A version that reports use does not change: begin a new one.'\n                    USING ERRCODE = 'integrity_constraint_violation';\n            END IF;\n            RETURN coalesce(NEW, OLD);\n        ",
                    hash="25f0293dea4462d91d2e98ca32737a82657b35e4",
                    operation="INSERT OR UPDATE OR DELETE",
                    pgid="pgtrigger_version_in_use_stays_e9e1b",
                    table="reports_namedunit",
                    when="BEFORE",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="namedunit",
            trigger=pgtrigger.compiler.Trigger(
                name="is_journalled",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    declare="DECLARE was jsonb; became jsonb;",
                    func="\n            IF TG_OP <> 'INSERT' THEN was := to_jsonb(OLD); END IF;\n            IF TG_OP <> 'DELETE' THEN became := to_jsonb(NEW); END IF;\n            \n            IF was IS DISTINCT FROM became THEN\n                INSERT INTO accounts_journalentry (\"table\", key, before, after, by_id, at)\n                VALUES (TG_TABLE_NAME, coalesce(NEW.id, OLD.id), was, became,\n                        nullif(current_setting('dxportal.person', true), '')::bigint,\n                        coalesce(nullif(current_setting('dxportal.at', true), '')::timestamptz, now()));\n            END IF;\n            RETURN NULL;\n        ",
                    hash="3bead3f601ee6bb8f64fb7dcfe544757b9290588",
                    operation="INSERT OR UPDATE OR DELETE",
                    pgid="pgtrigger_is_journalled_8e376",
                    table="reports_namedunit",
                    when="AFTER",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="notapplicable",
            trigger=pgtrigger.compiler.Trigger(
                name="is_journalled",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    declare="DECLARE was jsonb; became jsonb;",
                    func="\n            IF TG_OP <> 'INSERT' THEN was := to_jsonb(OLD); END IF;\n            IF TG_OP <> 'DELETE' THEN became := to_jsonb(NEW); END IF;\n            \n            IF was IS DISTINCT FROM became THEN\n                INSERT INTO accounts_journalentry (\"table\", key, before, after, by_id, at)\n                VALUES (TG_TABLE_NAME, coalesce(NEW.id, OLD.id), was, became,\n                        nullif(current_setting('dxportal.person', true), '')::bigint,\n                        coalesce(nullif(current_setting('dxportal.at', true), '')::timestamptz, now()));\n            END IF;\n            RETURN NULL;\n        ",
                    hash="c3cf3d23fd5e4f595283c2588a5ace33c2c1ebb9",
                    operation="INSERT OR UPDATE OR DELETE",
                    pgid="pgtrigger_is_journalled_dfde6",
                    table="reports_notapplicable",
                    when="AFTER",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="extension",
            trigger=pgtrigger.compiler.Trigger(
                name="extension_is_kept",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func="RAISE EXCEPTION 'pgtrigger: Cannot update or delete rows from % table', TG_TABLE_NAME;",
                    hash="78fed5ccdf05782ebb1e676d8aa55e0f7c2d72f8",
                    operation="UPDATE OR DELETE",
                    pgid="pgtrigger_extension_is_kept_6110b",
                    table="reports_extension",
                    when="BEFORE",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="extension",
            trigger=pgtrigger.compiler.Trigger(
                name="is_journalled",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    declare="DECLARE was jsonb; became jsonb;",
                    func="\n            IF TG_OP <> 'INSERT' THEN was := to_jsonb(OLD); END IF;\n            IF TG_OP <> 'DELETE' THEN became := to_jsonb(NEW); END IF;\n            \n            IF was IS DISTINCT FROM became THEN\n                INSERT INTO accounts_journalentry (\"table\", key, before, after, by_id, at)\n                VALUES (TG_TABLE_NAME, coalesce(NEW.id, OLD.id), was, became,\n                        nullif(current_setting('dxportal.person', true), '')::bigint,\n                        coalesce(nullif(current_setting('dxportal.at', true), '')::timestamptz, now()));\n            END IF;\n            RETURN NULL;\n        ",
                    hash="06d30d3369802e7b4b9e4aeaa3475ed5c9cbe6c9",
                    operation="INSERT OR UPDATE OR DELETE",
                    pgid="pgtrigger_is_journalled_660ec",
                    table="reports_extension",
                    when="AFTER",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="proposal",
            trigger=pgtrigger.compiler.Trigger(
                name="proposal_stays_as_decided",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    condition='WHEN (OLD."recorded_at" IS NOT NULL)',
                    func="RAISE EXCEPTION 'pgtrigger: Cannot update or delete rows from % table', TG_TABLE_NAME;",
                    hash="7b8b3c250e888e376f64d402db22b2ab760c7ff8",
                    operation="UPDATE OR DELETE",
                    pgid="pgtrigger_proposal_stays_as_decided_00e72",
                    table="reports_proposal",
                    when="BEFORE",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="proposal",
            trigger=pgtrigger.compiler.Trigger(
                name="is_journalled",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    declare="DECLARE was jsonb; became jsonb;",
                    func="\n            IF TG_OP <> 'INSERT' THEN was := to_jsonb(OLD) - ARRAY['facts']; END IF;\n            IF TG_OP <> 'DELETE' THEN became := to_jsonb(NEW) - ARRAY['facts']; END IF;\n            \n            IF was IS DISTINCT FROM became THEN\n                INSERT INTO accounts_journalentry (\"table\", key, before, after, by_id, at)\n                VALUES (TG_TABLE_NAME, coalesce(NEW.id, OLD.id), was, became,\n                        nullif(current_setting('dxportal.person', true), '')::bigint,\n                        coalesce(nullif(current_setting('dxportal.at', true), '')::timestamptz, now()));\n            END IF;\n            RETURN NULL;\n        ",
                    hash="d631de5858ce94ee039e9eb795264760c42ee007",
                    operation="INSERT OR UPDATE OR DELETE",
                    pgid="pgtrigger_is_journalled_04ec8",
                    table="reports_proposal",
                    when="AFTER",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="lapse",
            trigger=pgtrigger.compiler.Trigger(
                name="lapse_is_kept",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func="\n                    IF TG_OP = 'DELETE' OR OLD.asked_at IS NOT NULL\n                       OR (OLD.report_id, OLD.unit_id, OLD.kind, OLD.since, OLD.due, OLD.recorded_at)\n                          IS DISTINCT FROM (NEW.report_id, NEW.unit_id, NEW.kind, NEW.since, NEW.due, NEW.recorded_at)\n                    THEN\n                        RAISE EXCEPTION 'A lapse stays as it was recorded.'\n                            USING ERRCODE = 'integrity_constraint_violation';\n                    END IF;\n                    RETURN NEW;\n                ",
                    hash="8713fe0e3e81fdd9d7fbafe5f674bfc8b0910259",
                    operation="UPDATE OR DELETE",
                    pgid="pgtrigger_lapse_is_kept_5c5b1",
                    table="reports_lapse",
                    when="BEFORE",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="deadlinechange",
            trigger=pgtrigger.compiler.Trigger(
                name="deadline_change_is_kept",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func="RAISE EXCEPTION 'pgtrigger: Cannot update or delete rows from % table', TG_TABLE_NAME;",
                    hash="67b4ad77bd2e6b3f1038738fb241cd5ad3de922d",
                    operation="UPDATE OR DELETE",
                    pgid="pgtrigger_deadline_change_is_kept_a45b4",
                    table="reports_deadlinechange",
                    when="BEFORE",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="deadlinechange",
            trigger=pgtrigger.compiler.Trigger(
                name="is_journalled",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    declare="DECLARE was jsonb; became jsonb;",
                    func="\n            IF TG_OP <> 'INSERT' THEN was := to_jsonb(OLD); END IF;\n            IF TG_OP <> 'DELETE' THEN became := to_jsonb(NEW); END IF;\n            \n            IF was IS DISTINCT FROM became THEN\n                INSERT INTO accounts_journalentry (\"table\", key, before, after, by_id, at)\n                VALUES (TG_TABLE_NAME, coalesce(NEW.id, OLD.id), was, became,\n                        nullif(current_setting('dxportal.person', true), '')::bigint,\n                        coalesce(nullif(current_setting('dxportal.at', true), '')::timestamptz, now()));\n            END IF;\n            RETURN NULL;\n        ",
                    hash="669e182b2e84c0a638758b76d975e1fd10016793",
                    operation="INSERT OR UPDATE OR DELETE",
                    pgid="pgtrigger_is_journalled_32676",
                    table="reports_deadlinechange",
                    when="AFTER",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="respondent",
            trigger=pgtrigger.compiler.Trigger(
                name="version_in_use_stays",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func="\n            IF EXISTS (SELECT FROM reports_report WHERE version_id IN (OLD.version_id, NEW.version_id)) THEN\n                RAISE EXCEPTION 'A version that reports use does not change: begin a new one.'\n                    USING ERRCODE = 'integrity_constraint_violation';\n            END IF;\n            RETURN coalesce(NEW, OLD);\n        ",
                    hash="4b341f20ea5d8e46829ca4f8dd6ed5dc57688954",
                    operation="INSERT OR UPDATE OR DELETE",
                    pgid="pgtrigger_version_in_use_stays_e6a6a",
                    table="reports_respondent",
                    when="BEFORE",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="respondent",
            trigger=pgtrigger.compiler.Trigger(
                name="is_journalled",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    declare="DECLARE was jsonb; became jsonb;",
                    func="\n            IF TG_OP <> 'INSERT' THEN was := to_jsonb(OLD); END IF;\n            IF TG_OP <> 'DELETE' THEN became := to_jsonb(NEW); END IF;\n            \n            IF was IS DISTINCT FROM became THEN\n                INSERT INTO accounts_journalentry (\"table\", key, before, after, by_id, at)\n                VALUES (TG_TABLE_NAME, coalesce(NEW.id, OLD.id), was, became,\n                        nullif(current_setting('dxportal.person', true), '')::bigint,\n                        coalesce(nullif(current_setting('dxportal.at', true), '')::timestamptz, now()));\n            END IF;\n            RETURN NULL;\n        ",
                    hash="33578f48254f34ae20f5410b3bf0bbc44cbe8432",
                    operation="INSERT OR UPDATE OR DELETE",
                    pgid="pgtrigger_is_journalled_e514e",
                    table="reports_respondent",
                    when="AFTER",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="revision",
            trigger=pgtrigger.compiler.Trigger(
                name="revision_stays_frozen",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    condition='WHEN (OLD."frozen_at" IS NOT NULL)',
                    func="RAISE EXCEPTION 'pgtrigger: Cannot update or delete rows from % table', TG_TABLE_NAME;",
                    hash="74fd20ca5f6b354047f88612f79c4cdd6cf0caf8",
                    operation="UPDATE OR DELETE",
                    pgid="pgtrigger_revision_stays_frozen_c3a4b",
                    table="reports_revision",
                    when="BEFORE",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="report",
            trigger=pgtrigger.compiler.Trigger(
                name="report_moves_as_listed",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func="\n                    IF OLD.status <> NEW.status AND (OLD.status, NEW.status) NOT IN (('approved', 'draft'), ('checked', 'approved'), ('checked', 'draft'), ('checked', 'exempt'), ('draft', 'approved'), ('draft', 'exempt'), ('draft', 'submitted'), ('draft', 'to_sign'), ('exempt', 'checked'), ('exempt', 'draft'), ('exempt', 'submitted'), ('exempt', 'to_sign'), ('submitted', 'approved'), ('submitted', 'checked'), ('submitted', 'draft'), ('submitted', 'exempt'), ('to_sign', 'draft'), ('to_sign', 'exempt'), ('to_sign', 'submitted')) THEN\n                        RAISE EXCEPTION 'No move leads from % to %.', OLD.status, NEW.status\n                            USING ERRCODE = 'integrity_constraint_violation';\n                    END IF;\n                    IF NEW.approved_id IS DISTINCT FROM OLD.approved_id AND NOT EXISTS (\n                        SELECT FROM reports_revision\n                        WHERE id = NEW.approved_id AND report_id = NEW.id AND frozen_at IS NOT NULL AND NOT dropped\n                    ) THEN\n                        RAISE EXCEPTION 'Only a submitted revision of the report itself is approved.'\n                            USING ERRCODE = 'integrity_constraint_violation';\n                    END IF;\n                    RETURN NEW;\n                ",
                    hash="a02c2546f9b2a2c10068a7101dc12c76e1d94578",
                    operation='UPDATE OF "status", "approved_id"',
                    pgid="pgtrigger_report_moves_as_listed_b4f7b",
                    table="reports_report",
                    when="BEFORE",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="report",
            trigger=pgtrigger.compiler.Trigger(
                name="report_is_kept",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func="RAISE EXCEPTION 'pgtrigger: Cannot delete rows from % table', TG_TABLE_NAME;",
                    hash="240e06cbadcb4a011a90e826166de9aa7d42c1cc",
                    operation="DELETE",
                    pgid="pgtrigger_report_is_kept_72338",
                    table="reports_report",
                    when="BEFORE",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="issueddocument",
            trigger=pgtrigger.compiler.Trigger(
                name="issued_document_is_kept",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func="RAISE EXCEPTION 'pgtrigger: Cannot update or delete rows from % table', TG_TABLE_NAME;",
                    hash="f2e62a0ac32a28c7559cb3c7a85e986a5661121a",
                    operation="UPDATE OR DELETE",
                    pgid="pgtrigger_issued_document_is_kept_e9e9f",
                    table="reports_issueddocument",
                    when="BEFORE",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="attachment",
            trigger=pgtrigger.compiler.Trigger(
                name="attachment_stays_frozen_insert",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func="\n            PERFORM 1 FROM reports_revision WHERE id IN (SELECT revision_id FROM written) ORDER BY id FOR SHARE;\n            IF EXISTS (SELECT FROM reports_revision WHERE id IN (SELECT revision_id FROM written) AND frozen_at IS NOT NULL) THEN\n                RAISE EXCEPTION 'The attachments of a submitted revision do not change.'\n                    USING ERRCODE = 'integrity_constraint_violation';\n            END IF;\n            RETURN NULL;\n        ",
                    hash="a1b4791bdb87b2326eb23cb49790a0bd9ad08f11",
                    level="STATEMENT",
                    operation="INSERT",
                    pgid="pgtrigger_attachment_stays_frozen_insert_871e8",
                    referencing="REFERENCING NEW TABLE AS written ",
                    table="reports_attachment",
                    when="AFTER",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="attachment",
            trigger=pgtrigger.compiler.Trigger(
                name="attachment_stays_frozen_update",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func="\n            PERFORM 1 FROM reports_revision WHERE id IN (SELECT revision_id FROM replaced UNION SELECT revision_id FROM written) ORDER BY id FOR SHARE;\n            IF EXISTS (SELECT FROM reports_revision WHERE id IN (SELECT revision_id FROM replaced UNION SELECT revision_id FROM written) AND frozen_at IS NOT NULL) THEN\n                RAISE EXCEPTION 'The attachments of a submitted revision do not change.'\n                    USING ERRCODE = 'integrity_constraint_violation';\n            END IF;\n            RETURN NULL;\n        ",
                    hash="6f7552a0bcbade07ca3e839aa5aab2d962cd801f",
                    level="STATEMENT",
                    operation="UPDATE",
                    pgid="pgtrigger_attachment_stays_frozen_update_08a59",
                    referencing="REFERENCING OLD TABLE AS replaced  NEW TABLE AS written ",
                    table="reports_attachment",
                    when="AFTER",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="attachment",
            trigger=pgtrigger.compiler.Trigger(
                name="attachment_stays_frozen_delete",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func="\n            PERFORM 1 FROM reports_revision WHERE id IN (SELECT revision_id FROM replaced) ORDER BY id FOR SHARE;\n            IF EXISTS (SELECT FROM reports_revision WHERE id IN (SELECT revision_id FROM replaced) AND frozen_at IS NOT NULL) THEN\n                RAISE EXCEPTION 'The attachments of a submitted revision do not change.'\n                    USING ERRCODE = 'integrity_constraint_violation';\n            END IF;\n            RETURN NULL;\n        ",
                    hash="b735d0f76d63a67bcf57532853300394f389f916",
                    level="STATEMENT",
                    operation="DELETE",
                    pgid="pgtrigger_attachment_stays_frozen_delete_f3933",
                    referencing="REFERENCING OLD TABLE AS replaced ",
                    table="reports_attachment",
                    when="AFTER",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="rule",
            trigger=pgtrigger.compiler.Trigger(
                name="version_in_use_stays",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func="\n            IF EXISTS (SELECT FROM reports_report WHERE version_id IN (OLD.version_id, NEW.version_id)) THEN\n                RAISE EXCEPTION 'A version that reports use does not change: begin a new one.'\n                    USING ERRCODE = 'integrity_constraint_violation';\n            END IF;\n            RETURN coalesce(NEW, OLD);\n        ",
                    hash="5107d64373d883b1ea2f9634076db32226d9caaf",
                    operation="INSERT OR UPDATE OR DELETE",
                    pgid="pgtrigger_version_in_use_stays_9e4bd",
                    table="reports_rule",
                    when="BEFORE",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="rule",
            trigger=pgtrigger.compiler.Trigger(
                name="is_journalled",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    declare="DECLARE was jsonb; became jsonb;",
                    func="\n            IF TG_OP <> 'INSERT' THEN was := to_jsonb(OLD); END IF;\n            IF TG_OP <> 'DELETE' THEN became := to_jsonb(NEW); END IF;\n            \n            IF was IS DISTINCT FROM became THEN\n                INSERT INTO accounts_journalentry (\"table\", key, before, after, by_id, at)\n                VALUES (TG_TABLE_NAME, coalesce(NEW.id, OLD.id), was, became,\n                        nullif(current_setting('dxportal.person', true), '')::bigint,\n                        coalesce(nullif(current_setting('dxportal.at', true), '')::timestamptz, now()));\n            END IF;\n            RETURN NULL;\n        ",
                    hash="62b74bf3e42b41d0ad7d63eed61f727699601852",
                    operation="INSERT OR UPDATE OR DELETE",
                    pgid="pgtrigger_is_journalled_ba6d0",
                    table="reports_rule",
                    when="AFTER",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="ruling",
            trigger=pgtrigger.compiler.Trigger(
                name="ruling_is_kept",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func="RAISE EXCEPTION 'pgtrigger: Cannot update or delete rows from % table', TG_TABLE_NAME;",
                    hash="acae3c54b1d270276c57a2c24263a26fabb5eb91",
                    operation="UPDATE OR DELETE",
                    pgid="pgtrigger_ruling_is_kept_3419b",
                    table="reports_ruling",
                    when="BEFORE",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="ruling",
            trigger=pgtrigger.compiler.Trigger(
                name="is_journalled",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    declare="DECLARE was jsonb; became jsonb;",
                    func="\n            IF TG_OP <> 'INSERT' THEN was := to_jsonb(OLD); END IF;\n            IF TG_OP <> 'DELETE' THEN became := to_jsonb(NEW); END IF;\n            \n            IF was IS DISTINCT FROM became THEN\n                INSERT INTO accounts_journalentry (\"table\", key, before, after, by_id, at)\n                VALUES (TG_TABLE_NAME, coalesce(NEW.id, OLD.id), was, became,\n                        nullif(current_setting('dxportal.person', true), '')::bigint,\n                        coalesce(nullif(current_setting('dxportal.at', true), '')::timestamptz, now()));\n            END IF;\n            RETURN NULL;\n        ",
                    hash="4ed968f0153d9a542029150b2299086272d86a55",
                    operation="INSERT OR UPDATE OR DELETE",
                    pgid="pgtrigger_is_journalled_928fd",
                    table="reports_ruling",
                    when="AFTER",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="sealedhead",
            trigger=pgtrigger.compiler.Trigger(
                name="sealed_head_is_kept",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func="RAISE EXCEPTION 'pgtrigger: Cannot update or delete rows from % table', TG_TABLE_NAME;",
                    hash="952c11cc9428843b3d8749ccdd5fcd298d4711b2",
                    operation="UPDATE OR DELETE",
                    pgid="pgtrigger_sealed_head_is_kept_21a70",
                    table="reports_sealedhead",
                    when="BEFORE",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="section",
            trigger=pgtrigger.compiler.Trigger(
                name="version_in_use_stays",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func="\n            IF EXISTS (SELECT FROM reports_report WHERE version_id IN (OLD.version_id, NEW.version_id)) THEN\n                RAISE EXCEPTION 'A version that reports use does not change: begin a new one.'\n                    USING ERRCODE = 'integrity_constraint_violation';\n            END IF;\n            RETURN coalesce(NEW, OLD);\n        ",
                    hash="5645beca7c0833b170b05814efe0027fa020918d",
                    operation="INSERT OR UPDATE OR DELETE",
                    pgid="pgtrigger_version_in_use_stays_ddd27",
                    table="reports_section",
                    when="BEFORE",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="section",
            trigger=pgtrigger.compiler.Trigger(
                name="is_journalled",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    declare="DECLARE was jsonb; became jsonb;",
                    func="\n            IF TG_OP <> 'INSERT' THEN was := to_jsonb(OLD); END IF;\n            IF TG_OP <> 'DELETE' THEN became := to_jsonb(NEW); END IF;\n            \n            IF was IS DISTINCT FROM became THEN\n                INSERT INTO accounts_journalentry (\"table\", key, before, after, by_id, at)\n                VALUES (TG_TABLE_NAME, coalesce(NEW.id, OLD.id), was, became,\n                        nullif(current_setting('dxportal.person', true), '')::bigint,\n                        coalesce(nullif(current_setting('dxportal.at', true), '')::timestamptz, now()));\n            END IF;\n            RETURN NULL;\n        ",
                    hash="fbbff4abaf065d65f36b74140b56b0e7fb7b24fe",
                    operation="INSERT OR UPDATE OR DELETE",
                    pgid="pgtrigger_is_journalled_c949f",
                    table="reports_section",
                    when="AFTER",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="row",
            trigger=pgtrigger.compiler.Trigger(
                name="version_in_use_stays",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func="\n            IF EXISTS (SELECT FROM reports_report WHERE version_id IN ((SELECT version_id FROM reports_section WHERE id = OLD.section_id), (SELECT version_id FROM reports_section WHERE id = NEW.section_id))) THEN\n                RAISE EXCEPTION 'A version that reports use does not change: begin a new one.'\n                    USING ERRCODE = 'integrity_constraint_violation';\n            END IF;\n            RETURN coalesce(NEW, OLD);\n        ",
                    hash="ed2fcd9cbadb778ac9d40ba081690d7c0e7eb354",
                    operation="INSERT OR UPDATE OR DELETE",
                    pgid="pgtrigger_version_in_use_stays_28fd8",
                    table="reports_row",
                    when="BEFORE",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="row",
            trigger=pgtrigger.compiler.Trigger(
                name="is_journalled",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    declare="DECLARE was jsonb; became jsonb;",
                    func="\n            IF TG_OP <> 'INSERT' THEN was := to_jsonb(OLD); END IF;\n            IF TG_OP <> 'DELETE' THEN became := to_jsonb(NEW); END IF;\n            \n            IF was IS DISTINCT FROM became THEN\n                INSERT INTO accounts_journalentry (\"table\", key, before, after, by_id, at)\n                VALUES (TG_TABLE_NAME, coalesce(NEW.id, OLD.id), was, became,\n                        nullif(current_setting('dxportal.person', true), '')::bigint,\n                        coalesce(nullif(current_setting('dxportal.at', true), '')::timestamptz, now()));\n            END IF;\n            RETURN NULL;\n        ",
                    hash="242e71b60866fc94b3f8f1251380050c3b35f313",
                    operation="INSERT OR UPDATE OR DELETE",
                    pgid="pgtrigger_is_journalled_32f44",
                    table="reports_row",
                    when="AFTER",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="part",
            trigger=pgtrigger.compiler.Trigger(
                name="is_journalled",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    declare="DECLARE was jsonb; became jsonb;",
                    func="\n            IF TG_OP <> 'INSERT' THEN was := to_jsonb(OLD); END IF;\n            IF TG_OP <> 'DELETE' THEN became := to_jsonb(NEW); END IF;\n            \n            IF was IS DISTINCT FROM became THEN\n                INSERT INTO accounts_journalentry (\"table\", key, before, after, by_id, at)\n                VALUES (TG_TABLE_NAME, coalesce(NEW.id, OLD.id), was, became,\n                        nullif(current_setting('dxportal.person', true), '')::bigint,\n                        coalesce(nullif(current_setting('dxportal.at', true), '')::timestamptz, now()));\n            END IF;\n            RETURN NULL;\n        ",
                    hash="7754393642b2d2ac01938459bccd3deb17575ace",
                    operation="INSERT OR UPDATE OR DELETE",
                    pgid="pgtrigger_is_journalled_0d348",
                    table="reports_part",
                    when="AFTER",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="item",
            trigger=pgtrigger.compiler.Trigger(
                name="version_in_use_stays",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func="\n            IF EXISTS (SELECT FROM reports_report WHERE version_id IN (OLD.version_id, NEW.version_id)) THEN\n                RAISE EXCEPTION 'A version that reports use does not change: begin a new one.'\n                    USING ERRCODE = 'integrity_constraint_violation';\n            END IF;\n            RETURN coalesce(NEW, OLD);\n        ",
                    hash="be4ac9cc5c0cdcd42e5b4648b03da6dd8a71ed13",
                    operation="INSERT OR UPDATE OR DELETE",
                    pgid="pgtrigger_version_in_use_stays_c7f66",
                    table="reports_item",
                    when="BEFORE",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="item",
            trigger=pgtrigger.compiler.Trigger(
                name="is_journalled",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    declare="DECLARE was jsonb; became jsonb;",
                    func="\n            IF TG_OP <> 'INSERT' THEN was := to_jsonb(OLD); END IF;\n            IF TG_OP <> 'DELETE' THEN became := to_jsonb(NEW); END IF;\n            \n            IF was IS DISTINCT FROM became THEN\n                INSERT INTO accounts_journalentry (\"table\", key, before, after, by_id, at)\n                VALUES (TG_TABLE_NAME, coalesce(NEW.id, OLD.id), was, became,\n                        nullif(current_setting('dxportal.person', true), '')::bigint,\n                        coalesce(nullif(current_setting('dxportal.at', true), '')::timestamptz, now()));\n            END IF;\n            RETURN NULL;\n        ",
                    hash="f97549bbbe99312e4d0e070e565898720dae78a4",
                    operation="INSERT OR UPDATE OR DELETE",
                    pgid="pgtrigger_is_journalled_bdaed",
                    table="reports_item",
                    when="AFTER",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="source",
            trigger=pgtrigger.compiler.Trigger(
                name="is_journalled",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    declare="DECLARE was jsonb; became jsonb;",
                    func="\n            IF TG_OP <> 'INSERT' THEN was := to_jsonb(OLD); END IF;\n            IF TG_OP <> 'DELETE' THEN became := to_jsonb(NEW); END IF;\n            \n            IF was IS DISTINCT FROM became THEN\n                INSERT INTO accounts_journalentry (\"table\", key, before, after, by_id, at)\n                VALUES (TG_TABLE_NAME, coalesce(NEW.id, OLD.id), was, became,\n                        nullif(current_setting('dxportal.person', true), '')::bigint,\n                        coalesce(nullif(current_setting('dxportal.at', true), '')::timestamptz, now()));\n            END IF;\n            RETURN NULL;\n        ",
                    hash="cec3e6917eeb1a0028eab92ed19a1cff80ef507a",
                    operation="INSERT OR UPDATE OR DELETE",
                    pgid="pgtrigger_is_journalled_59873",
                    table="reports_source",
                    when="AFTER",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="standinglist",
            trigger=pgtrigger.compiler.Trigger(
                name="standing_list_stays_as_issued",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    condition='WHEN (OLD."issued_at" IS NOT NULL)',
                    func="RAISE EXCEPTION 'pgtrigger: Cannot update or delete rows from % table', TG_TABLE_NAME;",
                    hash="9cbf0be538b989e3781886f5f1bb757e6b58a5b4",
                    operation="UPDATE OR DELETE",
                    pgid="pgtrigger_standing_list_stays_as_issued_acae3",
                    table="reports_standinglist",
                    when="BEFORE",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="standinglist",
            trigger=pgtrigger.compiler.Trigger(
                name="is_journalled",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    declare="DECLARE was jsonb; became jsonb;",
                    func="\n            IF TG_OP <> 'INSERT' THEN was := to_jsonb(OLD) - ARRAY['content']; END IF;\n            IF TG_OP <> 'DELETE' THEN became := to_jsonb(NEW) - ARRAY['content']; END IF;\n            \n            IF was IS DISTINCT FROM became THEN\n                INSERT INTO accounts_journalentry (\"table\", key, before, after, by_id, at)\n                VALUES (TG_TABLE_NAME, coalesce(NEW.id, OLD.id), was, became,\n                        nullif(current_setting('dxportal.person', true), '')::bigint,\n                        coalesce(nullif(current_setting('dxportal.at', true), '')::timestamptz, now()));\n            END IF;\n            RETURN NULL;\n        ",
                    hash="287674c3b337576066887e681e77de26cba091aa",
                    operation="INSERT OR UPDATE OR DELETE",
                    pgid="pgtrigger_is_journalled_e88fe",
                    table="reports_standinglist",
                    when="AFTER",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="objection",
            trigger=pgtrigger.compiler.Trigger(
                name="objection_stays_as_answered",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    condition='WHEN (OLD."answered_at" IS NOT NULL)',
                    func="RAISE EXCEPTION 'pgtrigger: Cannot update or delete rows from % table', TG_TABLE_NAME;",
                    hash="d46a4cefec35add293f5c485ccb9daa1147a4cd5",
                    operation="UPDATE OR DELETE",
                    pgid="pgtrigger_objection_stays_as_answered_bb5f0",
                    table="reports_objection",
                    when="BEFORE",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="objection",
            trigger=pgtrigger.compiler.Trigger(
                name="is_journalled",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    declare="DECLARE was jsonb; became jsonb;",
                    func="\n            IF TG_OP <> 'INSERT' THEN was := to_jsonb(OLD); END IF;\n            IF TG_OP <> 'DELETE' THEN became := to_jsonb(NEW); END IF;\n            \n            IF was IS DISTINCT FROM became THEN\n                INSERT INTO accounts_journalentry (\"table\", key, before, after, by_id, at)\n                VALUES (TG_TABLE_NAME, coalesce(NEW.id, OLD.id), was, became,\n                        nullif(current_setting('dxportal.person', true), '')::bigint,\n                        coalesce(nullif(current_setting('dxportal.at', true), '')::timestamptz, now()));\n            END IF;\n            RETURN NULL;\n        ",
                    hash="e968193745df18657bf47e42a43fcd93a974e96f",
                    operation="INSERT OR UPDATE OR DELETE",
                    pgid="pgtrigger_is_journalled_165c7",
                    table="reports_objection",
                    when="AFTER",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="step",
            trigger=pgtrigger.compiler.Trigger(
                name="step_is_kept",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func="RAISE EXCEPTION 'pgtrigger: Cannot update or delete rows from % table', TG_TABLE_NAME;",
                    hash="c146739d259453a62386de0ea6bb1b2336c36d17",
                    operation="UPDATE OR DELETE",
                    pgid="pgtrigger_step_is_kept_6d978",
                    table="reports_step",
                    when="BEFORE",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="remark",
            trigger=pgtrigger.compiler.Trigger(
                name="remark_sent_stays",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    condition="WHEN (OLD.step_id IS NOT NULL AND (OLD.report_id, OLD.revision_id, OLD.item_id, OLD.row, OLD.paragraph, OLD.text, OLD.by_id, OLD.at, OLD.step_id) IS DISTINCT FROM (NEW.report_id, NEW.revision_id, NEW.item_id, NEW.row, NEW.paragraph, NEW.text, NEW.by_id, NEW.at, NEW.step_id))",
                    func="RAISE EXCEPTION 'pgtrigger: Cannot update rows from % table', TG_TABLE_NAME;",
                    hash="e2699520c0070647644c38771143c014eb3e8986",
                    operation="UPDATE",
                    pgid="pgtrigger_remark_sent_stays_51285",
                    table="reports_remark",
                    when="BEFORE",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="remark",
            trigger=pgtrigger.compiler.Trigger(
                name="remark_sent_is_kept",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    condition='WHEN (OLD."step_id" IS NOT NULL)',
                    func="RAISE EXCEPTION 'pgtrigger: Cannot delete rows from % table', TG_TABLE_NAME;",
                    hash="65bb2bcc51a9f915ebd50073466c480dc2542ad3",
                    operation="DELETE",
                    pgid="pgtrigger_remark_sent_is_kept_2ede2",
                    table="reports_remark",
                    when="BEFORE",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="synthesisentry",
            trigger=pgtrigger.compiler.Trigger(
                name="synthesis_entry_is_kept",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func="RAISE EXCEPTION 'pgtrigger: Cannot update or delete rows from % table', TG_TABLE_NAME;",
                    hash="06b217f778890ad36522de240f19cc27f0e48ac9",
                    operation="UPDATE OR DELETE",
                    pgid="pgtrigger_synthesis_entry_is_kept_bc085",
                    table="reports_synthesisentry",
                    when="BEFORE",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="synthesis",
            trigger=pgtrigger.compiler.Trigger(
                name="synthesis_is_kept",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func="RAISE EXCEPTION 'pgtrigger: Cannot update or delete rows from % table', TG_TABLE_NAME;",
                    hash="668807b1c317a776496245ef1f8a2eb319b1be75",
                    operation="UPDATE OR DELETE",
                    pgid="pgtrigger_synthesis_is_kept_4686e",
                    table="reports_synthesis",
                    when="BEFORE",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="target",
            trigger=pgtrigger.compiler.Trigger(
                name="is_journalled",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    declare="DECLARE was jsonb; became jsonb;",
                    func="\n            IF TG_OP <> 'INSERT' THEN was := to_jsonb(OLD); END IF;\n            IF TG_OP <> 'DELETE' THEN became := to_jsonb(NEW); END IF;\n            \n            IF was IS DISTINCT FROM became THEN\n                INSERT INTO accounts_journalentry (\"table\", key, before, after, by_id, at)\n                VALUES (TG_TABLE_NAME, coalesce(NEW.id, OLD.id), was, became,\n                        nullif(current_setting('dxportal.person', true), '')::bigint,\n                        coalesce(nullif(current_setting('dxportal.at', true), '')::timestamptz, now()));\n            END IF;\n            RETURN NULL;\n        ",
                    hash="26d03cf1bc57d90d92269582af5f645ca06995bc",
                    operation="INSERT OR UPDATE OR DELETE",
                    pgid="pgtrigger_is_journalled_aff3b",
                    table="reports_target",
                    when="AFTER",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="task",
            trigger=pgtrigger.compiler.Trigger(
                name="is_journalled",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    declare="DECLARE was jsonb; became jsonb;",
                    func="\n            IF TG_OP <> 'INSERT' THEN was := to_jsonb(OLD); END IF;\n            IF TG_OP <> 'DELETE' THEN became := to_jsonb(NEW); END IF;\n            \n            IF was IS DISTINCT FROM became THEN\n                INSERT INTO accounts_journalentry (\"table\", key, before, after, by_id, at)\n                VALUES (TG_TABLE_NAME, coalesce(NEW.id, OLD.id), was, became,\n                        nullif(current_setting('dxportal.person', true), '')::bigint,\n                        coalesce(nullif(current_setting('dxportal.at', true), '')::timestamptz, now()));\n            END IF;\n            RETURN NULL;\n        ",
                    hash="f2f53c3f56958668ce7fa718ff0b27e4537cdd11",
                    operation="INSERT OR UPDATE OR DELETE",
                    pgid="pgtrigger_is_journalled_4d942",
                    table="reports_task",
                    when="AFTER",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="value",
            trigger=pgtrigger.compiler.Trigger(
                name="value_stays_frozen_insert",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func="\n            PERFORM 1 FROM reports_revision WHERE id IN (SELECT revision_id FROM written) ORDER BY id FOR SHARE;\n            IF EXISTS (SELECT FROM reports_revision WHERE id IN (SELECT revision_id FROM written) AND frozen_at IS NOT NULL) THEN\n                RAISE EXCEPTION 'The values of a submitted revision do not change.'\n                    USING ERRCODE = 'integrity_constraint_violation';\n            END IF;\n            RETURN NULL;\n        ",
                    hash="128c3ee402fe9d1c0f0b605e9805cf2a00f69ae3",
                    level="STATEMENT",
                    operation="INSERT",
                    pgid="pgtrigger_value_stays_frozen_insert_d6d18",
                    referencing="REFERENCING NEW TABLE AS written ",
                    table="reports_value",
                    when="AFTER",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="value",
            trigger=pgtrigger.compiler.Trigger(
                name="value_stays_frozen_update",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func="\n            PERFORM 1 FROM reports_revision WHERE id IN (SELECT revision_id FROM replaced UNION SELECT revision_id FROM written) ORDER BY id FOR SHARE;\n            IF EXISTS (SELECT FROM reports_revision WHERE id IN (SELECT revision_id FROM replaced UNION SELECT revision_id FROM written) AND frozen_at IS NOT NULL) THEN\n                RAISE EXCEPTION 'The values of a submitted revision do not change.'\n                    USING ERRCODE = 'integrity_constraint_violation';\n            END IF;\n            RETURN NULL;\n        ",
                    hash="2f563664c7c7d50d986e52ad9c81ebb7cd0e73a6",
                    level="STATEMENT",
                    operation="UPDATE",
                    pgid="pgtrigger_value_stays_frozen_update_048da",
                    referencing="REFERENCING OLD TABLE AS replaced  NEW TABLE AS written ",
                    table="reports_value",
                    when="AFTER",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="value",
            trigger=pgtrigger.compiler.Trigger(
                name="value_stays_frozen_delete",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func="\n            PERFORM 1 FROM reports_revision WHERE id IN (SELECT revision_id FROM replaced) ORDER BY id FOR SHARE;\n            IF EXISTS (SELECT FROM reports_revision WHERE id IN (SELECT revision_id FROM replaced) AND frozen_at IS NOT NULL) THEN\n                RAISE EXCEPTION 'The values of a submitted revision do not change.'\n                    USING ERRCODE = 'integrity_constraint_violation';\n            END IF;\n            RETURN NULL;\n        ",
                    hash="64d156977809c43959d00bfb7a0c641ca0d70f46",
                    level="STATEMENT",
                    operation="DELETE",
                    pgid="pgtrigger_value_stays_frozen_delete_726cf",
                    referencing="REFERENCING OLD TABLE AS replaced ",
                    table="reports_value",
                    when="AFTER",
                ),
            ),
        ),
    ]
