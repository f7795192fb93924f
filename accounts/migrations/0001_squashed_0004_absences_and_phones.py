"""All tables as they are, at once: what a new installation runs in place of the steps that led there."""

import django.contrib.auth.validators
import django.contrib.postgres.constraints
import django.contrib.postgres.fields
import django.contrib.postgres.fields.ranges
import django.contrib.postgres.indexes
import django.contrib.postgres.operations
import django.core.validators
import django.db.models.deletion
import pgtrigger.compiler
import pgtrigger.migrations
from django.conf import settings
from django.core.management import call_command
from django.db import migrations, models

import accounts.fields
import accounts.models


def create_cache_table(apps, schema_editor):
    """The table behind the rate limits of the sign-in."""
    call_command("createcachetable", verbosity=0)


class Migration(migrations.Migration):
    initial = True
    replaces = [
        ("accounts", "0001_initial"),
        ("accounts", "0002_capacities_journal_keys"),
        ("accounts", "0003_journal"),
        ("accounts", "0004_absences_and_phones"),
    ]

    dependencies = []

    operations = [
        django.contrib.postgres.operations.BtreeGistExtension(),
        django.contrib.postgres.operations.TrigramExtension(),
        migrations.CreateModel(
            name="Unit",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
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
                    "kind",
                    models.TextField(
                        choices=[
                            ("city", "City under the Government"),
                            ("office", "Office"),
                            ("department", "Department"),
                            ("inspectorate", "Inspectorate"),
                            ("board", "Board"),
                            ("urban_district", "Urban district"),
                            ("rural_district", "Rural district"),
                            ("town", "Town"),
                            ("ward", "Ward"),
                            ("commune", "Rural commune"),
                            ("township", "Township"),
                            ("division", "Division of a unit"),
                        ],
                        verbose_name="kind",
                    ),
                ),
                ("code", models.TextField(verbose_name="code")),
                ("name", models.TextField(verbose_name="name")),
                ("short_name", models.TextField(blank=True, verbose_name="short name")),
                (
                    "parent",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="children",
                        to="accounts.unit",
                        verbose_name="superior unit",
                    ),
                ),
                (
                    "path",
                    django.contrib.postgres.fields.ArrayField(
                        base_field=models.BigIntegerField(), default=list, editable=False, size=None
                    ),
                ),
                ("valid", django.contrib.postgres.fields.ranges.DateRangeField(verbose_name="valid")),
                ("sort_key", accounts.fields.DerivedTextField(derive=accounts.models.unit_sort_key)),
                ("search_key", accounts.fields.DerivedTextField(derive=accounts.models.unit_search_key)),
            ],
            options={
                "verbose_name": "unit",
                "verbose_name_plural": "units",
                "ordering": ["sort_key", "pk"],
                "indexes": [
                    django.contrib.postgres.indexes.GinIndex(fields=["path"], name="unit_path"),
                    django.contrib.postgres.indexes.GinIndex(
                        fields=["search_key"], name="unit_search", opclasses=["gin_trgm_ops"]
                    ),
                ],
                "constraints": [
                    django.contrib.postgres.constraints.ExclusionConstraint(
                        expressions=[("code", "="), ("valid", "&&")],
                        name="unit_code_once_a_day",
                        violation_error_message="Another unit in force on the same days already has this code.",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("level__in", ["city", "department", "district", "commune", "division"])),
                        name="unit_level_known",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            (
                                "kind__in",
                                [
                                    "city",
                                    "office",
                                    "department",
                                    "inspectorate",
                                    "board",
                                    "urban_district",
                                    "rural_district",
                                    "town",
                                    "ward",
                                    "commune",
                                    "township",
                                    "division",
                                ],
                            )
                        ),
                        name="unit_kind_known",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("level", "city"), ("parent", None)), ("parent__isnull", False), _connector="OR"
                        ),
                        name="unit_below_the_city",
                        violation_error_message="Every unit except the city stands below another unit.",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="User",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("password", models.CharField(max_length=128, verbose_name="password")),
                ("last_login", models.DateTimeField(blank=True, null=True, verbose_name="last login")),
                (
                    "username",
                    models.TextField(
                        unique=True,
                        validators=[django.contrib.auth.validators.UnicodeUsernameValidator()],
                        verbose_name="user name",
                    ),
                ),
                ("full_name", models.TextField(verbose_name="full name")),
                ("email", models.EmailField(blank=True, max_length=254, verbose_name="e-mail")),
                (
                    "phone",
                    models.TextField(
                        blank=True,
                        db_default="",
                        default="",
                        validators=[
                            django.core.validators.RegexValidator(
                                "^\\+?[0-9]{8,15}\\Z", "Write the number in digits only, with a + before it if need be."
                            )
                        ],
                        verbose_name="phone",
                    ),
                ),
                ("is_active", models.BooleanField(default=True, verbose_name="active")),
                ("sort_key", accounts.fields.DerivedTextField(derive=accounts.models.user_sort_key)),
                ("search_key", accounts.fields.DerivedTextField(derive=accounts.models.user_search_key)),
            ],
            options={
                "verbose_name": "person",
                "verbose_name_plural": "people",
                "ordering": ["sort_key", "pk"],
            },
        ),
        migrations.CreateModel(
            name="Appointment",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "user",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="appointments",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="person",
                    ),
                ),
                (
                    "unit",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="appointments",
                        to="accounts.unit",
                        verbose_name="unit",
                    ),
                ),
                (
                    "role",
                    models.TextField(
                        choices=[
                            ("reporter", "Reporter"),
                            ("head", "Head of unit"),
                            ("clerk", "Records clerk"),
                            ("reviewer", "Reviewer"),
                            ("approver", "Approver"),
                            ("inspector", "Inspector"),
                            ("observer", "Observer"),
                            ("administrator", "Administrator"),
                        ],
                        verbose_name="role",
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
                        default="head",
                        verbose_name="signs as",
                    ),
                ),
                ("document", models.TextField(blank=True, default="", verbose_name="document")),
                ("valid", django.contrib.postgres.fields.ranges.DateTimeRangeField(verbose_name="valid")),
            ],
            options={
                "verbose_name": "appointment",
                "verbose_name_plural": "appointments",
                "constraints": [
                    django.contrib.postgres.constraints.ExclusionConstraint(
                        expressions=[("user", "="), ("unit", "="), ("role", "="), ("valid", "&&")],
                        name="appointment_once_at_a_time",
                        violation_error_message="This person already has this role in this unit at that time.",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            (
                                "role__in",
                                [
                                    "reporter",
                                    "head",
                                    "clerk",
                                    "reviewer",
                                    "approver",
                                    "inspector",
                                    "observer",
                                    "administrator",
                                ],
                            )
                        ),
                        name="appointment_role_known",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("capacity__in", ["head", "deputy", "acting", "by_order", "authorised"])),
                        name="appointment_capacity_known",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("capacity", "head"), ("role", "head"), _connector="OR"),
                        name="appointment_capacity_is_a_signers",
                        violation_error_message="Only who signs for a unit does so in a capacity.",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("capacity", "authorised"), _negated=True),
                            models.Q(models.Q(("document", ""), _negated=True), ("valid__upper_inf", False)),
                            _connector="OR",
                        ),
                        name="appointment_authorised_by_document",
                        violation_error_message="An authorisation names its document and its last day.",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Absence",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "person",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="absences",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="person",
                    ),
                ),
                ("valid", django.contrib.postgres.fields.ranges.DateRangeField(verbose_name="away")),
            ],
            options={
                "verbose_name": "absence of a person",
                "verbose_name_plural": "absences of people",
                "ordering": ["valid"],
                "constraints": [
                    django.contrib.postgres.constraints.ExclusionConstraint(
                        expressions=[("person", "="), ("valid", "&&")],
                        name="absence_once_a_day",
                        violation_error_message="This person is already away on some of these days.",
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="JournalEntry",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("table", models.TextField(verbose_name="table")),
                ("key", models.BigIntegerField(verbose_name="key")),
                ("before", models.JSONField(null=True, verbose_name="before")),
                ("after", models.JSONField(null=True, verbose_name="after")),
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
                ("at", models.DateTimeField(verbose_name="at")),
            ],
            options={
                "verbose_name": "journal entry",
                "verbose_name_plural": "journal",
                "ordering": ["-at", "-pk"],
                "indexes": [
                    models.Index(fields=["table", "key", "-id"], name="journal_of_a_row"),
                    models.Index(fields=["table", "-at", "-id"], name="journal_of_a_table"),
                    models.Index(fields=["-at", "-id"], name="journal_by_time"),
                ],
            },
        ),
        migrations.CreateModel(
            name="IdempotencyKey",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "person",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="person",
                    ),
                ),
                ("key", models.TextField(verbose_name="key")),
                ("request", models.TextField(verbose_name="SHA-256 of method, address and body")),
                ("status", models.PositiveSmallIntegerField(null=True, verbose_name="status")),
                ("content_type", models.TextField(blank=True, default="", verbose_name="content type")),
                ("content", models.BinaryField(default=b"", verbose_name="content")),
                ("at", models.DateTimeField(verbose_name="at")),
            ],
            options={
                "verbose_name": "idempotency key",
                "verbose_name_plural": "idempotency keys",
                "indexes": [models.Index(fields=["at"], name="idempotency_key_age")],
                "constraints": [models.UniqueConstraint(fields=("person", "key"), name="idempotency_key_once")],
            },
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="user",
            trigger=pgtrigger.compiler.Trigger(
                name="is_journalled",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    declare="DECLARE was jsonb; became jsonb;",
                    func="\n            IF TG_OP <> 'INSERT' THEN was := to_jsonb(OLD) - ARRAY['last_login', 'sort_key', 'search_key', 'password']; END IF;\n            IF TG_OP <> 'DELETE' THEN became := to_jsonb(NEW) - ARRAY['last_login', 'sort_key', 'search_key', 'password']; END IF;\n            IF TG_OP = 'UPDATE' THEN IF OLD.password IS DISTINCT FROM NEW.password THEN became := became || '{\"password\": \"changed\"}'; END IF; END IF;\n            IF was IS DISTINCT FROM became THEN\n                INSERT INTO accounts_journalentry (\"table\", key, before, after, by_id, at)\n                VALUES (TG_TABLE_NAME, coalesce(NEW.id, OLD.id), was, became,\n                        nullif(current_setting('dxportal.person', true), '')::bigint,\n                        coalesce(nullif(current_setting('dxportal.at', true), '')::timestamptz, now()));\n            END IF;\n            RETURN NULL;\n        ",
                    hash="77919bc4b5476ae788feba97b718cfb931f591e8",
                    operation="INSERT OR UPDATE OR DELETE",
                    pgid="pgtrigger_is_journalled_7c9dd",
                    table="accounts_user",
                    when="AFTER",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="absence",
            trigger=pgtrigger.compiler.Trigger(
                name="is_journalled",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    declare="DECLARE was jsonb; became jsonb;",
                    func="\n            IF TG_OP <> 'INSERT' THEN was := to_jsonb(OLD); END IF;\n            IF TG_OP <> 'DELETE' THEN became := to_jsonb(NEW); END IF;\n            \n            IF was IS DISTINCT FROM became THEN\n                INSERT INTO accounts_journalentry (\"table\", key, before, after, by_id, at)\n                VALUES (TG_TABLE_NAME, coalesce(NEW.id, OLD.id), was, became,\n                        nullif(current_setting('dxportal.person', true), '')::bigint,\n                        coalesce(nullif(current_setting('dxportal.at', true), '')::timestamptz, now()));\n            END IF;\n            RETURN NULL;\n        ",
                    hash="8d3357d3c62f911e1c576ed5439be240eb465a18",
                    operation="INSERT OR UPDATE OR DELETE",
                    pgid="pgtrigger_is_journalled_8508e",
                    table="accounts_absence",
                    when="AFTER",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="journalentry",
            trigger=pgtrigger.compiler.Trigger(
                name="journal_is_kept",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func="RAISE EXCEPTION 'pgtrigger: Cannot update or delete rows from % table', TG_TABLE_NAME;",
                    hash="9e31b4b0d0de97858f5143d5763f9491a90046da",
                    operation="UPDATE OR DELETE",
                    pgid="pgtrigger_journal_is_kept_38c91",
                    table="accounts_journalentry",
                    when="BEFORE",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="unit",
            trigger=pgtrigger.compiler.Trigger(
                name="unit_path",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func="\n                    NEW.path := coalesce((SELECT path FROM accounts_unit WHERE id = NEW.parent_id), '{}') || NEW.id;\n                    RETURN NEW;\n                ",
                    hash="c51f16e679aced49e34ece2b523eaf2cd814408a",
                    operation="INSERT",
                    pgid="pgtrigger_unit_path_b1f9d",
                    table="accounts_unit",
                    when="BEFORE",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="unit",
            trigger=pgtrigger.compiler.Trigger(
                name="unit_stays_in_its_place",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func="\n                    IF (NEW.level, NEW.code, NEW.parent_id, NEW.path)\n                       IS DISTINCT FROM (OLD.level, OLD.code, OLD.parent_id, OLD.path) THEN\n                        RAISE EXCEPTION 'A unit never changes level, code or parent: end it and begin another.'\n                            USING ERRCODE = 'integrity_constraint_violation';\n                    END IF;\n                    RETURN NEW;\n                ",
                    hash="93b4be3e231386b99f7f0dee23643e285fff7a0f",
                    operation='UPDATE OF "level", "code", "parent_id", "path"',
                    pgid="pgtrigger_unit_stays_in_its_place_acc31",
                    table="accounts_unit",
                    when="BEFORE",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="unit",
            trigger=pgtrigger.compiler.Trigger(
                name="is_journalled",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    declare="DECLARE was jsonb; became jsonb;",
                    func="\n            IF TG_OP <> 'INSERT' THEN was := to_jsonb(OLD) - ARRAY['path', 'sort_key', 'search_key']; END IF;\n            IF TG_OP <> 'DELETE' THEN became := to_jsonb(NEW) - ARRAY['path', 'sort_key', 'search_key']; END IF;\n            \n            IF was IS DISTINCT FROM became THEN\n                INSERT INTO accounts_journalentry (\"table\", key, before, after, by_id, at)\n                VALUES (TG_TABLE_NAME, coalesce(NEW.id, OLD.id), was, became,\n                        nullif(current_setting('dxportal.person', true), '')::bigint,\n                        coalesce(nullif(current_setting('dxportal.at', true), '')::timestamptz, now()));\n            END IF;\n            RETURN NULL;\n        ",
                    hash="b2ec325c3c020f918246d0ee32651689ff092c9a",
                    operation="INSERT OR UPDATE OR DELETE",
                    pgid="pgtrigger_is_journalled_7995f",
                    table="accounts_unit",
                    when="AFTER",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="appointment",
            trigger=pgtrigger.compiler.Trigger(
                name="is_journalled",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    declare="DECLARE was jsonb; became jsonb;",
                    func="\n            IF TG_OP <> 'INSERT' THEN was := to_jsonb(OLD); END IF;\n            IF TG_OP <> 'DELETE' THEN became := to_jsonb(NEW); END IF;\n            \n            IF was IS DISTINCT FROM became THEN\n                INSERT INTO accounts_journalentry (\"table\", key, before, after, by_id, at)\n                VALUES (TG_TABLE_NAME, coalesce(NEW.id, OLD.id), was, became,\n                        nullif(current_setting('dxportal.person', true), '')::bigint,\n                        coalesce(nullif(current_setting('dxportal.at', true), '')::timestamptz, now()));\n            END IF;\n            RETURN NULL;\n        ",
                    hash="5fff253c4b1b5d2de413eddfb1c63f6b1aefd64b",
                    operation="INSERT OR UPDATE OR DELETE",
                    pgid="pgtrigger_is_journalled_969be",
                    table="accounts_appointment",
                    when="AFTER",
                ),
            ),
        ),
        migrations.RunPython(create_cache_table, migrations.RunPython.noop),
    ]
