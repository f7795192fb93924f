"""Figures in bulk: all of them folded anew against plain SQL, and what one approval costs, whatever else there is.

The floor is hand-written SQL that yields the same rows into a table with the same keys (plain_figures.py). Plainly run,
it takes a few minutes; `python -m bench.bench_figures --full` folds the form of 100 lines over 600 units and 170
months, ten million values, and takes an hour and 15 GB of disk. docs/scaling.md holds what came out.
"""

import argparse
import os
import statistics
import subprocess
import time
from pathlib import Path

from bench import plain_figures
from bench.bulk import (
    AT,
    CITY,
    LAST,
    PROVINCES_BEFORE,
    PROVINCES_NOW,
    SMALL_CITY,
    SMALL_COUNTRY,
    STORM,
    Country,
    run,
)
from bench.ground import seeded

ROUNDS = 9


def taken(act):
    begun = time.perf_counter()
    act()
    return time.perf_counter() - begun


def line(name, ours, floor, most=None):
    verdict = "" if most is None else f"   at most {most:g}: {'held' if ours / floor <= most else 'NOT HELD'}"
    print(f"{name:<46} {ours:9.3f} s   floor {floor:9.3f} s   ratio {ours / floor:5.2f}{verdict}", flush=True)


def resident():
    """The memory that this process holds, in MB."""
    return int(Path("/proc/self/statm").read_text(encoding="ascii").split()[1]) * 4096 / 2**20


def spans(form):
    """The months of a form year by year, each with the longer periods that they make."""
    from reports.models import Figure, Period

    of_year = {}
    asked = Period.objects.filter(reports__form=form).distinct().order_by("first_day")
    for period in asked:
        of_year.setdefault(period.code[:4], ([], []))[0].append(period.pk)
    longer = Period.objects.filter(pk__in=Figure.objects.filter(form=form).values("period")).difference(asked)
    for period in longer:
        of_year[period.code[:4]][1].append(period.pk)
    return list(of_year.values())


def everything(country, values):
    """All figures from nothing, again over what is right, and the floor, year by year."""
    from reports import figures

    run("TRUNCATE reports_figure")
    before = resident()
    ours = taken(figures.rebuild)
    again = taken(figures.rebuild)
    years = spans(country.form)
    run("DROP TABLE IF EXISTS plain; CREATE TABLE plain (LIKE reports_figure INCLUDING ALL)")
    floor = 0.0
    for months, longer in years:
        asked = taken(lambda months=months: plain_figures.write(country.form, months))
        floor += asked + taken(lambda months=months, longer=longer: plain_figures.write(country.form, months, longer))
    sample = [period for months, longer in years[-2:] for period in (*months, *longer)]
    differing = plain_figures.differing(country.form, sample)
    assert differing == 0, f"{differing} figures are not the same"
    ((count,),) = run("SELECT count(*) FROM reports_figure")
    ((written,),) = run("SELECT count(*) FROM plain")
    assert count == written, (count, written)
    print(f"{values} values make {count} figures, the same by both ways; {resident() - before:.1f} MB more memory held")
    line("all of them from nothing", ours, floor, 1.5)
    line("all of them again, nothing to change", again, floor, 1.5)
    run("DROP TABLE plain")


def approvals(country, count=ROUNDS):
    """Approve waiting reports one by one and fold after each; the median seconds of both together, and of the fold."""
    from reports import figures
    from reports.actions import moving
    from reports.models import Mark, Report
    from reports.workflow import Action

    figures.fold_marked()
    waiting = Report.objects.filter(form=country.form, status="submitted", unit__level="commune").order_by("?")
    both, folds = [], []
    for report in list(waiting[: count + 1]):
        begun = time.perf_counter()
        moving.move(report, Action.APPROVE, by=country.approver, at=AT, edit=report.edit)
        folds.append(taken(figures.fold_marked))
        both.append(time.perf_counter() - begun)
        assert not Mark.objects.exists()
    return statistics.median(both[1:]), statistics.median(folds[1:])


def folded_anew(country):
    """Fold the latest year of a country whose figures nobody has folded yet, and say how long it took."""
    from reports import figures
    from reports.figures import needs
    from reports.models import Period

    month = Period.objects.get(pk=country.months[LAST])
    taking = sum(
        taken(lambda one=one: figures.fold(country.form, one.pk))
        for one in [month, *needs.longer_of(country.form, month)]
    )
    run("VACUUM ANALYZE reports_figure")
    print(f"  the last month and the longer periods that it moves folded in {taking:.1f} s", flush=True)


