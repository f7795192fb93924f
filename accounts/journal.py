"""Keeps the journal: the database itself writes down each change of a journalled table, whoever makes it.

A model asks for it by `journalled()` among its triggers. Who makes a change, and when by the portal's clock, is said by
`sign` in the change's transaction; what nobody has signed was done by the installation's own commands, or by hand.
"""

from collections.abc import Sequence
from datetime import datetime
from typing import TYPE_CHECKING

import pgtrigger
from django.db import connection, transaction

if TYPE_CHECKING:
    from accounts.models import User

CHANGED = "changed"
"""What the journal says of a secret after its change; it never holds the secret itself."""


def sign(*, by: "User | None", at: datetime) -> None:
    """Put a name and an instant on what this transaction changes from here on; the first statement of an action.

    `by` is nobody where the installation's own command line makes the change.
    """
    if not connection.in_atomic_block:
        raise transaction.TransactionManagementError("A change is signed inside of its transaction.")
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT set_config('dxportal.person', %s, true), set_config('dxportal.at', %s, true)",
            ["" if by is None else str(by.pk), at.isoformat()],
        )


def journalled(*, but: Sequence[str] = (), secret: Sequence[str] = (), only_signed: bool = False) -> pgtrigger.Trigger:
    """Write each new, changed and deleted row into the journal, by the end of its statement.

    `but` names columns that say nothing of their own, such as sort keys; of those that are `secret` the journal says
    only that they changed. A change of nothing else is no entry. `only_signed` is for rows that the portal itself
    writes all day: of those it keeps the changes that somebody signed.
    """
    left_out = ", ".join(f"'{name}'" for name in (*but, *secret))
    notes = " ".join(
        f'IF OLD.{name} IS DISTINCT FROM NEW.{name} THEN became := became || \'{{"{name}": "{CHANGED}"}}\'; END IF;'
        for name in secret
    )
    told = f"IF TG_OP = 'UPDATE' THEN {notes} END IF;" if notes else ""
    without = f" - ARRAY[{left_out}]" if left_out else ""
    return pgtrigger.Trigger(
        name="is_journalled",
        when=pgtrigger.After,
        operation=pgtrigger.Update if only_signed else pgtrigger.Insert | pgtrigger.Update | pgtrigger.Delete,
        condition=pgtrigger.Condition("current_setting('dxportal.person', true) <> ''") if only_signed else None,
        declare=[("was", "jsonb"), ("became", "jsonb")],
        func=f"""
            IF TG_OP <> 'INSERT' THEN was := to_jsonb(OLD){without}; END IF;
            IF TG_OP <> 'DELETE' THEN became := to_jsonb(NEW){without}; END IF;
            {told}
            IF was IS DISTINCT FROM became THEN
                INSERT INTO accounts_journalentry ("table", key, before, after, by_id, at)
                VALUES (TG_TABLE_NAME, coalesce(NEW.id, OLD.id), was, became,
                        nullif(current_setting('dxportal.person', true), '')::bigint,
                        coalesce(nullif(current_setting('dxportal.at', true), '')::timestamptz, now()));
            END IF;
            RETURN NULL;
        """,  # noqa: S608  (the columns are named by the models)
    )
