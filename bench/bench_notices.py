"""Planning and delivering notices: a tick at which 12 000 reports are owed, and a thousand mails to a sink on loopback.

The floor of planning is one plain INSERT … SELECT of the same notices and deliveries into the same tables. The sink is
a process of its own that keeps nothing; the floor of delivering is the same mails, composed before, over one
connection. `python -m bench.bench_notices SHARE` plans for so small a share of the reports.
"""

import asyncio
import os
import socket
import subprocess
import sys
import time
from datetime import datetime, timedelta, timezone

from bench.bulk import form, run
from bench.ground import seeded

HANOI = timezone(timedelta(hours=7))
AT = datetime(2022, 5, 16, 7, 30, tzinfo=HANOI)
DUE = datetime(2022, 5, 17, tzinfo=HANOI)
FORMS = 19  # of some 640 units each
WANTED_TICK = 1.0  # seconds
MAILS = 1000
WANTED_MAILS = 100  # a second
ROUNDS = 5

PLAIN = (
    """
    INSERT INTO notifications_notice (id, person_id, report_id, kind, occasion, rung, deadline, urgent, owed_at)
    SELECT id, person_id, report_id, kind, occasion, rung, deadline, urgent, owed_at FROM kept_notices
    """,
    """
    INSERT INTO notifications_delivery (notice_id, person_id, channel, state, due_at)
    SELECT id, person_id, 'email', 'owed', owed_at FROM kept_notices
    """,
)


def staff():
    """A reporter and a head in every unit."""
    from django.db.backends.postgresql.psycopg_any import DateTimeTZRange

    from accounts.models import Appointment, Unit, User

    units = list(Unit.objects.exclude(level="city"))
    people = [
        User(
            username=f"bench.{role}.{unit.pk}",
            full_name=f"Người giả định {role} {unit.pk}",
            email=f"{role}.{unit.pk}@example.vn",
            password="!",  # noqa: S106
        )
        for unit in units
        for role in ("reporter", "head")
    ]
    User.objects.bulk_create(people, batch_size=500)
    valid = DateTimeTZRange(datetime(2021, 1, 1, tzinfo=HANOI), None)
    Appointment.objects.bulk_create(
        Appointment(user=person, unit=unit, role=role, valid=valid)
        for unit, pair in zip(units, zip(people[::2], people[1::2], strict=True), strict=True)
        for person, role in zip(pair, ("reporter", "head"), strict=True)
    )


def owe(forms):
    """The reports of so many forms, all due at the end of the day."""
    from reports.actions import opening, regimes
    from reports.models import Report
    from reports.periods import PeriodCode

    for number in range(forms):
        opening.open_period(regimes.enter_form(form(f"GD-{number:02}", 2)), PeriodCode.parse("2022-04"))
    Report.objects.update(deadline=DUE, first_deadline=DUE)
    run("VACUUM ANALYZE")
    return Report.objects.count()


def timed(act):
    """How long the act takes, and what it gave."""
    begun = time.perf_counter()
    result = act()
    return time.perf_counter() - begun, result


def undone(act):
    """The same with what it wrote taken back."""
    from django.db import connection, transaction

    with transaction.atomic():
        begun = time.perf_counter()
        result = act()
        connection.check_constraints()
        taken = time.perf_counter() - begun
        transaction.set_rollback(True)
    return taken, result


def plainly():
    for sql in PLAIN:
        run(sql)


