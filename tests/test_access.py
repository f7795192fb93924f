"""The access matrix: every route × every role × {own unit, below, sibling, elsewhere, absent} → the expected status.

A route that is in no row of ROUTES fails the build, and so does a row without a route. The reports asked for are one
draft of 2022-05 and one submitted of 2022-04 in each unit.
"""

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import timedelta

import pytest
from django.test import Client
from django.urls import NoReverseMatch, get_resolver, reverse
from django.urls.resolvers import URLResolver

from accounts.models import Unit
from accounts.roles import Role
from notifications.models import Addressee, Directive, Notice, PassedOn
from reports import figures, store
from reports.actions import sealing
from reports.models import (
    Attachment,
    Explanation,
    IssuedDocument,
    Lapse,
    Proposal,
    Report,
    Request,
    StandingList,
    Synthesis,
    Task,
    TaskGroup,
)
from tests.city import NOW

ABSENT = 9_999_999
DOCUMENTS = 1_000_000
"""Added to a report's key, the key of its document: further ones are numbered from 1."""
PUBLISHED, DRAFTED = 1, 2
"""The keys of two directives; addressees and certificates of the first have the keys of their units."""

# Where people stand, and which units that makes own, below, sibling and elsewhere.
BASES = {
    "district": {"own": "district", "below": "commune", "sibling": "elsewhere", "elsewhere": "far_commune"},
    "commune": {"own": "commune", "sibling": "sibling", "elsewhere": "far_commune"},
    "owner": {"own": "owner", "sibling": "department", "elsewhere": "far_commune"},
    "city": {"below": "far_commune"},
}
PLACED = [
    *(("district", role) for role in Role),
    *(("owner", role) for role in (Role.REPORTER, Role.REVIEWER, Role.APPROVER, Role.OBSERVER)),
    *(("commune", role) for role in (Role.REPORTER, Role.HEAD)),
    ("city", Role.OBSERVER),
]
OVERSEER = ("city", Role.OBSERVER)
CLERKS = {Role.CLERK, Role.HEAD}
OWNERS_READERS = {Role.REVIEWER, Role.APPROVER, Role.OBSERVER}


@dataclass
class Case:
    """One person before one unit."""

    base: str
    role: Role
    relation: str
    unit: Unit | None
    draft: int = ABSENT
    filed: int = ABSENT
    edit: int = 1

    @property
    def reads(self) -> bool:
        """Whether the person may read the unit's reports at all (product rule: subtree, form's owner, inspectors)."""
        if self.relation == "absent":
            return False
        owns = self.base == "owner" and self.role in OWNERS_READERS
        return self.role == Role.INSPECTOR or owns or self.relation in {"own", "below"}

    @property
    def fills(self) -> bool:
        return self.relation == "own" and self.role in {Role.REPORTER, Role.HEAD}

    @property
    def returns(self) -> bool:
        """Whether the filed report is this person's to return: checked, or with no superior, the owner reviews it."""
        owner = self.base == "owner" and self.relation != "own"
        return owner and self.role in {Role.REVIEWER, Role.APPROVER}

    @property
    def key(self) -> int:
        return self.unit.pk if self.unit else ABSENT


def anybody(case):
    return 200


def reader(case):
    return 200 if case.reads else 404


def existing(case):
    return 200 if case.unit else 404


def listed(case):
    """A list narrowed to a unit: what one may not read is not in it; see the test below."""
    return 200 if case.unit else 400


def above_others(case):
    """Of a unit beneath which others stand; in the small city that are the districts."""
    return 200 if case.reads and case.unit.level == "district" else 404


def filler(case):
    return 404 if not case.reads else 200 if case.fills else 403


def hands_up(status):
    return lambda case: 404 if not case.reads else status if case.fills and case.role == Role.REPORTER else 403


def reviewing(case):
    return 200 if case.role in {Role.REVIEWER, Role.APPROVER} else 403


def administrator(case):
    return 200 if case.role == Role.ADMINISTRATOR else 403


def approver(case):
    return 200 if case.role == Role.APPROVER else 403


