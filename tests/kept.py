"""Builds something in the database once a process, and puts the same rows back for every test that asks for it."""

import pickle
from io import BytesIO

import pgtrigger
from django.db import connection, transaction

from reports import shelf

APPS = ("accounts_", "reports_", "notifications_")


class Kept:
    """What `build()` gave, and the rows that it wrote into the emptied tables of the portal's own apps.

    The rows are taken down in a transaction that is undone, so that nothing is left behind but what is kept here.
    """

    def __init__(self, build):
        with transaction.atomic():
            self.built = pickle.dumps(build())
            self.rows = {table: taken for table in _tables() if (taken := _taken(table))}
            transaction.set_rollback(True)
        shelf.clear_all()

    def put_back(self):
        """Write the rows anew, none of the triggers running; return a fresh copy of what was built."""
        with transaction.atomic(), pgtrigger.ignore(), connection.cursor() as cursor:
            cursor.execute("SELECT")  # pgtrigger speaks along with a statement, and COPY is none to it
            for table, taken in self.rows.items():
                with cursor.copy(f"COPY {table} FROM STDIN") as copy:
                    copy.write(taken)
        return pickle.loads(self.built)  # noqa: S301  (this process pickled it)


def _tables():
    return [name for name in connection.introspection.django_table_names(only_existing=True) if name.startswith(APPS)]


def _taken(table):
    taken = BytesIO()
    with connection.cursor() as cursor, cursor.copy(f"COPY {table} TO STDOUT") as copy:
        for piece in copy:
            taken.write(piece)
    return taken.getvalue()
