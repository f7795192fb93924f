"""Submitting reports of 24 values through HTTP, from eight connections that stay open, on whatever this machine has.

Web server, PostgreSQL, Redis and the clients share its cores; each request carries a session and its CSRF token, and is
answered once snapshot, step and receipt are committed. Counted are all statements that PostgreSQL hears in a request,
BEGIN and COMMIT too. The floor writes the rows of a submission by plain SQL, prepared, over eight connections as well.
Then the same with 200 000 submitted revisions stored. Where fewer get through than wanted, a profile says where the
processor's time goes; on a busy machine it says more than the rate.
"""

import cProfile
import http.client
import json
import os
import queue
import re
import socket
import statistics
import threading
import time
from contextlib import contextmanager
from pathlib import Path

from bench.ground import seeded
from bench.stored import AT, FORMS, Ground, run

CONNECTIONS = 8
WANTED = 150  # submits a second
MOST_STATEMENTS = 12
KEEPS = 0.85  # of its rate, however much is stored
STORED = 200_000  # submitted revisions
SECONDS = 8  # of submitting, at most
PROFILED = 60

PARTS = (
    # part of a submission                   file                            function
    ("session, person and appointments", "django/contrib/auth/__init__.py", "get_user"),
    ("the report, if it may be read", "reports/api/reports.py", "report"),
    ("what was sent", "reports/api/asking.py", "body"),
    ("the lock", "reports/querysets.py", "lock"),
    ("its steps and remarks", "reports/actions/situations.py", "last_steps"),
    ("what is asked, and the values", "reports/content.py", "_read"),
    ("what was reported before", "reports/content.py", "history"),
    ("formulas, rules and warnings", "reports/checks.py", "problems"),
    ("revision and step written", "django/db/models/base.py", "save"),
    ("report and mark written", "reports/actions/moving.py", "_save_and_mark"),
    ("the doorbell", "reports/doorbell.py", "after_commit"),
    ("the answer", "rest_framework/serializers.py", "data"),
)


def seconds_of(pid):
    """The processor seconds that a process has used, with its children that live and those that have ended."""
    used = {}
    for stat in Path("/proc").glob("[0-9]*/stat"):
        try:
            name, _, columns = stat.read_text().rpartition(") ")
        except OSError:  # ended meanwhile
            continue
        _state, parent, *numbers = columns.split()
        own, ended = sum(map(int, numbers[9:11])), sum(map(int, numbers[11:13]))
        if int(name.split()[0]) == pid:
            used[pid] = own + ended
        elif int(parent) == pid:
            used[stat] = own
    return sum(used.values()) / os.sysconf("SC_CLK_TCK")


class Server:
    """The web server as `make run` starts it, and what can be seen of it and of PostgreSQL."""

    def __init__(self, processes, folder):
        from dxportal import serve

        with socket.socket() as probe:
            probe.bind((serve.HOST, 0))
            self.port = probe.getsockname()[1]
        processes.start("web", serve.web(self.port))
        processes.await_page(f"http://{serve.HOST}:{self.port}/livez")
        self.host = serve.HOST
        self.web = processes.running["web"].pid
        (self.folder,) = folder.glob("postgresql-*")
        self.database = json.loads((self.folder / "state.json").read_text())["pid"]

    def post(self, connection, session, report, edit):
        connection.request(
            "POST",
            f"/api/v1/reports/{report}/steps/",
            json.dumps({"action": "submit", "edit": edit}),
            {
                "Content-Type": "application/json",
                "Cookie": f"sessionid={session}; csrftoken={'c' * 32}",
                "X-CSRFToken": "c" * 32,
            },
        )
        answer = connection.getresponse()
        content = answer.read()
        assert answer.status == 201, content.decode()
        return json.loads(content)

    def statements(self, ground):
        """How many statements PostgreSQL hears for one submission, by its own log."""
        connection = http.client.HTTPConnection(self.host, self.port)
        for _number in range(2 * CONNECTIONS):  # a connection to the database begins with statements of its own
            report, unit, edit = ground.drafts.pop(0)
            self.post(connection, ground.sessions[unit], report, edit)
        log = self.folder / "server.log"
        run("ALTER SYSTEM SET log_statement = 'all'")
        run("SELECT pg_reload_conf()")
        time.sleep(0.5)
        before = log.stat().st_size
        report, unit, edit = ground.drafts.pop(0)
        self.post(connection, ground.sessions[unit], report, edit)
        time.sleep(0.2)
        heard = log.read_bytes()[before:].decode()
        run("ALTER SYSTEM RESET log_statement")
        run("SELECT pg_reload_conf()")
        return len(re.findall(r"LOG:  (?:statement|execute [^:]*): ", heard))


def eight(act, things):
    """Have eight threads do it, each with a thing of its own, until the time is over; how many, in how many seconds."""
    waiting = queue.SimpleQueue()
    for thing in things:
        waiting.put(thing)
    done, failed = [], []
    start = threading.Barrier(CONNECTIONS + 1)

    def work():
        with act() as once:
            start.wait()
            while time.perf_counter() < ends[0] and not failed:
                try:
                    once(waiting.get_nowait())
                except queue.Empty:
                    return
                except BaseException as error:
                    failed.append(error)
                    raise
                done.append(time.perf_counter())

    ends = [float("inf")]
    threads = [threading.Thread(target=work) for _number in range(CONNECTIONS)]
    for thread in threads:
        thread.start()
    begun = time.perf_counter()
    ends[0] = begun + SECONDS
    start.wait()
    for thread in threads:
        thread.join()
    assert not failed, failed[0]
    return len(done), max(done) - begun