def inspector(case):
    return 200 if case.role == Role.INSPECTOR else 403


def reader_of_all(case):
    """An inspector, or who is appointed at the city itself."""
    return 200 if case.role == Role.INSPECTOR or case.base == "city" else 403


def watcher(case):
    return 200 if case.role in {Role.ADMINISTRATOR, Role.INSPECTOR} else 403


def asked(case):
    """The request asked for is one of the unit's filed report to the owner of the form."""
    answers = case.base == "owner" and case.role in {Role.REVIEWER, Role.APPROVER, Role.HEAD}
    return 200 if case.reads or (case.unit and answers) else 404


def part_filler(case):
    return 404 if not case.reads else 302 if case.fills else 403


def remarker(case, done=302):
    """The filed report waits for the superior of a commune, for the owner where nobody checks it above."""
    if not case.reads:
        return 404
    return done if case.returns else 403


def weigher(case):
    """The owner's approvers; the owner's own report is approved by another unit."""
    if not case.reads:
        return 404
    return 200 if case.role == Role.APPROVER and case.base == "owner" and case.relation != "own" else 403


def remarker_of_api(case):
    return remarker(case, 201)


def ladder_changer(case):
    """Administrators, and approvers of the form's owner."""
    ours = case.role == Role.APPROVER and case.base == "owner"
    return 200 if ours or case.role == Role.ADMINISTRATOR else 403


def publisher(done=200):
    """Administrators and inspectors enter and publish directives; others do not find a draft."""
    return lambda case: done if case.role in {Role.ADMINISTRATOR, Role.INSPECTOR} else 404


def addressed(case):
    """The directive asked for goes to all units but the city."""
    return 302 if case.base != "city" else 403


def certifier(case):
    """Everybody asks for the addressee of one unit; of the absent one there is none."""
    if case.unit is None or not (
        case.relation in {"own", "below"} or case.role in {Role.ADMINISTRATOR, Role.INSPECTOR}
    ):
        return 404
    return 422 if case.relation == "own" and case.role == Role.HEAD else 403


def listed_to(case):
    """The signed list of the unit asked for."""
    if case.unit is None:
        return 404
    return 200 if case.relation in {"own", "below"} or case.role in {Role.ADMINISTRATOR, Role.INSPECTOR} else 404


def own_notice(case):
    """The notice asked for is another person's."""
    return 404


@dataclass
class Route:
    """How to ask a route, and what a signed-in person and a stranger are answered."""

    expected: Callable[[Case], int]
    arguments: Callable[[Case], dict[str, object]] = lambda case: {}
    query: Callable[[Case], dict[str, object]] = lambda case: {}
    method: str = "get"
    content: Mapping[str, object] = field(default_factory=dict)
    form: bool = False
    unsigned: int = 302


def of_draft(case):
    return {"pk": case.draft}


def of_filed(case):
    return {"pk": case.filed, "number": 1}


def of_filed_report(case):
    return {"pk": case.filed}


def of_no_remark(case):
    return {"pk": case.filed, "remark": ABSENT}


def of_unit(case):
    return {"pk": case.key}


def of_no_receipt(case):
    return {"name": "BM-02/2022-04/00001/1", "digest": "0" * 64}


CELLS = {"cells": [{"item": "closed", "number": "70", "edit": 0}]}
TYPED = {"cells": [{"item": "closed", "typed": "70", "edit": 0}]}

REMARK = {"item": "closed", "text": "Xem lại."}
REMARK_SENT = {"remark": "closed", "text": "Xem lại.", "revision": "1"}

