"""Which directives owe a notice; the rows are those of owing.reports."""

# ruff: noqa: S608  (only the module's own words are put into the statements)

from accounts.roles import Level
from notifications.ladder import NoticeKind
from notifications.owing.reports import day_of

# The people of a division are people of the unit above it.
_PUBLISHED = f"""
    SELECT directive.id AS subject_id, home.id AS own, NULL::bigint AS superior, NULL::bigint AS owner,
           'directive' AS occasion, directive.pass_on_by AS deadline, directive.published_at AS since
    FROM notifications_directive directive
    JOIN notifications_addressee addressee ON addressee.directive_id = directive.id
    JOIN accounts_unit home
        ON addressee.unit_id = CASE home.level WHEN '{Level.DIVISION}' THEN home.parent_id ELSE home.id END
    WHERE directive.published_at > %(not_before)s AND directive.published_at <= %(at)s {{among}}
"""

_TO_PASS_ON = f"""
    SELECT directive.id AS subject_id, addressee.unit_id AS own, NULL::bigint AS superior, NULL::bigint AS owner,
           'rung:' AS occasion, directive.pass_on_by AS deadline, 0 AS key, {day_of("directive.pass_on_by")} AS day
    FROM notifications_directive directive
    JOIN notifications_addressee addressee ON addressee.directive_id = directive.id
    WHERE directive.published_at <= %(at)s AND directive.pass_on_by > %(after)s AND directive.pass_on_by <= %(until)s
      AND NOT EXISTS (SELECT FROM notifications_passedon certified WHERE certified.addressee_id = addressee.id)
      {{among}}
"""

ACKNOWLEDGED = """
    EXISTS (SELECT FROM notifications_acknowledgement read
            JOIN notifications_addressee addressee ON addressee.id = read.addressee_id
            WHERE read.person_id = hears.person_id AND addressee.directive_id = spoken.subject_id)
"""
"""Whether the person who would hear of a directive has acknowledged it, for whichever of their units."""

STATEMENTS = {NoticeKind.DIRECTIVE: _PUBLISHED, NoticeKind.DIRECTIVE_RUNG: _TO_PASS_ON}
