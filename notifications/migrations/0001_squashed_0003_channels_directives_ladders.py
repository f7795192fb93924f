"""All tables as they are, at once: what a new installation runs in place of the steps that led there."""

import datetime

import django.contrib.postgres.fields
import django.contrib.postgres.indexes
import django.core.validators
import django.db.models.deletion
import pgtrigger.compiler
import pgtrigger.migrations
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    initial = True
    replaces = [
        ("notifications", "0001_initial"),
        ("notifications", "0002_deadline_moved"),
        ("notifications", "0003_channels_directives_ladders"),
    ]

    dependencies = [
        ("accounts", "0004_absences_and_phones"),
        ("accounts", "__first__"),
        ("reports", "0007_discipline"),
    ]

    operations = [
        migrations.CreateModel(
            name="Preference",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "person",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="preference",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="person",
                    ),
                ),
                ("routine_email", models.BooleanField(default=True, verbose_name="routine notices by e-mail")),
                (
                    "routine_gateway",
                    models.BooleanField(default=False, verbose_name="routine notices by short message"),
                ),
                ("urgent_gateway", models.BooleanField(default=False, verbose_name="urgent notices by short message")),
                ("quiet_from", models.TimeField(blank=True, null=True, verbose_name="quiet from")),
                ("quiet_until", models.TimeField(blank=True, null=True, verbose_name="quiet until")),
            ],
            options={
                "verbose_name": "choice of channels",
                "verbose_name_plural": "choices of channels",
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("quiet_from", None), ("quiet_until", None)),
                            models.Q(
                                ("quiet_from__isnull", False),
                                ("quiet_until__isnull", False),
                                models.Q(("quiet_from", models.F("quiet_until")), _negated=True),
                            ),
                            _connector="OR",
                        ),
                        name="preference_quiet_from_until",
                        violation_error_message="Quiet hours have a beginning and another end, or neither.",
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="Gateway",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("name", models.TextField(verbose_name="name")),
                ("address", models.URLField(verbose_name="address")),
                ("secret", models.TextField(verbose_name="secret")),
                ("is_active", models.BooleanField(default=False, verbose_name="in use")),
            ],
            options={
                "verbose_name": "gateway for short messages",
                "verbose_name_plural": "gateways for short messages",
                "ordering": ["name"],
                "constraints": [
                    models.UniqueConstraint(
                        condition=models.Q(("is_active", True)),
                        fields=("is_active",),
                        name="gateway_one_in_use",
                        violation_error_message="Another gateway is in use already.",
                    ),
                    models.CheckConstraint(condition=models.Q(("secret", ""), _negated=True), name="gateway_signs"),
                ],
            },
        ),
        migrations.CreateModel(
            name="Feed",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "person",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="feed",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="person",
                    ),
                ),
                ("sha256", models.TextField(unique=True, verbose_name="SHA-256 of the secret")),
                ("made_at", models.DateTimeField(verbose_name="made at")),
                ("read_at", models.DateTimeField(null=True, verbose_name="last read")),
            ],
            options={
                "verbose_name": "calendar feed",
                "verbose_name_plural": "calendar feeds",
            },
        ),
        migrations.CreateModel(
            name="Directive",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("number", models.TextField(unique=True, verbose_name="document number")),
                ("title", models.TextField(verbose_name="title")),
                ("issuer", models.TextField(verbose_name="issuer")),
                ("issued_on", models.DateField(verbose_name="issued on")),
                ("text", models.TextField(blank=True, default="", verbose_name="what it asks")),
                ("name", models.TextField(blank=True, default="", verbose_name="name")),
                ("content_type", models.TextField(blank=True, default="", verbose_name="content type")),
                ("size", models.PositiveIntegerField(null=True, verbose_name="size in bytes")),
                ("sha256", models.TextField(blank=True, default="", verbose_name="SHA-256")),
                ("pass_on_by", models.DateTimeField(verbose_name="to be passed on by")),
                (
                    "made_by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="entered by",
                    ),
                ),
                ("published_at", models.DateTimeField(null=True, verbose_name="published at")),
            ],
            options={
                "verbose_name": "directive",
                "verbose_name_plural": "directives",
                "ordering": ["-issued_on", "number"],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            ("published_at", None), ("pass_on_by__gt", models.F("published_at")), _connector="OR"
                        ),
                        name="directive_leaves_time",
                        violation_error_message="A directive is to be passed on after it was published.",
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="Addressee",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "directive",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="addressees",
                        to="notifications.directive",
                        verbose_name="directive",
                    ),
                ),
                (
                    "unit",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="directives",
                        to="accounts.unit",
                        verbose_name="unit",
                    ),
                ),
            ],
            options={
                "verbose_name": "addressee of a directive",
                "verbose_name_plural": "addressees of directives",
                "constraints": [models.UniqueConstraint(fields=("directive", "unit"), name="addressee_once")],
            },
        ),
        migrations.CreateModel(
            name="PassedOn",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "addressee",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="passed_on",
                        to="notifications.addressee",
                        verbose_name="addressee",
                    ),
                ),
                ("day", models.DateField(verbose_name="passed on on")),
                ("way", models.TextField(verbose_name="how it was passed on")),
                ("people", models.PositiveIntegerField(verbose_name="people reached")),
                ("of_people", models.PositiveIntegerField(verbose_name="people of the unit")),
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
                "verbose_name": "confirmation that a directive was passed on",
                "verbose_name_plural": "confirmations that directives were passed on",
                "ordering": ["at", "pk"],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            ("people__lte", models.F("of_people")), models.Q(("way", ""), _negated=True)
                        ),
                        name="passed_on_to_some_of_all",
                        violation_error_message="No more people can be reached than the unit has.",
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="Acknowledgement",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "addressee",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="acknowledgements",
                        to="notifications.addressee",
                        verbose_name="addressee",
                    ),
                ),
                (
                    "person",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="acknowledgements",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="person",
                    ),
                ),
                ("at", models.DateTimeField(verbose_name="at")),
            ],
            options={
                "verbose_name": "acknowledgement of a directive",
                "verbose_name_plural": "acknowledgements of directives",
                "constraints": [models.UniqueConstraint(fields=("addressee", "person"), name="acknowledged_once")],
            },
        ),
        migrations.CreateModel(
            name="Notice",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "person",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="notices",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="person",
                    ),
                ),
                (
                    "kind",
                    models.TextField(
                        choices=[
                            ("rung", "Reminder of a deadline"),
                            ("overdue_list", "List of what is overdue"),
                            ("opened", "A period was opened"),
                            ("moved", "A deadline was moved"),
                            ("returned", "A report was returned"),
                            ("correction_due", "A correction is due"),
                            ("to_sign", "A report waits for signature"),
                            ("review_overdue", "A review is overdue"),
                            ("review_overdue_head", "A review of the unit is overdue"),
                            ("lapse_asked", "A lapse is to be explained"),
                            ("lapse_explained", "A lapse was explained"),
                            ("lapse_ruled", "A lapse was decided on"),
                            ("list_announced", "A standing list was announced"),
                            ("list_issued", "A standing list was issued"),
                            ("directive", "A directive was published"),
                            ("directive_rung", "A directive is to be passed on"),
                        ],
                        verbose_name="kind",
                    ),
                ),
                (
                    "report",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="notices",
                        to="reports.report",
                        verbose_name="report",
                    ),
                ),
                (
                    "lapse",
                    models.ForeignKey(
                        db_index=False,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="notices",
                        to="reports.lapse",
                        verbose_name="lapse",
                    ),
                ),
                (
                    "standing_list",
                    models.ForeignKey(
                        db_index=False,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="notices",
                        to="reports.standinglist",
                        verbose_name="standing list",
                    ),
                ),
                (
                    "directive",
                    models.ForeignKey(
                        db_index=False,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="notices",
                        to="notifications.directive",
                        verbose_name="directive",
                    ),
                ),
                (
                    "form",
                    models.ForeignKey(
                        db_index=False,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="reports.form",
                        verbose_name="form",
                    ),
                ),
                ("occasion", models.TextField(verbose_name="occasion")),
                ("rung", models.SmallIntegerField(null=True, verbose_name="working days from the deadline")),
                ("deadline", models.DateTimeField(null=True, verbose_name="deadline")),
                ("urgent", models.BooleanField(db_default=True, default=True, verbose_name="urgent")),
                ("owed_at", models.DateTimeField(verbose_name="owed since")),
                ("read_at", models.DateTimeField(null=True, verbose_name="read")),
            ],
            options={
                "verbose_name": "notice",
                "verbose_name_plural": "notices",
                "ordering": ["-owed_at", "-pk"],
                "indexes": [
                    models.Index(fields=["person", "-owed_at", "-id"], name="notice_in_the_inbox"),
                    models.Index(condition=models.Q(("read_at", None)), fields=["person"], name="notice_unread"),
                ],
                "constraints": [
                    models.UniqueConstraint(
                        fields=("person", "report", "lapse", "standing_list", "directive", "form", "occasion"),
                        name="notice_told_once",
                        nulls_distinct=False,
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            (
                                "kind__in",
                                [
                                    "rung",
                                    "overdue_list",
                                    "opened",
                                    "moved",
                                    "returned",
                                    "correction_due",
                                    "to_sign",
                                    "review_overdue",
                                    "review_overdue_head",
                                    "lapse_asked",
                                    "lapse_explained",
                                    "lapse_ruled",
                                    "list_announced",
                                    "list_issued",
                                    "directive",
                                    "directive_rung",
                                ],
                            )
                        ),
                        name="notice_kind_known",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(
                                ("directive__isnull", True),
                                ("form__isnull", True),
                                ("lapse__isnull", True),
                                ("report__isnull", False),
                                ("standing_list__isnull", True),
                            ),
                            models.Q(
                                ("directive__isnull", True),
                                ("form__isnull", True),
                                ("lapse__isnull", False),
                                ("report__isnull", True),
                                ("standing_list__isnull", True),
                            ),
                            models.Q(
                                ("directive__isnull", True),
                                ("form__isnull", True),
                                ("lapse__isnull", True),
                                ("report__isnull", True),
                                ("standing_list__isnull", False),
                            ),
                            models.Q(
                                ("directive__isnull", False),
                                ("form__isnull", True),
                                ("lapse__isnull", True),
                                ("report__isnull", True),
                                ("standing_list__isnull", True),
                            ),
                            models.Q(
                                ("directive__isnull", True),
                                ("form__isnull", False),
                                ("lapse__isnull", True),
                                ("report__isnull", True),
                                ("standing_list__isnull", True),
                            ),
                            _connector="OR",
                        ),
                        name="notice_speaks_of_one_thing",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Delivery",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "notice",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="deliveries",
                        to="notifications.notice",
                        verbose_name="notice",
                    ),
                ),
                (
                    "person",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="person",
                    ),
                ),
                (
                    "channel",
                    models.TextField(
                        choices=[("email", "E-mail"), ("gateway", "Short message")], verbose_name="channel"
                    ),
                ),
                (
                    "state",
                    models.TextField(
                        choices=[
                            ("owed", "To be sent"),
                            ("sent", "Sent"),
                            ("dropped", "No longer needed"),
                            ("dead", "Given up"),
                        ],
                        default="owed",
                        verbose_name="state",
                    ),
                ),
                ("due_at", models.DateTimeField(verbose_name="next attempt")),
                (
                    "batch",
                    models.ForeignKey(
                        db_index=False,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="notifications.delivery",
                        verbose_name="message",
                    ),
                ),
                ("leased_until", models.DateTimeField(null=True, verbose_name="leased until")),
                (
                    "forgiven",
                    models.PositiveSmallIntegerField(
                        db_default=0, default=0, verbose_name="attempts that no longer count"
                    ),
                ),
            ],
            options={
                "verbose_name": "delivery",
                "verbose_name_plural": "deliveries",
                "indexes": [
                    models.Index(condition=models.Q(("state", "owed")), fields=["due_at", "id"], name="delivery_owed"),
                    models.Index(
                        condition=models.Q(("state", "owed")),
                        fields=["person", "channel", "due_at"],
                        name="delivery_to_gather",
                    ),
                    models.Index(
                        condition=models.Q(("batch__isnull", False)), fields=["batch"], name="delivery_of_a_message"
                    ),
                    models.Index(condition=models.Q(("state", "dead")), fields=["due_at"], name="delivery_given_up"),
                ],
                "constraints": [
                    models.UniqueConstraint(fields=("notice", "channel"), name="delivery_once_a_channel"),
                    models.CheckConstraint(
                        condition=models.Q(("channel__in", ["email", "gateway"])), name="delivery_channel_known"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("state__in", ["owed", "sent", "dropped", "dead"])),
                        name="delivery_state_known",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("leased_until", None), ("state", "owed"), _connector="OR"),
                        name="delivery_leased_while_owed",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Attempt",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "delivery",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="attempts",
                        to="notifications.delivery",
                        verbose_name="delivery",
                    ),
                ),
                ("number", models.PositiveSmallIntegerField(verbose_name="number")),
                ("at", models.DateTimeField(verbose_name="at")),
                (
                    "outcome",
                    models.TextField(
                        choices=[
                            ("begun", "Being sent"),
                            ("accepted", "Accepted"),
                            ("failed", "Failed"),
                            ("unclear", "Unclear, may have arrived"),
                        ],
                        default="begun",
                        verbose_name="outcome",
                    ),
                ),
                ("error", models.TextField(blank=True, verbose_name="error")),
            ],
            options={
                "verbose_name": "attempt",
                "verbose_name_plural": "attempts",
                "ordering": ["delivery", "number"],
                "indexes": [
                    django.contrib.postgres.indexes.BrinIndex(fields=["at"], name="attempt_by_time"),
                    models.Index(condition=models.Q(("outcome", "unclear")), fields=["-at"], name="attempt_unclear"),
                ],
                "constraints": [
                    models.UniqueConstraint(fields=("delivery", "number"), name="attempt_number"),
                    models.CheckConstraint(
                        condition=models.Q(("outcome__in", ["begun", "accepted", "failed", "unclear"])),
                        name="attempt_outcome_known",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Rung",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "form",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="rungs",
                        to="reports.form",
                        verbose_name="form",
                    ),
                ),
                (
                    "days",
                    models.SmallIntegerField(
                        validators=[
                            django.core.validators.MinValueValidator(-20),
                            django.core.validators.MaxValueValidator(20),
                        ],
                        verbose_name="working days from the deadline",
                    ),
                ),
                ("hour", models.TimeField(default=datetime.time(7, 30), verbose_name="hour")),
                (
                    "audience",
                    django.contrib.postgres.fields.ArrayField(
                        base_field=models.TextField(
                            choices=[
                                ("reporter", "Reporter"),
                                ("head", "Head of the unit"),
                                ("superiors_head", "Head of the superior unit"),
                                ("owners_reviewer", "Reviewers of the form's owner"),
                                ("inspector", "Inspectors"),
                            ]
                        ),
                        size=None,
                        verbose_name="who is told",
                    ),
                ),
            ],
            options={
                "verbose_name": "rung of a ladder",
                "verbose_name_plural": "ladders of notices",
                "ordering": ["form", "days"],
                "constraints": [
                    models.UniqueConstraint(
                        fields=("form", "days"),
                        name="rung_once_a_day",
                        violation_error_message="This ladder already has a rung on that day.",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("audience__len__gt", 0),
                            (
                                "audience__contained_by",
                                ["reporter", "head", "superiors_head", "owners_reviewer", "inspector"],
                            ),
                        ),
                        name="rung_speaks_to_somebody",
                        violation_error_message="A rung is told to somebody.",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("days__gte", -20), ("days__lte", 20)), name="rung_within_reach"
                    ),
                ],
            },
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="gateway",
            trigger=pgtrigger.compiler.Trigger(
                name="is_journalled",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    declare="DECLARE was jsonb; became jsonb;",
                    func="\n            IF TG_OP <> 'INSERT' THEN was := to_jsonb(OLD) - ARRAY['secret']; END IF;\n            IF TG_OP <> 'DELETE' THEN became := to_jsonb(NEW) - ARRAY['secret']; END IF;\n            IF TG_OP = 'UPDATE' THEN IF OLD.secret IS DISTINCT FROM NEW.secret THEN became := became || '{\"secret\": \"changed\"}'; END IF; END IF;\n            IF was IS DISTINCT FROM became THEN\n                INSERT INTO accounts_journalentry (\"table\", key, before, after, by_id, at)\n                VALUES (TG_TABLE_NAME, coalesce(NEW.id, OLD.id), was, became,\n                        nullif(current_setting('dxportal.person', true), '')::bigint,\n                        coalesce(nullif(current_setting('dxportal.at', true), '')::timestamptz, now()));\n            END IF;\n            RETURN NULL;\n        ",
                    hash="f75cf7b8997105edc225e65ee7ca344fe78d8043",
                    operation="INSERT OR UPDATE OR DELETE",
                    pgid="pgtrigger_is_journalled_94924",
                    table="notifications_gateway",
                    when="AFTER",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="acknowledgement",
            trigger=pgtrigger.compiler.Trigger(
                name="acknowledgement_is_kept",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func="RAISE EXCEPTION 'pgtrigger: Cannot update or delete rows from % table', TG_TABLE_NAME;",
                    hash="e81ed1dad84ae7dac6a8a97e3d6beb87a1984c32",
                    operation="UPDATE OR DELETE",
                    pgid="pgtrigger_acknowledgement_is_kept_d65e4",
                    table="notifications_acknowledgement",
                    when="BEFORE",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="directive",
            trigger=pgtrigger.compiler.Trigger(
                name="directive_stays_as_published",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    condition='WHEN (OLD."published_at" IS NOT NULL)',
                    func="RAISE EXCEPTION 'pgtrigger: Cannot update or delete rows from % table', TG_TABLE_NAME;",
                    hash="7b750218e7eee17c96895d48e9d76180f104a62a",
                    operation="UPDATE OR DELETE",
                    pgid="pgtrigger_directive_stays_as_published_fc858",
                    table="notifications_directive",
                    when="BEFORE",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="directive",
            trigger=pgtrigger.compiler.Trigger(
                name="is_journalled",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    declare="DECLARE was jsonb; became jsonb;",
                    func="\n            IF TG_OP <> 'INSERT' THEN was := to_jsonb(OLD); END IF;\n            IF TG_OP <> 'DELETE' THEN became := to_jsonb(NEW); END IF;\n            \n            IF was IS DISTINCT FROM became THEN\n                INSERT INTO accounts_journalentry (\"table\", key, before, after, by_id, at)\n                VALUES (TG_TABLE_NAME, coalesce(NEW.id, OLD.id), was, became,\n                        nullif(current_setting('dxportal.person', true), '')::bigint,\n                        coalesce(nullif(current_setting('dxportal.at', true), '')::timestamptz, now()));\n            END IF;\n            RETURN NULL;\n        ",
                    hash="8649c27cb5e530a1e9556e7ed47a634bf4d1600e",
                    operation="INSERT OR UPDATE OR DELETE",
                    pgid="pgtrigger_is_journalled_b5f0c",
                    table="notifications_directive",
                    when="AFTER",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="feed",
            trigger=pgtrigger.compiler.Trigger(
                name="is_journalled",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    declare="DECLARE was jsonb; became jsonb;",
                    func="\n            IF TG_OP <> 'INSERT' THEN was := to_jsonb(OLD) - ARRAY['read_at', 'sha256']; END IF;\n            IF TG_OP <> 'DELETE' THEN became := to_jsonb(NEW) - ARRAY['read_at', 'sha256']; END IF;\n            IF TG_OP = 'UPDATE' THEN IF OLD.sha256 IS DISTINCT FROM NEW.sha256 THEN became := became || '{\"sha256\": \"changed\"}'; END IF; END IF;\n            IF was IS DISTINCT FROM became THEN\n                INSERT INTO accounts_journalentry (\"table\", key, before, after, by_id, at)\n                VALUES (TG_TABLE_NAME, coalesce(NEW.id, OLD.id), was, became,\n                        nullif(current_setting('dxportal.person', true), '')::bigint,\n                        coalesce(nullif(current_setting('dxportal.at', true), '')::timestamptz, now()));\n            END IF;\n            RETURN NULL;\n        ",
                    hash="8d420592992eef43c6286b1d1fb9ffee9f014d70",
                    operation="INSERT OR UPDATE OR DELETE",
                    pgid="pgtrigger_is_journalled_63a31",
                    table="notifications_feed",
                    when="AFTER",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="delivery",
            trigger=pgtrigger.compiler.Trigger(
                name="is_journalled",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    condition="WHEN (current_setting('dxportal.person', true) <> '')",
                    declare="DECLARE was jsonb; became jsonb;",
                    func="\n            IF TG_OP <> 'INSERT' THEN was := to_jsonb(OLD) - ARRAY['due_at', 'leased_until']; END IF;\n            IF TG_OP <> 'DELETE' THEN became := to_jsonb(NEW) - ARRAY['due_at', 'leased_until']; END IF;\n            \n            IF was IS DISTINCT FROM became THEN\n                INSERT INTO accounts_journalentry (\"table\", key, before, after, by_id, at)\n                VALUES (TG_TABLE_NAME, coalesce(NEW.id, OLD.id), was, became,\n                        nullif(current_setting('dxportal.person', true), '')::bigint,\n                        coalesce(nullif(current_setting('dxportal.at', true), '')::timestamptz, now()));\n            END IF;\n            RETURN NULL;\n        ",
                    hash="025636ad05707a2500f3059c0e437f602198f716",
                    operation="UPDATE",
                    pgid="pgtrigger_is_journalled_31ed1",
                    table="notifications_delivery",
                    when="AFTER",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="passedon",
            trigger=pgtrigger.compiler.Trigger(
                name="passed_on_is_kept",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func="RAISE EXCEPTION 'pgtrigger: Cannot update or delete rows from % table', TG_TABLE_NAME;",
                    hash="739ff8a80d80786aa0aa699b5995b2559d34ab06",
                    operation="UPDATE OR DELETE",
                    pgid="pgtrigger_passed_on_is_kept_c428e",
                    table="notifications_passedon",
                    when="BEFORE",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="preference",
            trigger=pgtrigger.compiler.Trigger(
                name="is_journalled",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    declare="DECLARE was jsonb; became jsonb;",
                    func="\n            IF TG_OP <> 'INSERT' THEN was := to_jsonb(OLD); END IF;\n            IF TG_OP <> 'DELETE' THEN became := to_jsonb(NEW); END IF;\n            \n            IF was IS DISTINCT FROM became THEN\n                INSERT INTO accounts_journalentry (\"table\", key, before, after, by_id, at)\n                VALUES (TG_TABLE_NAME, coalesce(NEW.id, OLD.id), was, became,\n                        nullif(current_setting('dxportal.person', true), '')::bigint,\n                        coalesce(nullif(current_setting('dxportal.at', true), '')::timestamptz, now()));\n            END IF;\n            RETURN NULL;\n        ",
                    hash="ca6955b8fe145efc471fce7bd440769b686e1671",
                    operation="INSERT OR UPDATE OR DELETE",
                    pgid="pgtrigger_is_journalled_2fada",
                    table="notifications_preference",
                    when="AFTER",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="rung",
            trigger=pgtrigger.compiler.Trigger(
                name="is_journalled",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    declare="DECLARE was jsonb; became jsonb;",
                    func="\n            IF TG_OP <> 'INSERT' THEN was := to_jsonb(OLD); END IF;\n            IF TG_OP <> 'DELETE' THEN became := to_jsonb(NEW); END IF;\n            \n            IF was IS DISTINCT FROM became THEN\n                INSERT INTO accounts_journalentry (\"table\", key, before, after, by_id, at)\n                VALUES (TG_TABLE_NAME, coalesce(NEW.id, OLD.id), was, became,\n                        nullif(current_setting('dxportal.person', true), '')::bigint,\n                        coalesce(nullif(current_setting('dxportal.at', true), '')::timestamptz, now()));\n            END IF;\n            RETURN NULL;\n        ",
                    hash="23c23d4cefd244f408a3dae7f94d99f2232d02c1",
                    operation="INSERT OR UPDATE OR DELETE",
                    pgid="pgtrigger_is_journalled_e2059",
                    table="notifications_rung",
                    when="AFTER",
                ),
            ),
        ),
    ]