ROUTES = {
    # pages
    "work": Route(anybody),
    "reports": Route(anybody),
    "report": Route(reader, of_draft),
    "report-cells": Route(filler, of_draft, method="post", content=TYPED),
    "report-files": Route(part_filler, of_draft, method="post", content={"item": "evidence"}, form=True),
    "attachment": Route(reader, lambda case: {"pk": case.filed, "file": case.filed}),
    "report-parts": Route(part_filler, of_draft, method="post", content={"do": "undone", "section": "1"}, form=True),
    "report-issued": Route(
        lambda case: 404 if not case.reads else 302 if case.relation == "own" and case.role in CLERKS else 403,
        lambda case: {"pk": case.filed},
        method="post",
        content={"issued-number": "12/BC-UBND", "issued-day": "2022-05-16"},
        form=True,
    ),
    "report-document": Route(reader, lambda case: {"pk": case.filed, "document": DOCUMENTS + case.filed}),
    "report-steps": Route(hands_up(302), of_draft, method="post", content={"action": "hand_up"}, form=True),
    "report-remarks": Route(remarker, of_filed_report, method="post", content=REMARK_SENT, form=True),
    "report-remark": Route(lambda case: 404, of_no_remark, method="post", content={"do": "mended"}, form=True),
    "compare": Route(reader, of_draft),
    "receipt": Route(reader, of_filed),
    "receipt-pdf": Route(reader, of_filed),
    "verify": Route(anybody, unsigned=200),
    "verify-receipt": Route(lambda case: 404, of_no_receipt, unsigned=404),
    "review": Route(reviewing),
    "review-moves": Route(reviewing, method="post", content={"action": "approve"}, form=True),
    "review-alike": Route(lambda case: 404 if reviewing(case) == 200 else 403),
    "syntheses": Route(anybody),
    "synthesis": Route(reader, lambda case: {"pk": case.filed}),
    "city": Route(anybody),
    "figures": Route(reader, of_unit),
    "heatmap": Route(above_others, of_unit),
    "league": Route(above_others, of_unit),
    "unit": Route(existing, of_unit),
    "unit-applicability": Route(existing, of_unit),
    "programme": Route(anybody),
    "requests": Route(anybody),
    "request": Route(asked, lambda case: {"pk": case.filed}),
    "explain": Route(existing, of_unit),
    "discipline": Route(anybody),
    "lapse": Route(reader, of_filed_report),
    "evidence": Route(reader, lambda case: {"pk": case.filed, "explanation": case.filed}),
    "discipline-unit": Route(reader, of_unit),
    "standing-list": Route(reader_of_all, lambda case: {"pk": 1, "kind": "docx"}),
    "proposal": Route(inspector, lambda case: {"pk": 1, "kind": "docx"}),
    "extensions": Route(approver),
    "openings": Route(approver),
    "incidents": Route(watcher),
    "journal": Route(watcher),
    "seals": Route(inspector),
    "seal": Route(inspector, lambda case: {"number": 1}),
    "inbox": Route(anybody),
    "unread": Route(anybody, unsigned=204),
    "notice": Route(own_notice, lambda case: {"pk": 1}),
    "outbox": Route(administrator),
    "preferences": Route(anybody),
    "unsubscribe": Route(lambda case: 404, lambda case: {"key": "1:forged"}, unsigned=404),
    "calendar": Route(lambda case: 404, lambda case: {"secret": "guessed"}, unsigned=404),
    "ladders": Route(lambda case: 200 if case.role in {Role.ADMINISTRATOR, Role.APPROVER} else 403),
    "ladder": Route(ladder_changer, lambda case: {"code": "BM-02"}),
    "replay": Route(
        lambda case: 200 if case.role in {Role.INSPECTOR, Role.APPROVER} or (case.base, case.role) == OVERSEER else 403
    ),
    "directives": Route(anybody),
    "directive-new": Route(watcher),
    "directive": Route(anybody, lambda case: {"pk": PUBLISHED}),
    "directive-draft": Route(publisher(), lambda case: {"pk": DRAFTED}),
    "directive-change": Route(publisher(), lambda case: {"pk": DRAFTED}),
    "directive-file": Route(anybody, lambda case: {"pk": PUBLISHED}),
    "directive-acknowledge": Route(addressed, lambda case: {"pk": PUBLISHED}, method="post", form=True),
    "directive-certify": Route(
        certifier, lambda case: {"pk": PUBLISHED, "addressee": case.key}, method="post", form=True
    ),
    "directive-list": Route(listed_to, lambda case: {"pk": PUBLISHED, "certificate": case.key}),
    # the API
    "api-units": Route(anybody, unsigned=401),
    "api-unit": Route(existing, of_unit, unsigned=401),
    "api-forms": Route(anybody, unsigned=401),
    "api-form": Route(anybody, lambda case: {"code": "BM-02"}, unsigned=401),
    "api-reports": Route(anybody, unsigned=401),
    "api-report": Route(reader, of_draft, unsigned=401),
    "api-values": Route(filler, of_draft, method="patch", content=CELLS, unsigned=401),
    "api-steps": Route(hands_up(201), of_draft, method="post", content={"action": "hand_up"}, unsigned=401),
    "api-moves": Route(
        anybody, method="post", content={"action": "check", "reports": [{"id": ABSENT, "edit": 1}]}, unsigned=401
    ),
    "api-files": Route(reader, of_draft, unsigned=401),
    "api-file": Route(reader, lambda case: {"pk": case.filed, "file": case.filed}, unsigned=401),
    "api-remarks": Route(remarker_of_api, of_filed_report, method="post", content=REMARK, unsigned=401),
    "api-remark": Route(lambda case: 404, of_no_remark, method="patch", content={"settled": True}, unsigned=401),
    "api-revisions": Route(reader, of_draft, unsigned=401),
    "api-differences": Route(reader, of_draft, unsigned=401),
    "api-impact": Route(weigher, of_filed_report, unsigned=401),
    "api-receipt": Route(reader, of_filed, unsigned=401),
    "api-figures-export": Route(listed, query=lambda case: {"unit": case.key, "period": "2022-05"}, unsigned=401),
    "api-figures-structure": Route(anybody, unsigned=401),
    "api-figures": Route(
        listed, query=lambda case: {"unit": case.key, "form": "BM-02", "period": "2022-05"}, unsigned=401
    ),
    "api-schema": Route(anybody, unsigned=401),
    "api-docs": Route(anybody),
    "api-nothing": Route(lambda case: 404, lambda case: {"rest": "v1/nothing/"}, unsigned=404),
    # accounts and machines: the same for everybody
    "account_login": Route(lambda case: 302, unsigned=200),
    "account_logout": Route(anybody),
    "account_inactive": Route(anybody, unsigned=200),
    "account_change_password": Route(anybody),
    "favicon": Route(lambda case: 301, unsigned=301),
    "livez": Route(anybody, unsigned=200),
    "readyz": Route(anybody, unsigned=200),
}

