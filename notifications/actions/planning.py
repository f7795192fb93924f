"""Plans notices: whoever is to be told of something is told it once, in the inbox and by the channels that reach them.

Everything is derived anew from what is recorded and the appointments in force, so a planner that was dead for days
catches up by running once, and any number of planners may run at once.
"""

from datetime import datetime

from django.db import connection

from notifications import ladder
from notifications.choices import Channel
from notifications.labels import DeliveryState
from notifications.occasions import OCCASIONS, Event, Term
from notifications.owing import Instant
from reports import doorbell

# Which channels are open says choices.wants; here it is asked of all at once. A routine notice waits for the next
# morning, unless it should have gone with the last one.
_TELL = """
    WITH {tables}, named AS MATERIALIZED ({named}), told AS (
        INSERT INTO notifications_notice (person_id, {subject}_id, kind, occasion, rung, deadline, urgent, owed_at)
        SELECT person_id, subject_id, %(kind)s, occasion, rung, deadline, urgent, %(at)s
        FROM named
        WHERE NOT EXISTS (SELECT FROM notifications_notice already
                          WHERE (already.person_id, already.{subject}_id, already.occasion)
                              = (named.person_id, named.subject_id, named.occasion))
        ORDER BY person_id, subject_id
        ON CONFLICT DO NOTHING
        RETURNING id, person_id, {subject}_id AS subject_id, occasion, urgent
    ), sent AS (
        INSERT INTO notifications_delivery (notice_id, person_id, channel, state, due_at)
        SELECT told.id, told.person_id, way.channel, %(state)s,
               CASE WHEN told.urgent OR named.since <= %(this_morning)s THEN %(at)s ELSE %(next_morning)s END
        FROM told
        JOIN named USING (person_id, subject_id, occasion)
        JOIN accounts_user person ON person.id = told.person_id
        LEFT JOIN notifications_preference choice ON choice.person_id = told.person_id
        CROSS JOIN LATERAL (VALUES
            (%(email)s, person.email <> '' AND (told.urgent OR coalesce(choice.routine_email, TRUE))),
            (%(gateway)s, %(has_gateway)s AND person.phone <> ''
                          AND CASE WHEN told.urgent THEN choice.urgent_gateway ELSE choice.routine_gateway END)
        ) AS way (channel, is_open)
        WHERE way.is_open AND named.is_reached
        ORDER BY told.id
    )
    SELECT count(*) FROM told
"""


def plan(*, at: datetime) -> int:
    """Owe every notice that is to be told at that instant and was not; return how many there were.

    One statement an occasion. Told are those appointed at that instant: by the highest rung of a term that names them,
    and once of each event.
    """
    instant = Instant(at)
    told = sum(tell(occasion, instant) for occasion in OCCASIONS)
    if told:
        doorbell.ring("notifications.tasks.deliver")
    return told


def tell(occasion: Event | Term, instant: Instant) -> int:
    """Owe the notices of one occasion; return how many there were."""
    tables, named, given = instant.statement(occasion)
    this_morning, next_morning = ladder.mornings(instant.at, instant.calendar)
    given |= {
        "kind": str(occasion.kind),
        "state": str(DeliveryState.OWED),
        "email": str(Channel.EMAIL),
        "gateway": str(Channel.GATEWAY),
        "has_gateway": instant.gateway is not None,
        "this_morning": this_morning,
        "next_morning": next_morning,
    }
    with connection.cursor() as cursor:
        cursor.execute(_TELL.format(tables=tables, named=named, subject=occasion.subject), given)
        (told,) = cursor.fetchone()
    return int(told)
