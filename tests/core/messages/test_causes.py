"""What raw messages are decoded to, and the file that says so."""

import re
import tomllib
from importlib.resources import files
from pathlib import Path
from time import process_time
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from podwatch.core.datafile import BrokenFile, Mistake
from podwatch.core.kube import Pod, PodEvent
from podwatch.core.messages import Decoded, cause, clauses, last_line
from podwatch.core.messages.causes import RANKS, SHORT, Class, classes, classes_of
from podwatch.core.messages.cleaning import plain
from podwatch.core.messages.rules import ByWord, check_patterns, sought
from podwatch.core.stream import Observed
from podwatch.scenarios import names, scenario
from podwatch.sources.recording import read

ROWS = tomllib.loads((Path(__file__).parent / "messages.toml").read_text("utf-8"))["message"]
LITERALS = [
    one.literal for class_ in classes().classes for one in class_.patterns if len(one.literal) > 3
]
TEXTS = st.text() | st.lists(st.sampled_from(LITERALS) | st.text(max_size=20)).map(" ".join)


def is_fit(known: Decoded) -> bool:
    """Whether a detail can stand in a line."""
    detail = known.detail
    return len(detail) <= 160 and not detail.endswith("…") and (not detail or detail.isprintable())


@given(TEXTS)
def test_any_text_gives_one_printable_line_that_is_not_cut_at_its_end(text: str) -> None:
    assert is_fit(cause(text))
    assert is_fit(Decoded(detail=last_line(text)))