def planning(reports):
    """A tick of which everybody hears, and the same once everybody has heard; beside the floor."""
    from notifications.actions.planning import plan, tell
    from notifications.occasions import OCCASIONS
    from notifications.owing import Instant

    ours = [undone(lambda: plan(at=AT)) for _round in range(ROUNDS)]
    plan(at=AT)
    run("CREATE UNLOGGED TABLE kept_notices AS SELECT * FROM notifications_notice ORDER BY id")
    told = run("SELECT count(*) FROM kept_notices")[0][0]
    run("TRUNCATE notifications_notice CASCADE")
    floor = min(undone(plainly)[0] for _round in range(ROUNDS))
    tick = min(taken for taken, _told in ours)
    assert {count for _taken, count in ours} == {told}
    each = {}
    for occasion in OCCASIONS:
        instant = Instant(AT)
        instant.statement(occasion)  # the calendar and the ladders are read
        each[occasion.kind], _told = timed(lambda one=occasion, now=instant: tell(one, now))
    run("VACUUM ANALYZE notifications_notice, notifications_delivery")
    quiet = min(timed(lambda: plan(at=AT))[0] for _round in range(ROUNDS))
    print(
        f"{reports} reports owed, {told} notices: {tick * 1000:.0f} ms ({WANTED_TICK * 1000:.0f} wanted)"
        f"   plain rows {floor * 1000:.0f} ms   ratio {tick / floor:.2f}\n"
        f"the next tick, of which nobody hears: {quiet * 1000:.0f} ms"
    )
    for kind, taken in each.items():
        print(f"    {taken * 1000:7.1f} ms  {kind}")


def sink(port):
    """Take mails and keep nothing."""
    from aiosmtpd.smtp import SMTP

    class Nothing:
        async def handle_DATA(self, server, session, envelope):  # noqa: N802
            return "250 Kept"

    async def serve():
        server = await asyncio.get_running_loop().create_server(
            lambda: SMTP(Nothing(), enable_SMTPUTF8=True), "127.0.0.1", port
        )
        await server.serve_forever()

    asyncio.run(serve())


def listening(port):
    for _try in range(100):
        try:
            socket.create_connection(("127.0.0.1", port), 1).close()
        except OSError:
            time.sleep(0.1)
        else:
            return
    raise SystemExit("The sink does not answer.")


def delivering():
    """A thousand people are told of one report each, and get their mails."""
    from django.conf import settings
    from django.core import mail

    from notifications.actions import delivering as module
    from notifications.actions.planning import plan

    run("TRUNCATE notifications_notice CASCADE")
    run("UPDATE reports_report SET deadline = %s WHERE form_id <> (SELECT min(form_id) FROM reports_report)", [AT])
    run("UPDATE reports_report SET deadline = deadline - interval '1 year' WHERE deadline = %s", [AT])
    plan(at=AT)
    kept = "SELECT id FROM notifications_delivery ORDER BY id LIMIT %s"
    run(f"DELETE FROM notifications_delivery WHERE id NOT IN ({kept})", [MAILS])  # noqa: S608
    mails = run("SELECT count(*) FROM notifications_delivery")[0][0]
    begun, sent = time.perf_counter(), 0
    while taken := module.deliver(at=AT):
        sent += taken
    ours = sent / (time.perf_counter() - begun)
    assert sent == mails, f"{sent} of {mails} mails were sent"
    letter = mail.EmailMultiAlternatives("Tin", "x" * 1500, to=["nguoi@example.vn"])
    letter.attach_alternative("<p>" + "x" * 6000, "text/html")
    with mail.get_connection() as server:
        taken, _none = timed(lambda: [server.send_messages([letter]) for _number in range(200)])
    print(
        f"{mails} mails: {ours:.0f} a second ({WANTED_MAILS} wanted)"
        f"   a ready mail sent again and again {200 / taken:.0f} a second   ratio {200 / taken / ours:.2f}"
        f"   ({settings.EMAIL_BACKEND.rsplit('.', 1)[-1]})"
    )


def main(share):
    staff()
    reports = owe(max(1, round(FORMS * share)))
    planning(reports)
    delivering()


if __name__ == "__main__":
    if sys.argv[1:2] == ["sink"]:
        sink(int(sys.argv[2]))
    else:
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            free = probe.getsockname()[1]
        process = subprocess.Popen([sys.executable, "-m", "bench.bench_notices", "sink", str(free)])
        os.environ["EMAIL_URL"] = f"smtp://127.0.0.1:{free}"
        try:
            listening(free)
            with seeded():
                main(float(sys.argv[1]) if sys.argv[1:] else 1.0)
        finally:
            process.kill()
            process.wait()