SESSIONS = {"account_login", "account_logout", "account_inactive", "account_change_password"}
"""Routes that look at or change the session itself."""

# The admin site's routes are asked as a whole: administrators come in, nobody else does.
ADMIN_ALWAYS = {"admin:login": 302}


def named_routes(resolver=None, prefix=""):
    """The names of all routes of the portal, with their namespaces."""
    for pattern in (resolver or get_resolver()).url_patterns:
        if isinstance(pattern, URLResolver):
            yield from named_routes(pattern, prefix + (f"{pattern.namespace}:" if pattern.namespace else ""))
        else:
            yield prefix + (pattern.name or f"unnamed {pattern.pattern}")


def test_every_route_has_its_row_in_the_matrix():
    names = {name for name in named_routes() if not name.startswith("admin:")}
    assert names == set(ROUTES)


@pytest.fixture
def filed_city(city, settings, tmp_path):
    """The small city with a submitted report of 2022-04, a file and a request in every unit, and one notice."""
    settings.ATTACHMENTS_ROOT = tmp_path
    for report in Report.objects.filter(period__code="2022-04").select_related("unit", "current", "superior"):
        Attachment.objects.create(
            pk=report.pk, revision=report.current, item=city.version.items.first(), name="bien-ban.pdf", size=8, at=NOW,
            content_type="application/pdf", sha256=store.keep(b"%PDF-1.7"), by=city.reporter,
        )  # fmt: skip
        city.submit(report)
        Synthesis.objects.create(
            pk=report.pk, form=report.form, period=report.period, unit=report.unit, number=1, by=city.district_head,
            capacity="head", at=NOW, snapshot=b"{}", digest="x",
        )  # fmt: skip
        IssuedDocument.objects.create(
            pk=DOCUMENTS + report.pk, report=report, revision=report.current, number="12/BC", day=NOW.date(),
            name="12.pdf", size=8,
            at=NOW, content_type="application/pdf", sha256=store.keep(b"%PDF-1.7"), by=city.reporter,
        )  # fmt: skip
        if report.superior_id:
            city.check(report)
        Lapse.objects.create(
            pk=report.pk, report=report, unit=report.unit, kind="filing", since=NOW, due=NOW, recorded_at=NOW
        )
        Explanation.objects.create(
            pk=report.pk, lapse_id=report.pk, cause="other", text="Mất điện.", name="bien-ban.pdf", size=8, at=NOW,
            content_type="application/pdf", sha256=store.keep(b"%PDF-1.7"), by=city.head, capacity="head",
        )  # fmt: skip
    StandingList.objects.create(
        pk=1, month=NOW.date().replace(day=1), announced_by=city.inspector, announced_at=NOW, correct_by=NOW,
        issued_by=city.inspector, issued_at=NOW, content={"lines": [], "set_aside": [], "excluded": []}, sha256="x",
    )  # fmt: skip
    Proposal.objects.create(
        pk=1, unit=city.commune, facts={"unit": {"name": "Phường Phúc Xá"}, "lines": []}, measure="remind",
        reason="Chậm.", by=city.inspector, at=NOW,
    )  # fmt: skip
    for report in Report.objects.filter(period__code="2022-05").select_related("unit", "current", "superior"):
        city.fill(report)
    group = TaskGroup.objects.create(position=1, name="Kiến tạo thể chế")
    task = Task.objects.create(
        group=group, pillar="society", code="NV-1", title="Nhiệm vụ", lead=city.district, deliverable="Quyết định",
        starts_on=NOW.date(), due_on=NOW.date(),
    )  # fmt: skip
    Request.objects.bulk_create(
        Request(pk=report, report_id=report, task=task, addressee=city.owner, text="Đề nghị hỗ trợ.", asked_at=NOW)
        for report in Report.objects.filter(period__code="2022-04").values_list("pk", flat=True)
    )
    Notice.objects.create(
        pk=1, person=city.stranger, kind="rung", report=city.report, occasion="rung:0:2022-05-16", rung=0,
        owed_at=NOW, deadline=city.report.deadline,
    )  # fmt: skip
    published = {"issuer": "UBND", "issued_on": NOW.date(), "pass_on_by": NOW + timedelta(days=9)}
    file = {"name": "chi-thi.pdf", "size": 8, "content_type": "application/pdf", "sha256": store.keep(b"%PDF-1.7")}
    Directive.objects.create(pk=PUBLISHED, number="1/CT", title="Chỉ thị", published_at=NOW, **published, **file)
    Directive.objects.create(pk=DRAFTED, number="2/CT", title="Chỉ thị", **published, **file)
    for unit in Unit.objects.exclude(pk=city.city.pk):
        Addressee.objects.create(pk=unit.pk, directive_id=PUBLISHED, unit=unit)
        PassedOn.objects.create(
            pk=unit.pk, addressee_id=unit.pk, day=NOW.date(), way="Họp", people=1, of_people=1, by=city.head, at=NOW,
            **file,
        )  # fmt: skip
    sealing.seal(at=NOW)
    figures.fold_marked()
    return city