def grown(name, cost, first=None, most=None):
    both, folds = cost
    print(f"{name:<46} {both:9.3f} s, of which the folds take {folds:.3f} s", flush=True)
    if first:
        line("  beside the first", both, first[0], most)
    return cost


def steady(country, count=200):
    """Whether the process that folds grows: its memory over many folds of the same month, in MB."""
    from reports import figures

    figures.fold(country.form, country.months[LAST])
    before = resident()
    for _round in range(count):
        figures.fold(country.form, country.months[LAST])
    print(f"the memory of who folds, {count} folds later        {resident() - before:+9.1f} MB", flush=True)


def wait_folded(since):
    """Wait until nothing is marked; the seconds since then."""
    from reports.models import Mark

    while Mark.objects.exists():
        time.sleep(0.02)
    return time.perf_counter() - since


def burst(country, seconds=10, count=640):
    """One approval, then a storm of them, with one Celery worker; both until every figure is right."""
    from dxportal.serve import CELERY
    from reports import figures
    from reports.actions import moving
    from reports.figures import needs
    from reports.models import Period, Report
    from reports.workflow import Action

    figures.fold_marked()
    command = [*CELERY, "--quiet", "worker", "--concurrency", "1", "--loglevel", "ERROR"]
    with subprocess.Popen(command, env=os.environ.copy(), stderr=subprocess.DEVNULL) as worker:
        time.sleep(15)
        reports = list(Report.objects.filter(form=country.form, status="submitted").order_by("?")[: count + 2])
        for report in reports[:2]:
            moving.move(report, Action.APPROVE, by=country.approver, at=AT, edit=report.edit)
            one = wait_folded(time.perf_counter())
        line("one approval, from its commit to right figures", one, 2, 1)
        begun = time.perf_counter()
        for place, report in enumerate(reports[2:]):
            moving.move(report, Action.APPROVE, by=country.approver, at=AT, edit=report.edit)
            time.sleep(max(0, begun + (place + 1) * seconds / count - time.perf_counter()))
        ended = time.perf_counter()
        after = wait_folded(ended)
        line(f"{count} approvals in {ended - begun:.1f} s, then until all is right", after, 5, 1)
        worker.terminate()
    month = Period.objects.get(pk=country.months[LAST])
    wrong = sum(figures.fold(country.form, one.pk) for one in [month, *needs.longer_of(country.form, month)])
    assert wrong == 0, f"{wrong} figures were not right"


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--full", action="store_true", help="ten million values, and the whole country")
    full = parser.parse_args().full
    lines, shape, months, large = (100, CITY, 170, PROVINCES_BEFORE) if full else (20, SMALL_CITY, 24, SMALL_COUNTRY)
    with seeded():
        run("ALTER SYSTEM SET fsync = off")
        run("ALTER SYSTEM SET max_wal_size = '4GB'")
        run("SELECT pg_reload_conf()")
        run("SET statement_timeout = 0")
        units = sum(count for _level, count, _below in shape)
        print(f"one approval: {units} units, {lines} lines", flush=True)
        city = Country("GD-01", shape, lines)
        values = city.load_year()
        folded_anew(city)
        young = grown("after 1 year", approvals(city))
        steady(city)
        values += city.load(LAST - months + 1, LAST - 12)
        everything(city, values)
        if not full:
            city.load(LAST - 119, LAST - months)  # their values and reports; folding them too would take minutes
        grown("after 10 years and more", approvals(city), young, 1.2)

        print("one approval, 20 lines, a year, however many units", flush=True)
        few = Country("GD-02", shape, 20)
        few.load_year()
        folded_anew(few)
        small = grown(f"{units} units", approvals(few))
        for code, tree in (("GD-03", large), *((("GD-05", PROVINCES_NOW),) if full else ())):
            country = Country(code, tree, 20)
            country.load_year()
            folded_anew(country)
            grown(" + ".join(str(count) for _level, count, _below in tree) + " units", approvals(country), small, 2)

        print("a storm of approvals: 650 units, 20 lines, a year", flush=True)
        storm = Country("GD-04", STORM, 20)
        storm.load_year()
        folded_anew(storm)
        burst(storm)


if __name__ == "__main__":
    main()
