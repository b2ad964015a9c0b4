"""JUnit XML: a test case for each target and thing expected of it.

Responsible for a file that CI systems read; XML escapes, and what XML can't hold is made
visible.
"""

import xml.etree.ElementTree as ET

from podwatch.expectations import Outcome, Result
from podwatch.renderers.evidence import Evidence, outcome_word
from podwatch.renderers.report import report
from podwatch.renderers.safe import visible


def junit(evidence: Evidence, exit_code: int) -> bytes:
    """The file's bytes."""
    verdict = evidence.verdict
    failures = sum(one.outcome is Outcome.VIOLATED for one in verdict.results)
    errors = sum(one.outcome in {Outcome.TIMED_OUT, Outcome.UNAVAILABLE} for one in verdict.results)
    skipped = sum(one.outcome is Outcome.PENDING for one in verdict.results)
    counts = {
        "tests": str(len(verdict.results)),
        "failures": str(failures),
        "errors": str(errors),
        "skipped": str(skipped),
        "time": f"{verdict.t:.3f}",
    }
    suites = ET.Element("testsuites", {"name": "podwatch", **counts})
    suite = ET.SubElement(suites, "testsuite", {"name": "podwatch expect", **counts})
    text = visible(report(evidence, exit_code), one_line=False)
    for result in verdict.results:
        _case(suite, result, evidence, text)
    out = ET.SubElement(suite, "system-out")
    out.text = text
    ET.indent(suites)
    made: bytes = ET.tostring(suites, encoding="utf-8", xml_declaration=True)
    return made + b"\n"


def _case(suite: ET.Element, result: Result, evidence: Evidence, text: str) -> None:
    verdict = evidence.verdict
    what = result.text if result.role == "for" else f"{result.role} {result.text}"
    case = ET.SubElement(
        suite,
        "testcase",
        {
            "classname": visible(f"{result.target.namespace}.{result.target}"),
            "name": visible(what),
            "time": f"{(result.t if result.t is not None else verdict.t):.3f}",
        },
    )
    match result.outcome:
        case Outcome.VIOLATED:
            said = result.cause.sentence if result.cause is not None else verdict.sentence
            failure = ET.SubElement(case, "failure", {"message": visible(said), "type": "violated"})
            failure.text = text
        case Outcome.TIMED_OUT | Outcome.UNAVAILABLE:
            said = "; ".join(result.waits) or verdict.sentence
            if result.outcome is Outcome.UNAVAILABLE:
                said = verdict.sentence
            error = ET.SubElement(
                case,
                "error",
                {
                    "message": visible(f"{outcome_word(result.outcome)}: {said}"),
                    "type": str(result.outcome),
                },
            )
            error.text = text
        case Outcome.PENDING:
            ET.SubElement(case, "skipped", {"message": "undecided when the verdict fell"})
