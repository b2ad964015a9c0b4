"""What is left of a wait that ended without a verdict names only what is there."""

from pathlib import Path

from podwatch.app.unfinished import Wait
from podwatch.core.concepts import catalog
from podwatch.core.expectations import Expectations
from podwatch.core.session import Session
from tests.core.expectations.judging import WEB


def left(recording: Path) -> str:
    wait = Wait(replay=str(recording))
    wait.begin(Session(catalog(), Expectations(targets=(WEB,))), lambda: 1.0)
    return wait.so_far(KeyboardInterrupt()).replay


def test_a_recording_is_named_where_it_can_be_played(tmp_path: Path) -> None:
    kept, taken_away = tmp_path / "run.jsonl", tmp_path / "none.jsonl"
    kept.write_text("…", "utf-8")
    assert left(kept) == str(kept)
    assert left(taken_away) == ""
    assert left(Path("/dev/full")) == ""