def ask(client, name, route, case):
    """The status that the route answers."""
    path = reverse(name, kwargs=route.arguments(case))
    if route.method == "get":
        answer = client.get(path, route.query(case))
        b"".join(answer.streaming_content if answer.streaming else ())
        return answer.status_code
    content = dict(route.content) | ({"edit": case.edit} if route.content.keys() == {"action"} else {})
    if route.form:
        return client.post(path, content).status_code
    return getattr(client, route.method)(path, json.dumps(content), content_type="application/json").status_code


@pytest.mark.parametrize(("base", "role"), PLACED, ids=["-".join(placed) for placed in PLACED])
def test_who_may_what(filed_city, signed_in, base, role):
    city = filed_city
    person = city.add_person(f"matrix_{role}", role, getattr(city, base))
    client = signed_in(person)
    answered, expected = {}, {}
    for relation in (*BASES[base], "absent"):
        case = case_of(city, base, role, relation)
        for name, route in ROUTES.items():
            of_a_unit = route.arguments(case) or route.query(case)
            if name in SESSIONS or (not of_a_unit and relation != "absent"):
                continue  # asked once, with the unit that is absent
            answered[relation, name] = ask(client, name, route, case)
            expected[relation, name] = route.expected(case)
            if "action" in route.content and answered[relation, name] in {201, 302}:
                handed_up = Report.objects.get(pk=case.draft)
                city.move(handed_up, "hand_back", by=city._of(handed_up, Role.HEAD), reason="Lập lại.")
                case.edit = Report.objects.get(pk=case.draft).edit
    assert answered == expected