def through_http(server, ground, things):
    """Submit for a while; submits a second, and milliseconds of web, database and clients for each."""

    @contextmanager
    def client():
        connection = http.client.HTTPConnection(server.host, server.port)

        def once(thing):
            report, unit, edit = thing
            assert server.post(connection, ground.sessions[unit], report, edit)["receipt"]["digest"]

        yield once
        connection.close()

    before = [seconds_of(server.web), seconds_of(server.database), time.process_time()]
    count, taken = eight(client, things)
    after = [seconds_of(server.web), seconds_of(server.database), time.process_time()]
    used = [(late - early) * 1000 / count for early, late in zip(before, after, strict=True)]
    return count / taken, used


FREEZE = """
    UPDATE reports_revision SET snapshot = %(snapshot)s, digest = %(digest)s, frozen_at = %(at)s
    WHERE id = (SELECT current_id FROM reports_report WHERE id = %(report)s)
"""
MOVE = "UPDATE reports_report SET status = 'submitted', edit = edit + 1, received_at = %(at)s WHERE id = %(report)s"
MARK = """
    INSERT INTO reports_mark (form_id, period_id, unit_id)
    SELECT form_id, period_id, unit_id FROM reports_report WHERE id = %(report)s
"""


def plain_rows(things, model):
    """The same rows by plain SQL: a frozen revision, a step like the model's, the report, a mark; submits a second."""
    import psycopg
    from django.conf import settings

    names = [
        name
        for (name,) in run("SELECT column_name FROM information_schema.columns WHERE table_name = 'reports_step'")
        if name != "id"
    ]
    own = {"report_id": "report.id", "revision_id": "report.current_id"}
    step = f"""
        INSERT INTO reports_step ({", ".join(names)})
        SELECT {", ".join(own.get(name, f"model.{name}") for name in names)}
        FROM reports_report report, reports_step model
        WHERE report.id = %(report)s AND model.report_id = {model} AND model.seq = 1
    """  # noqa: S608

    @contextmanager
    def writer():
        with psycopg.connect(settings.DATABASE_URL) as connection:
            connection.prepare_threshold = 0

            def once(thing):
                report, _unit, _edit = thing
                given = {"report": report, "snapshot": b"{}" * 400, "digest": f"{report:064}", "at": AT}
                for sql in (FREEZE, step, MOVE, MARK):
                    connection.execute(sql, given)
                connection.commit()

            yield once

    count, taken = eight(writer, things)
    return count / taken


def profile(ground):
    """Where the time of a submission goes: the processor's in the web server, part by part, and in each statement."""
    from django.db import connection

    statements = {}

    def timed(execute, sql, params, many, context):
        begun = time.perf_counter()
        try:
            return execute(sql, params, many, context)
        finally:
            statements.setdefault(" ".join(sql.split()), []).append(time.perf_counter() - begun)

    seen = cProfile.Profile(time.process_time)
    for number in range(PROFILED + 5):
        report, unit, edit = ground.drafts.pop(0)
        ground.client.cookies["sessionid"] = ground.sessions[unit]
        address, body = f"/api/v1/reports/{report}/steps/", {"action": "submit", "edit": edit}
        if number >= 5:
            seen.enable()
        with connection.execute_wrapper(timed):
            answer = ground.client.post(address, body, content_type="application/json")
        seen.disable()
        assert answer.status_code == 201, answer.content.decode()
    entries = [one for one in seen.getstats() if not isinstance(one.code, str)]
    whole = max(one.totaltime for one in entries)
    rest = 1.0
    print("the web server's time")
    for name, file, function in PARTS:
        found = [one for one in entries if (one.code.co_name, one.code.co_filename[-len(file) :]) == (function, file)]
        spent = max((one.totaltime for one in found), default=0)
        rest -= spent / whole
        print(f"    {spent / whole:6.1%}  {name}")
    print(f"    {rest:6.1%}  Django, middleware and the rest\nmedian time of each statement, with waiting")
    for sql, taken in statements.items():
        if len(taken) > PROFILED / 2:
            print(f"    {statistics.median(taken) * 1000:6.2f} ms  {sql[:100]}")


def measured(server, ground):
    """Print what a submission costs now; give how many a second there were, and the milliseconds of one."""
    share = len(ground.drafts) // 4
    things, ground.drafts = ground.drafts[:share], ground.drafts[share:]
    statements = server.statements(ground)
    through_http(server, ground, things[:80])  # processes have their connections, and know the forms
    rate, (web, database, clients) = through_http(server, ground, things[80:])
    floor = plain_rows([ground.drafts.pop() for _number in range(share // 3)], ground.model)
    print(
        f"{rate:6.1f} submits a second ({WANTED} wanted)   plain rows {floor:7.1f}   ratio {floor / rate:5.1f}\n"
        f"       {statements} statements ({MOST_STATEMENTS} at most)   processor time of one: web {web:.1f} ms,"
        f" database {database:.1f} ms, clients {clients:.1f} ms"
    )
    return rate, web + database


def main():
    folder = Path(os.environ["DEMO_CLOCK"]).parent
    from dxportal.serve import together

    ground = Ground()
    ground.load(ground.versions[:2], range(1, 14))
    with together(folder / "log", os.environ) as processes:
        server = Server(processes, folder)
        few, cost_of_few = measured(server, ground)
        months = (STORED - ground.stored) // (len(ground.sessions) * len(FORMS)) + 4
        ground.load(ground.versions[:2], range(14, months + 1))
        ground.load(ground.versions[2:], range(1, months + 1))
        many, cost_of_many = measured(server, ground)
    print(
        f"with {ground.stored} submitted revisions {many / few:.2f} times as many a second ({KEEPS} at least),"
        f" each at {cost_of_many / cost_of_few:.2f} times the processor time"
    )
    if many < WANTED:
        profile(ground)


if __name__ == "__main__":
    with seeded():
        main()
