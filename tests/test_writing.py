"""A file is written whole or not at all, and nobody but its owner reads it."""

import os
import stat
import threading
from pathlib import Path
from typing import Any

import pytest

from podwatch.errors import ExitCode, PodwatchError
from podwatch.writing import OutputFile
from tests.cases import cases
from tests.disk import room_for

CONTENT = b"x" * 5000


def mode(path: Path) -> int:
    return stat.S_IMODE(path.stat().st_mode)


def alone(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.iterdir())


def test_a_file_that_is_made_is_private(tmp_path: Path) -> None:
    file = tmp_path / "j.xml"
    OutputFile(file, "the report").write(CONTENT)
    assert (file.read_bytes(), mode(file), alone(tmp_path)) == (CONTENT, 0o600, ["j.xml"])


def test_one_that_was_there_keeps_its_mode_and_its_link(tmp_path: Path) -> None:
    real, file = tmp_path / "real.xml", tmp_path / "j.xml"
    real.write_text("old")
    real.chmod(0o644)
    file.symlink_to(real)
    output = OutputFile(file, "the report")
    output.prepare()
    assert not real.exists()  # a run that is killed now leaves nothing of another one
    output.write(CONTENT)
    assert file.is_symlink()
    assert (real.read_bytes(), mode(real)) == (CONTENT, 0o644)


def test_what_is_there_stays_whole_until_the_new_one_is(tmp_path: Path) -> None:
    file = tmp_path / "still.svg"
    file.write_text("old")
    with room_for(1000), pytest.raises(PodwatchError, match=r"the still .*can't be written"):
        OutputFile(file, "the still").write(CONTENT)
    assert (file.read_text(), alone(tmp_path)) == ("old", ["still.svg"])


def test_on_a_full_disk_nothing_is_left(tmp_path: Path) -> None:
    output = OutputFile(tmp_path / "j.xml", "the report")
    output.prepare()
    with room_for(1000), pytest.raises(PodwatchError) as raised:
        output.write(CONTENT)
    assert raised.value.exit_code == ExitCode.UNREADABLE
    assert alone(tmp_path) == []


@pytest.mark.skipif(os.geteuid() == 0, reason="root may write everywhere")
def test_a_file_whose_folder_may_not_be_changed_is_written_in_its_place(tmp_path: Path) -> None:
    file = tmp_path / "j.xml"
    file.write_text("old")
    tmp_path.chmod(0o500)
    try:
        in_its_place(file)
    finally:
        tmp_path.chmod(0o700)


def test_a_file_that_can_not_be_replaced_is_written_in_its_place(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    file = tmp_path / "j.xml"
    file.write_text("old")

    def busy(path: Path) -> None:  # as a mount of a single file says
        raise OSError(16, "Device or resource busy", str(path))

    monkeypatch.setattr(Path, "unlink", busy)
    in_its_place(file)


def in_its_place(file: Path) -> None:
    number = file.stat().st_ino
    output = OutputFile(file, "the report")
    output.prepare()
    assert file.read_text() == ""
    with room_for(1000), pytest.raises(PodwatchError):
        output.write(CONTENT)
    assert file.read_bytes() == b""
    output.write(CONTENT)
    assert (file.read_bytes(), file.stat().st_ino) == (CONTENT, number)


@cases(
    "name",
    {"no such folder": "no/such/folder.xml", "a folder": "", "no name at all": "a\0b"},
)
def test_what_can_not_be_written_is_said_before(tmp_path: Path, name: str) -> None:
    with pytest.raises(PodwatchError, match=r"the report .* can't be written: ") as raised:
        OutputFile(tmp_path / name, "the report").prepare()
    assert raised.value.exit_code == ExitCode.UNREADABLE


@pytest.mark.skipif(os.geteuid() == 0, reason="root may write everywhere")
def test_a_file_that_may_only_be_read_is_not_replaced(tmp_path: Path) -> None:
    file = tmp_path / "j.xml"
    file.write_text("old")
    file.chmod(0o400)
    with pytest.raises(PodwatchError):
        OutputFile(file, "the report").prepare()
    assert file.read_text() == "old"


def test_the_reader_of_a_pipe_gets_it_all_and_no_end_before(tmp_path: Path) -> None:
    pipe = tmp_path / "pipe"
    os.mkfifo(pipe)
    got: list[bytes] = []
    reader = threading.Thread(target=lambda: got.append(pipe.read_bytes()))
    reader.start()
    output = OutputFile(pipe, "the report")
    output.prepare()
    output.write(CONTENT)
    reader.join(5)
    assert got == [CONTENT]


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="needs a disk that is always full")
def test_a_device_that_is_full_is_said() -> None:
    output = OutputFile(Path("/dev/full"), "the report")
    output.prepare()
    with pytest.raises(PodwatchError, match="No space left"):
        output.write(CONTENT)


@cases("name", {"by the convention": "-", "by its device": "/dev/stdout"})
def test_standard_output_is_written_directly(
    name: str, capsysbinary: pytest.CaptureFixture[bytes], tmp_path: Path, monkeypatch: Any
) -> None:
    monkeypatch.chdir(tmp_path)
    output = OutputFile(Path(name), "the report")
    output.prepare()
    output.write(CONTENT)
    assert output.is_standard_output
    assert (capsysbinary.readouterr().out, alone(tmp_path)) == (CONTENT, [])
