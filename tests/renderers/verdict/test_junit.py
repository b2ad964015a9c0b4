"""JUnit files are what Jenkins, GitLab and GitHub read: valid, one suite, each failure with its own
part."""

import re
import xml.etree.ElementTree as ET
from datetime import UTC, datetime

from msgspec.structs import replace

from podwatch.core.concepts import catalog
from podwatch.core.expectations import Expectations, Outcome, Target, Verdict
from podwatch.core.expectations.expectation import NotJudged
from podwatch.core.session import Session
from podwatch.core.stream import StreamItem
from podwatch.renderers.verdict.evidence import Evidence, gathered
from podwatch.renderers.verdict.junit import junit
from tests import build as pods
from tests.build import added, feed, modified
from tests.cases import cases
from tests.core.expectations.judging import FAILED, WEB, begun, end_of

DB = Target("Pod", "default", "db")

# The rules of the schema by which Jenkins' xUnit plugin validates: for each element the attributes
# that it has to have, those that it may have, and its children.
# https://github.com/jenkinsci/xunit-plugin/blob/031e285ef3b60dee7aaf36e9096d7dcd95ffae83/src/main/resources/org/jenkinsci/plugins/xunit/types/model/xsd/junit-10.xsd
COUNTS = {"tests", "failures", "errors"}
SAID = (set[str](), {"type", "message"}, set[str]())
SCHEMA: dict[str, tuple[set[str], set[str], set[str]]] = {
    "testsuites": (set(), {"name", "time", *COUNTS}, {"testsuite"}),
    "testsuite": (
        {"name", *COUNTS},
        {
            "group",
            "time",
            "skipped",
            "timestamp",
            "hostname",
            "id",
            "package",
            "file",
            "log",
            "url",
        },
        {"testsuite", "properties", "testcase", "system-out", "system-err"},
    ),
    "testcase": (
        {"name"},
        {"time", "classname", "group"},
        {"skipped", "error", "failure", "system-out", "system-err"},
    ),
    "failure": SAID,
    "error": SAID,
    "skipped": SAID,
    "system-out": (set(), set(), set()),
}
TIME = re.compile(r"(([0-9]{0,3},)*[0-9]{3}|[0-9]{0,3})*(\.[0-9]*)?")


def faults(root: ET.Element) -> list[str]:
    """What the schema does not allow."""
    found = [] if root.tag == "testsuites" else [f"{root.tag} is the root"]
    for element in root.iter():
        needed, allowed, children = SCHEMA[element.tag]
        given = set(element.keys())
        found += [f"{element.tag} lacks {name}" for name in needed - given]
        found += [f"{element.tag} has {name}" for name in given - needed - allowed]
        found += [f"{child.tag} in {element.tag}" for child in element if child.tag not in children]
        if element.tag != "testcase" and not TIME.fullmatch(element.get("time", "")):
            found.append(f"time of {element.tag}")
        if element.tag == "testsuite":
            found += [
                f"{plural} is {element.get(plural)}"
                for plural, tag in {"failures": "failure", "errors": "error"}.items()
                if len(list(element.iter(tag))) != int(element.get(plural, "0"))
            ]
    return found


def evidence(*items: StreamItem, **wanted: object) -> Evidence:
    made = {"targets": (WEB, DB), "timeout": 60.0, **wanted}
    session = Session(catalog(), Expectations(**made))  # type: ignore[arg-type]
    feed(session, *begun(), *items)
    return gathered(session.board, end_of(session), None, recorded=False, replay="")


def named(name: str) -> StreamItem:
    return added(pods.pod(name=name), 1)


DB_FAILED = replace(FAILED, metadata=replace(FAILED.metadata, name="db", uid="uid-db"))
BOTH_FAIL = evidence(
    named("web"), named("db"), modified(FAILED, 5), modified(DB_FAILED, 9), keep_going=True
)
HOSTILE = Verdict(
    outcome=Outcome.ERROR,
    t=1234.5,
    sentence="\x00\x1b[31m ]]> <b> \U000e0041 \ud800",
    not_judged=(NotJudged("cronjob/&\x01", "<why>"),),
)


@cases(
    "made",
    {
        "two that fail": BOTH_FAIL,
        "one that is not judged": evidence(named("web"), modified(FAILED, 5)),
        "time is up": evidence(named("web")),
        "met": evidence(added(pods.up("web"), 1), added(pods.up("db"), 2)),
        "nothing was judged, and hostile text": Evidence(verdict=HOSTILE, hint="\x00##[x]"),
    },
)
def test_it_is_valid_by_the_schema_of_jenkins(made: Evidence) -> None:
    assert faults(ET.fromstring(junit(made, 1))) == []


def test_the_schema_refuses_what_made_it_invalid() -> None:
    root = ET.fromstring(junit(BOTH_FAIL, 1))
    root.set("skipped", "0")
    assert faults(root) == ["testsuites has skipped"]


def test_each_failure_has_its_own_part_and_the_suite_has_the_whole() -> None:
    (suite,) = ET.fromstring(junit(BOTH_FAIL, 1))
    texts = {case.get("classname"): case.findtext("failure") for case in suite.iter("testcase")}
    web, db = texts["default.pod/web"] or "", texts["default.pod/db"] or ""
    assert ("Pod web: phase Failed" in web, "Pod db: phase Failed" in web) == (True, False)
    assert ("Pod web: phase Failed" in db, "Pod db: phase Failed" in db) == (False, True)
    whole = suite.findtext("system-out") or ""
    assert whole.count("phase Failed") == 2
    assert whole.endswith("exit 1 (not met, certain)\n")


def test_a_suite_is_called_after_its_targets_and_says_when_it_began() -> None:
    made = replace(BOTH_FAIL, at=datetime(2026, 11, 28, 3, 0, 9, tzinfo=UTC))
    (suite,) = ET.fromstring(junit(made, 1))
    assert suite.get("name") == "podwatch expect pod/web pod/db"
    assert suite.get("timestamp") == "2026-11-28T03:00:00+00:00"
    many = tuple(Target("Pod", "default", f"p{n}") for n in range(9))
    (suite,) = ET.fromstring(junit(evidence(targets=many), 4))
    names = "pod/p0 pod/p1 pod/p2 pod/p3 pod/p4"
    assert suite.get("name") == f"podwatch expect {names} and 4 more"
