"""What a person means by a term, also one that is made of others."""

import pytest

from podwatch.core.concepts import catalog
from podwatch.core.concepts.terms import close_matches, meanings
from tests.build import catalog_of
from tests.cases import cases


def said(term: str) -> str:
    return " ".join(
        f"{one.term} is {one.what}: {one.text or one.id}" for one in meanings(catalog(), term)
    )


@cases(
    "term words",
    {
        "an id": ("crash-loop-back-off", "a lesson of podwatch"),
        "a title": ("Phase Running", "a lesson of podwatch: running"),
        "a reason of a pattern": ("CrashLoopBackOff", "crash-loop-back-off"),
        "an entry": ("OutOfcpu", "OutOfcpu is a reason: the node has less CPU"),
        "an Event": (
            "FailedScheduling",
            "an Event's reason: the scheduler could not place the Pod",
        ),
        "in other letters": ("terminating", "a STATUS text: the deletion"),
        "Init, counted": ("Init:1/3", "1 of the Pod's 3 init containers are done"),
        "Init with a reason": ("Init:Error", "Error is a reason"),
        "Init with a lesson": ("Init:CrashLoopBackOff", "crash-loop-back-off"),
        "Init with an exit code": ("Init:ExitCode:3", "3 is an exit code"),
        "ExitCode": ("ExitCode:3", "3 is an exit code: what it means is up to"),
        "Signal": ("Signal:9", "SIGKILL is a signal: number 9"),
        "0": ("0", "0 is an exit code: the program says that all went well"),
        "7": ("7", "7 is an exit code: what it means is up to the program"),
        "126": ("126", "may not be executed"),
        "127": ("127", "the command was not found"),
        "137": ("137", "only the reason OOMKilled proves memory"),
        "139": ("139", "SIGSEGV"),
        "128 and a rarer signal": ("152", "the signal SIGXCPU (number 24)"),
        "128 and a signal that ends nothing": ("150", "what it means is up to the program"),
        "above the signals": ("200", "what it means is up to the program"),
        "255": ("255", "the program chose it"),
        "too large": ("300", "no exit code of a program"),
        "too large for Windows, too": ("9999999999", "no exit code of any program"),
        "of Windows": ("3221225477", "STATUS_ACCESS_VIOLATION"),
        "of Windows, as kubectl shows it": ("-1073741510", "STATUS_CONTROL_C_EXIT"),
        "of Windows, in hexadecimal": ("0xc0000135", "a DLL was not found"),
        "of Windows, without a name of its own": ("0xC0001234", "an NTSTATUS value"),
        "-1": ("-1", "does not know how the program ended"),
        "a signal": ("SIGTERM", "SIGTERM is a signal: number 15"),
        "a signal without SIG": ("term", "SIGTERM is a signal"),
        "SIGBUS": ("SIGBUS", "number 7; as an exit code it is, by convention, 135"),
        "9, as an exit code": ("9", "9 is an exit code"),
        "9, as a signal": ("9", "SIGKILL is a signal"),
        "137 proves no signal": ("137", "by convention"),
        "137 is not always known": ("137", "the kubelet writes 137 where it knows no exit code"),
        "Failed, as a phase": ("Failed", "Failed is a phase"),
        "Failed, as an Event": ("Failed", "Failed is an Event's reason"),
    },
)
def test_a_term_is_explained_in_all_its_meanings(term: str, words: str) -> None:
    assert words in said(term)


@pytest.mark.parametrize(
    "term", ["Terminating", "Init:1/3", "ExitCode:3", "CrashLoopBackOff", "ErrImagePull", "Error"]
)
def test_of_what_STATUS_shows_it_is_said_how_it_is_made(term: str) -> None:
    assert "STATUS is no field of the Pod: the API server computes it" in said(term)


@pytest.mark.parametrize("term", ["FailedScheduling", "137", "SIGTERM", "Ready"])
def test_of_other_terms_it_is_not(term: str) -> None:
    assert "STATUS is no field" not in said(term)


@pytest.mark.parametrize(
    ("typo", "meant"),
    [
        pytest.param("CrashLopBackOff", "CrashLoopBackOff", id="a letter is missing"),
        pytest.param("imagepullbackof", "ImagePullBackOff", id="in lower case"),
        pytest.param("oomkiled", "OOMKilled", id="an abbreviation"),
    ],
)
def test_a_typo_has_close_matches(typo: str, meant: str) -> None:
    assert meanings(catalog(), typo) == ()
    assert meant in close_matches(catalog(), typo)


@pytest.mark.parametrize("term", ["xyzzy", "", "99999999999", "²", "Init:", "ExitCode:", "\x1b[2J"])
def test_what_is_no_term_has_no_meaning(term: str) -> None:
    assert meanings(catalog_of(), term) == ()
    assert meanings(catalog(), "xyzzy") == ()


def test_every_term_of_the_catalogue_has_a_meaning() -> None:
    for term in catalog().terms():
        assert meanings(catalog(), term), term
