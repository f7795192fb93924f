"""Seals the journal: the heads of all chains that have moved, folded into one digest that is signed with a key."""

from datetime import datetime

from django.conf import settings
from django.db import connection, transaction
from django.utils.translation import gettext as _

from accounts.refusals import Refused
from reports import seals
from reports.calendars import ZONE
from reports.models import Seal, SealedHead
from reports.seals import Head

# The last step of every chain is found in the index of (report, seq) alone, and one hash join drops those that are
# sealed already: with a million steps, a second. Which steps are new is not asked by time or key, as a step that was
# begun before the last seal may have been committed after it.
_MOVED = """
    SELECT report_id, seq, step.digest
    FROM (SELECT report_id, max(seq) AS seq FROM reports_step GROUP BY report_id) AS last
    JOIN reports_step step USING (report_id, seq)
    LEFT JOIN reports_sealedhead head USING (report_id, seq)
    WHERE head.id IS NULL
    ORDER BY report_id
"""

BATCH = 5000


@transaction.atomic
def seal(*, at: datetime) -> Seal:
    """Make the next seal over the heads that have moved since the last one; return it.

    Where nothing has moved the first seal of a day lists none, so that a day without one shows, and any further one is
    not made: the last is given back. Of two at once the second finds what the first has made. Raises Refused(`no_key`)
    where there is no key to sign with.
    """
    if not settings.SEAL_KEY:
        raise Refused("no_key", _("The journal cannot be sealed, as this machine has no SEAL_KEY."))
    with connection.cursor() as cursor:
        cursor.execute("LOCK TABLE reports_seal IN SHARE ROW EXCLUSIVE MODE")  # others read on meanwhile
        cursor.execute(_MOVED)
        moved = [Head(*row) for row in cursor.fetchall()]
    last = Seal.objects.order_by("number").last()
    if last and not moved and last.at.astimezone(ZONE).date() == at.astimezone(ZONE).date():
        return last
    number, previous = (last.number + 1, last.digest) if last else (1, "")
    digest = seals.digest_of(number, at, previous, moved)
    made = Seal.objects.create(
        number=number, at=at, previous=previous, digest=digest, code=seals.code_of(digest, key=settings.SEAL_KEY)
    )
    SealedHead.objects.bulk_create(
        (SealedHead(seal=made, report_id=head.report, seq=head.seq, digest=head.digest) for head in moved),
        batch_size=BATCH,
    )
    return made
