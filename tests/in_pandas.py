"""The figures of an invented town folded in pandas, from the definition: product.md, section 6, as a careful clerk
would do it in a spreadsheet.

Numbers are Decimals throughout. Of the portal nothing is used: neither its rules, nor its statements, nor its proof.

One table is made of another by the steps that the definition names: who is asked what; what each unit says over the
period, cell by cell, and what it computes of that; what the units of a scope and level add up to.
"""

from collections import defaultdict
from decimal import ROUND_HALF_UP, Decimal, localcontext

import pandas as pd

from tests.invented import MEASURES, MONTHS, SIX, Town, period

STATES = ("confirmed", "provisional")
MEASURED = ("total", "lowest", "highest", "numerator", "denominator")
COUNTED = ("count", "units", "expected", "submitted", "approved", "without_data")
COLUMNS = MEASURED + COUNTED
STOCKS = [code for code, one in MEASURES.items() if one.time in {"first", "last"}]
RATIOS = [code for code, one in MEASURES.items() if one.parts]
PARTS = [(code, at, part) for code, one in MEASURES.items() for at, part in enumerate(one.parts or (code,))]
SAID_BY = ["form", "span", "unit", "state", "indicator", "row"]
OF_FIGURE = ["form", "span", "scope", "origin", "indicator", "row"]


def figures(town: Town):
    """Every figure of the town by (form, code of the period, scope, origin, indicator, row, state); see COLUMNS."""
    with localcontext() as context:
        context.prec = 80
        reports, said = _reports(town), _said(town)
        owed = _owed(town, reports)
        if owed.empty:
            return {}
        answers = _answers(town, owed, said)
        return _over_units(town, owed, answers)


# Whom and what


def _reports(town):
    rows = [
        (at, one.form, one.period.code, one.period.first, one.unit.pk, one.unit.level, id(one.version),
         one.confirmed is not None, one.provisional is not None)
        for at, one in enumerate(town.reports)
        if one.fate != "exempt"
    ]  # fmt: skip
    columns = ["report", "form", "period", "first", "unit", "level", "version", "confirmed", "provisional"]
    return pd.DataFrame(rows, columns=columns)


def _said(town):
    """Every number that a report says, in each state; quotients are never said."""
    rows = [
        (at, state, code, row, number)
        for at, one in enumerate(town.reports)
        for state in STATES
        for (code, row), number in (getattr(one, state) or {}).items()
        if number is not None
    ]
    return pd.DataFrame(rows, columns=["report", "state", "cell", "cell_row", "number"]).astype({"number": object})


def _spans(town):
    """Which asked periods each period consists of, the asked ones of themselves, and which of them is the last."""
    found = []
    for form, periods in enumerate(town.forms):
        asked = {one.period for one in town.reports if one.form == form}
        wanted = {}
        for one, _version in periods:
            if one in asked:
                wanted |= dict(_longer(one))
        wanted = {code: days for code, days in wanted.items() if code not in {one.code for one in asked}}
        for code, (first, last) in wanted.items():
            within = sorted(one for one in asked if first <= one.first and one.last <= last)
            # One that is reported as a whole wins over the shorter ones within it.
            within = [one for one in within if not any(_holds(other, one) for other in within)]
            latest = max(one.first for one in within)
            found += [(form, code, one.code, one.first == latest) for one in within]
        found += [(form, one.code, one.code, True) for one in asked]
    return pd.DataFrame(found, columns=["form", "span", "period", "last"])


def _holds(longer, shorter):
    return longer != shorter and longer.first <= shorter.first and shorter.last <= longer.last