def test_pages_of_the_session_are_the_same_for_everybody(city, signed_in):
    case = case_of(city, "district", Role.OBSERVER, "own")
    answered = {name: ask(signed_in(city.observer), name, ROUTES[name], case) for name in SESSIONS}
    assert answered == {name: ROUTES[name].expected(case) for name in SESSIONS}


def case_of(city, base, role, relation):
    """The person's case before the unit of that relation, with its reports."""
    if relation == "absent":
        return Case(base, role, relation, None)
    unit = getattr(city, BASES[base][relation])
    draft, filed = city.report_of(unit), city.report_of(unit, "2022-04")
    return Case(base, role, relation, unit, draft.pk, filed.pk, draft.edit)


@pytest.mark.parametrize(("base", "role"), PLACED, ids=["-".join(placed) for placed in PLACED])
def test_figures_of_what_one_may_not_read_are_not_listed(city, signed_in, base, role):
    client = signed_in(city.add_person(f"matrix_{role}", role, getattr(city, base)))
    figures.fold_marked()
    for relation, unit in BASES[base].items():
        case = Case(base, role, relation, getattr(city, unit))
        answer = client.get(reverse("api-figures"), {"unit": case.key, "form": "BM-02", "period": "2022-05"}).json()
        assert bool(answer["results"]) == case.reads, relation


def test_a_stranger_is_asked_to_sign_in(filed_city, at):
    city = filed_city
    case = case_of(city, "commune", Role.OBSERVER, "own")
    answered = {name: ask(Client(), name, route, case) for name, route in ROUTES.items()}
    assert answered == {name: route.unsigned for name, route in ROUTES.items()}


@pytest.mark.parametrize("role", list(Role))
def test_the_admin_site_opens_to_administrators_only(city, signed_in, role):
    person = city.add_person(f"matrix_{role}", role, city.district)
    client = signed_in(person)
    answered = {}
    for name in named_routes():
        if name.startswith("admin:"):
            try:
                answered[name] = client.get(reverse(name)).status_code
            except NoReverseMatch:  # a page of one object: tried with one that is not there
                try:
                    answered[name] = client.get(reverse(name, args=[ABSENT])).status_code
                except NoReverseMatch:
                    continue
    assert answered
    if role == Role.ADMINISTRATOR:
        assert 403 not in {status for name, status in answered.items() if name.endswith("_changelist")}
        assert answered["admin:index"] == answered["admin:accounts_unit_changelist"] == 200
    else:
        assert {name: status for name, status in answered.items() if status != 403} == {
            name: status for name, status in ADMIN_ALWAYS.items() if name in answered
        }


def test_an_appointment_that_has_ended_opens_nothing(filed_city, signed_in):
    city = filed_city
    person = city.add_person("ended", Role.OBSERVER, city.city, until=NOW)
    client = signed_in(person)
    assert client.get(reverse("report", kwargs={"pk": city.report.pk})).status_code == 404
    assert Report.objects.visible_to(person, NOW).count() == 0