@pytest.mark.parametrize("literal", ["a", "/", '"', ": ", " /a: ", "{", *dict.fromkeys(LITERALS)])
def test_a_megabyte_takes_no_time(literal: str) -> None:
    text = literal * (1_000_000 // len(literal))
    took = []
    for _ in range(3):
        began = process_time()
        classes().decoded(text)
        took.append(process_time() - began)
    assert min(took) < 0.1


def test_an_end_that_decides_is_kept_when_a_message_is_long() -> None:
    known = cause(f"something new: {'very ' * 100}long, because of the moon")
    assert known.detail.endswith("because of the moon")
    assert known.id == ""


def test_an_unknown_chain_is_cut_to_its_innermost_part() -> None:
    said = (
        "Error: failed to do this: rpc error: code = Unknown desc = unable to do that: {}: unknown"
    )
    assert cause(said.format("the moon is full")).detail == "the moon is full"
    assert cause(said.format("permission denied")).detail == "unable to do that: permission denied"


def test_of_the_texts_of_a_pull_that_failed_the_one_that_names_the_cause_is_the_most_specific() -> (
    None
):
    symptom, summary, unknown, reason = (
        cause(text).specific
        for text in (
            "Error: ImagePullBackOff",
            "Unable to attach or mount volumes: unmounted volumes=[a], unattached volumes=[a]: "
            "timed out waiting for the condition",
            "something new",
            'Failed to pull image "a:1": failed to resolve image: docker.io/library/a:1: not found',
        )
    )
    assert symptom < summary < unknown < reason


def test_of_an_image_whose_name_is_hidden_no_registry_is_named() -> None:
    said = 'failed to resolve reference "{0}": {0}: not found'
    assert "docker.io" in cause(said.format("web:1")).detail
    assert "docker.io" not in cause(said.format("<hidden>")).detail


def test_the_same_file_is_missing_in_three_ways() -> None:
    runc = "runc create failed: unable to start container process: "
    missing = {
        cause(runc + text).id
        for text in (
            'exec: "/srv/app": stat /srv/app: no such file or directory: unknown',
            'chdir to cwd ("/srv/app") set in config.json failed: no such file or directory',
            'error during container init: error mounting "/srv/app" to rootfs at "/x": stat '
            "/srv/app: no such file or directory: unknown",
        )
    }
    assert missing == {"no-such-program", "working-directory", "mount-source-missing"}


@pytest.mark.parametrize("row", ROWS, ids=lambda row: row["text"][:70])
def test_a_message_is_decoded(row: dict[str, Any]) -> None:
    known = cause(row["text"])
    assert (known.id, known.heals, known.specific) == (row["id"], row["heals"], RANKS[row["rank"]])
    assert [word for word in row["words"] if word not in known.detail] == []
    helps = f"{known.who}: {known.cure}"
    assert [word for word in row.get("help", ()) if word not in helps] == []
    assert is_fit(known)
    assert not re.search(r"rpc error|[0-9a-f]{20}", known.detail)


def test_every_class_is_shown_by_a_message() -> None:
    shown = {row["id"] for row in ROWS}
    assert [one.id for one in classes().classes if one.id not in shown] == []


@pytest.mark.parametrize("class_", classes().classes, ids=lambda class_: class_.id)
def test_who_can_change_an_error_and_how_is_said_where_it_names_a_cause(class_: Class) -> None:
    if class_.specific < RANKS["kind"] or class_.id == "no-node-fits":  # scheduling.toml has it
        assert (class_.who, class_.cure) == ("", "")
        return
    assert class_.who[0].islower()
    assert re.match(r"[A-Z].{10,129}[.?]$", class_.cure)
    assert "describe" not in class_.cure  # what it would show is said


def test_what_is_said_in_a_line_of_a_table_is_short_and_not_cut() -> None:
    told = {row["id"]: known for row in ROWS if (known := cause(row["text"])).short}
    causes = {id_: known.short for id_, known in told.items() if known.specific >= RANKS["kind"]}
    causes.pop("no-node-fits")  # its clauses have facts
    assert {id_: one for id_, one in causes.items() if len(one) > SHORT or "…" in one} == {}


def test_every_warning_and_every_message_of_a_state_in_a_recording_has_a_class() -> None:
    unknown = set()
    for name in names():
        for item in read(scenario(name).recording):
            said = []
            match item:
                case Observed(object=PodEvent(type="Warning", message=message)):
                    said = [message]
                case Observed(object=Pod() as one):
                    waiting = (status.state.waiting for status in one.all_statuses())
                    said = [one.status.message, *(state.message for state in waiting if state)]
            unknown |= {text for text in said if text.strip() and not cause(text).id}
    assert unknown == set()


@pytest.mark.parametrize(
    ("toml", "says"),
    [
        ('[a]\nrank = "loud"\npatterns = ["a"]', "line 2: `rank` is one of symptom, summary"),
        ('[a]\nrank = "kind"\nheal = "no"', "line 3: `heal` is not a key"),
        ('[a]\nrank = "kind"', "line 1: a text or a list of texts"),
        ('[a]\nrank = "kind"\npatterns = ["a"]\ndetail = "{b}"', "line 4: {b} is neither"),
        ('[a]\nrank = "kind"\npatterns = ["a"]\nwithin = "b"', "line 4: `within` is one of"),
        ("a = 1", r"line 1: `a` has to be a table"),
    ],
)
def test_a_mistake_in_the_file_is_named_with_its_line(toml: str, says: str) -> None:
    with pytest.raises(BrokenFile, match=says):
        classes_of(toml)


def test_every_pattern_is_a_regular_expression() -> None:
    every = classes()
    for class_ in every.classes:
        check_patterns(class_.patterns, (class_.id, 0))
    for reason in clauses.classes().by_id.values():
        check_patterns(reason.patterns, (reason.id, 0))
    for patterns in (*every.within.values(), *every.places.values()):
        check_patterns(patterns)
    with pytest.raises(Mistake, match=r"'\(' is not a regular expression"):
        check_patterns([sought("(")])


def test_no_pattern_is_left_out_that_a_text_fits() -> None:
    patterns = [one for class_ in classes().classes for one in class_.patterns]
    index = ByWord(patterns)
    for row in ROWS:
        candidates = index.candidates(text := plain(row["text"]))
        fits = [at for at, one in enumerate(patterns) if re.search(one.pattern, text)]
        assert [patterns[at] for at in fits if at not in candidates] == []
        assert [patterns[at] for at in fits if patterns[at].literal not in text] == []


def test_every_rank_is_used() -> None:
    used = {class_.specific for class_ in classes().classes}
    assert used == set(RANKS.values()) - {RANKS["unknown"]}


def test_texts_use_the_words_of_everyday_english() -> None:
    odd = re.compile(
        r"^(?!#)(?!.*patterns).*\b(?:can not|anew|in vain|[Ll]ook (?:whether|why|what))\b.*", re.M
    )
    found = [
        f"{file.name}: {line}"
        for file in files("podwatch.concepts").iterdir()
        if file.name.endswith(".toml")
        for line in odd.findall(file.read_text("utf-8"))
    ]
    assert found == []  # can't, again; check whether, find out why, look at what