def _longer(one):
    """The longer periods that hold it, and from the year's beginning to its end, by code with their windows."""
    year, length = one.last.year, MONTHS[one.frequency]
    for name, months in MONTHS.items():
        if months > length:
            longer = period(name, year, (one.last.month - 1) // months + 1)
            yield longer.code, (longer.first, longer.last)
    month = one.last.month
    if month not in (1, 3, 6, 12):
        yield f"{year}-YTD{month:02}", (period("month", year, 1).first, one.last)


def _owed(town, reports):
    """Which report is asked which measure in which row, for every period that it belongs to."""
    versions = {id(one.version): one.version for one in town.reports}
    asks = pd.DataFrame(
        [(pk, code, row) for pk, one in versions.items() for code in one.items for row in one.rows(code)],
        columns=["version", "indicator", "row"],
    )
    bars = {(at, code) for at, one in enumerate(town.reports) for code in _barred(town, one)}
    aside = pd.DataFrame(
        [
            (report, code)
            for report, barred in bars
            for code, one in MEASURES.items()
            if barred == code or barred in one.parts
        ],
        columns=["report", "indicator"],
    ).drop_duplicates()
    entered = reports.merge(asks, on="version").merge(aside, on=["report", "indicator"], how="left", indicator=True)
    owed = entered[entered["_merge"] == "left_only"].drop(columns="_merge").merge(_spans(town), on=["form", "period"])
    owed["stock"] = owed["indicator"].isin(STOCKS)
    return owed


def _barred(town, report):
    """What the report is not asked: not of this unit, not applicable, or read from another form."""
    day = report.period.first
    for code, item in report.version.items.items():
        if item.only and report.unit.pk not in item.only:
            yield code
    for code, unit, since, until in town.aside:
        if unit == report.unit.pk and since <= day < until:
            yield code
    for code, level, form, since, until in town.sources:
        if level == report.unit.level and form != report.form and since <= day < until:
            yield code


# Over time, unit by unit


def _answers(town, owed, said):
    """What each unit gives to each figure in each state: its number or both parts, for how many of its reports."""
    parts = pd.DataFrame(PARTS, columns=["indicator", "part", "cell"])
    spoken = owed.merge(parts, on="indicator").merge(
        said, left_on=["report", "cell", "row"], right_on=["report", "cell", "cell_row"]
    )
    whole = spoken.groupby([*SAID_BY, "report"], as_index=False).size()
    whole = whole[whole["size"] == 1 + whole["indicator"].isin(RATIOS)].drop(columns="size")
    known = whole.groupby(SAID_BY, as_index=False).size().rename(columns={"size": "known"})
    added = _measured(town, owed, said, whole)
    above, below = added[added["part"] == 0], added[added["part"] == 1][[*SAID_BY, "number"]]
    answers = above.merge(below, on=SAID_BY, how="left", suffixes=("", "_below"))
    answers = answers[~answers["indicator"].isin(RATIOS) | answers["number_below"].notna()]
    answers = answers.merge(known, on=SAID_BY, how="left")
    due = owed[owed["last"]].merge(pd.DataFrame({"state": STATES}), how="cross")
    due["read"] = due["confirmed"].where(due["state"] == "confirmed", due["provisional"]).astype(int)
    answers = answers.merge(due[[*SAID_BY, "read"]], on=SAID_BY, how="left")
    stock = answers["indicator"].isin(STOCKS)
    answers["known"] = answers["known"].fillna(0).astype(int).where(~stock, 1)
    answers["known_read"] = answers["known"].where(~stock, answers["read"])
    return answers[~stock | answers["read"].notna()]


def _measured(town, owed, said, whole):
    """The parts of every measure over every period, of the cells that they are made of; known where all of them are."""
    reads = owed.merge(pd.DataFrame({"state": STATES}), how="cross")
    ratio = reads["indicator"].isin(RATIOS)
    reads = pd.concat([reads[~ratio], reads[ratio].merge(whole, on=[*SAID_BY, "report"])])
    cells = reads.merge(_made(town), on=["form", "span", "unit", "indicator", "row"]).merge(
        said, on=["report", "state", "cell", "cell_row"]
    )
    timed = _over_time(
        cells.sort_values("first", kind="stable"), [*SAID_BY, "part", "needed", "cell", "cell_row", "factor"]
    )
    timed["number"] = timed["number"] * timed["factor"]
    groups = timed.groupby([*SAID_BY, "part", "needed"], as_index=False)["number"]
    added = groups.sum()
    added = added[groups.size()["size"] == added["needed"]]
    spaces = {(code, at): MEASURES[part].space for code, at, part in PARTS}
    numbers = zip(added["indicator"], added["part"], added["number"].map(_kept), strict=True)
    yes = [Decimal(number != 0) if spaces[code, part] == "count" else number for code, part, number in numbers]
    return added.assign(number=pd.Series(yes, added.index, object))


def _over_time(cells, by):
    """Each cell over the periods: flows add up, of stocks the first or last known, means to six decimals, half up."""
    numbers = cells.groupby(by, as_index=False)["number"]
    timed = numbers.sum()
    columns = (
        timed["cell"],
        timed["number"],
        numbers.first()["number"],
        numbers.last()["number"],
        numbers.size()["size"],
    )
    timed["number"] = pd.Series(
        [
            {"sum": total, "first": first, "last": last, "mean": _kept(total / size)}[MEASURES[cell].time]
            for cell, total, first, last, size in zip(*columns, strict=True)
        ],
        dtype=object,
    )
    return timed


def _kept(number):
    return number.quantize(SIX, ROUND_HALF_UP)


def _made(town):
    """What each unit's measures are made of over each period, as the last of its versions that asks them says."""
    versions = {id(one.version): one.version for one in town.reports}
    shown = defaultdict(dict)
    beneath = _reports(town).merge(_spans(town), on=["form", "period"])[["form", "span", "unit", "first", "version"]]
    for form, span, unit, first, version in sorted(beneath.itertuples(index=False, name=None), key=lambda one: one[3]):
        shown[form, span, unit][version] = first
    known = {}
    rows = []
    for (form, span, unit), seen in shown.items():
        history = tuple(sorted(seen, key=seen.get))
        if (asked_itself := (history, span in _asked(town, form))) not in known:
            found = {}
            for pk in history:
                found |= dict(_of_version(versions[pk], asked_itself[1]))
            known[asked_itself] = [one for made in found.values() for one in made]
        rows += [(form, span, unit, *one) for one in known[asked_itself]]
    columns = ["form", "span", "unit", "indicator", "row", "part", "cell", "cell_row", "factor", "needed"]
    return pd.DataFrame(rows, columns=columns)


def _asked(town, form):
    return {one.period.code for one in town.reports if one.form == form}


def _of_version(version, asked_itself):
    for code in version.items:
        for row in version.rows(code):
            made = []
            whole = True
            for part, named in enumerate(MEASURES[code].parts or (code,)):
                whole &= row in version.rows(named)
                cells = [(named, row, Decimal(1))] if asked_itself or not whole else list(_cells(version, named, row))
                made += [(code, row, part, *cell, len(cells)) for cell in cells]
            if whole:
                yield (code, row), made


def _cells(version, code, row):
    """The cells that a cell comes down to, each with its factor."""
    parts = version.adds_up(code, row)
    if parts is None:
        return [(code, row, Decimal(1))]
    total = defaultdict(Decimal)
    for factor, named, where in parts:
        for cell, cell_row, inner in _cells(version, named, where):
            total[cell, cell_row] += factor * inner
    return [(*cell, factor) for cell, factor in total.items()]


# Over units


def _over_units(town, owed, answers):
    lines = pd.DataFrame([(unit.pk, scope) for unit in town.units for scope in unit.path], columns=["unit", "scope"])
    beneath = _reports(town).merge(_spans(town), on=["form", "period"])[["form", "span", "unit"]].drop_duplicates()
    kept = beneath.merge(lines, on="unit")
    kept = kept[kept["unit"] != kept["scope"]][["form", "span", "scope"]].drop_duplicates()
    origins = _origins(town)

    counted = owed[~owed["stock"] | owed["last"]]
    placed = (
        counted.merge(lines, on="unit")
        .merge(kept, on=["form", "span", "scope"])
        .merge(origins, on=["indicator", "level"])
    )
    counts = placed.groupby(OF_FIGURE, as_index=False).agg(
        expected=("report", "size"), submitted=("provisional", "sum"), approved=("confirmed", "sum")
    )
    levels = pd.DataFrame([(unit.pk, unit.level) for unit in town.units], columns=["unit", "level"])
    given = answers.merge(levels, on="unit").merge(lines, on="unit").merge(kept, on=["form", "span", "scope"])
    given = given.merge(origins, on=["indicator", "level"])
    by = [*OF_FIGURE, "state"]
    ratio = given["indicator"].isin(RATIOS)
    plain, pairs = given[~ratio], given[ratio]
    nothing = dict.fromkeys(MEASURED) | {"count": 0, "units": 0, "known_read": 0}
    found = {
        (*(row[name] for name in OF_FIGURE), state): nothing
        | {name: int(row[name]) for name in ("expected", "submitted", "approved")}
        for state in STATES
        for row in counts.to_dict("records")
    }
    adding = {
        "total": plain.groupby(by)["number"].sum(),
        "lowest": plain.sort_values("number").groupby(by)["number"].first(),
        "highest": plain.sort_values("number").groupby(by)["number"].last(),
        "numerator": pairs.groupby(by)["number"].sum(),
        "denominator": pairs.groupby(by)["number_below"].sum(),
        "count": given.groupby(by)["known"].sum(),
        "known_read": given.groupby(by)["known_read"].sum(),
        "units": given.groupby(by).size(),
    }
    for name, column in adding.items():
        for key, number in column.items():
            if key in found:
                found[key][name] = number
    for (*_place, indicator, _row, state), figure in found.items():
        if figure["units"] > 1 and _is_single(indicator):
            figure.update(dict.fromkeys(("total", "numerator", "denominator")))
        read = figure["approved"] if state == "confirmed" else figure["submitted"]
        figure["without_data"] = read - figure["known_read"]
    return {key: tuple(one[name] for name in COLUMNS) for key, one in found.items()}


def _is_single(code):
    return any(MEASURES[part].space == "none" for part in MEASURES[code].parts or (code,))


def _origins(town):
    levels = {unit.level for unit in town.units}
    return pd.DataFrame(
        [
            (code, level, origin)
            for code in MEASURES
            for level in levels
            for origin in (["city"] if _is_single(code) else [level, "all"])
        ],
        columns=["indicator", "level", "origin"],
    )
