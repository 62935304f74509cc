"""A repaired copy is there as a whole or not at all, and nothing outside it is ever written."""

from __future__ import annotations

import csv
import multiprocessing
import os
import signal

import pytest

from analytics.errors import DataError, InputError
from analytics.market.checks import Change, Finding, check_snapshot, copying, repair, undo_repairs
from analytics.recorded import RecordedFolder, write_manifest

TEXT = "date,close\n2025-01-02,1\n2025-01-03,2\n2025-01-06 14:30:00+00:00,3\n"
FEW = Change(2, "2025-01-02", "close", "1", "9", "a test")


@pytest.fixture
def mine(tmp_path):
    folder = tmp_path / "mine"
    folder.mkdir()
    (folder / "A.csv").write_text(TEXT)
    return folder


@pytest.fixture
def victim(tmp_path):
    """A file beside the folder, with the very cell that a finding or a list would change."""
    (tmp_path / "victim.csv").write_text(TEXT)
    yield tmp_path / "victim.csv"
    assert (tmp_path / "victim.csv").read_text() == TEXT


def names(folder):
    return sorted(one.name for one in folder.iterdir())


def led(kind, folder, victim):
    """A name that leads to the file outside."""
    if kind == "link":
        (folder / "link.csv").symlink_to(victim)
        return "link.csv"
    return {"absolute": str(victim), "above": "../victim.csv", "around": "x/../../victim.csv"}[kind]


KINDS = ["absolute", "above", "around", "link"]


@pytest.mark.parametrize("kind", KINDS)
def test_a_finding_of_a_file_outside_is_refused(mine, victim, tmp_path, kind):
    finding = Finding(led(kind, mine, victim), "", "x", "error", "", (FEW,))
    with pytest.raises(InputError, match="nothing was written"):
        repair(mine, [finding], into=tmp_path / "fixed")
    assert names(tmp_path) == ["mine", "victim.csv"]


def relisted(folder, **changed):
    """The list of repairs with other values in its first row."""
    file = folder / "repairs.csv"
    rows = list(csv.DictReader(file.read_text().splitlines()))
    rows[0] |= changed
    with file.open("w", newline="") as stream:
        writer = csv.DictWriter(stream, list(rows[0]))
        writer.writeheader()
        writer.writerows(rows)


@pytest.mark.parametrize("kind", KINDS)
def test_a_list_that_names_a_file_outside_is_refused(mine, victim, tmp_path, kind):
    finding = Finding("A.csv", "", "x", "error", "", (FEW,))
    fixed = repair(mine, [finding], into=tmp_path / "fixed").path
    victim.write_text(TEXT.replace(",1", ",9"))  # as if it had been repaired
    relisted(fixed, file=led(kind, fixed, victim))
    with pytest.raises(DataError, match="nothing was written"):
        undo_repairs(fixed, into=tmp_path / "back")
    assert ",9" in victim.read_text()
    victim.write_text(TEXT)
    assert names(tmp_path) == ["fixed", "mine", "victim.csv"]


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"file,line\nA.csv,2\n",
        b"\xff\xfe\x80",
        b"file,line,date,column,old,new,rule,source\nA.csv,notnum,,close,1,9,x,y\n",
        b"file,line,date,column,old,new,rule,source\nA.csv,0,,close,1,9,x,y\n",
        b"file,line,date,column,old,new,rule,source\nA.csv,2,,close,1\n",
        b"file,line,date,column,old,new,rule,source\nA.csv,2,,close,9,9,x," + b"y" * 140_000,
        b"file,line,date,column,old,new,rule,source\nB.csv,2,,close,1,9,x,y\n",
        b"file,line,date,column,old,new,rule,source\nA.csv,99999,,close,1,9,x,y\n",
    ],
)
def test_a_list_that_no_repair_wrote_is_one_message(mine, tmp_path, content):
    (mine / "repairs.csv").write_bytes(content)
    with pytest.raises(DataError):
        undo_repairs(mine, into=tmp_path / "back")
    assert names(tmp_path) == ["mine"]


def _killed(mine, into, step):
    """A repair that dies before one of its steps."""

    def die(*_):
        os.kill(os.getpid(), signal.SIGKILL)

    if step == "rename":
        copying.Path.rename = die
    else:
        setattr(copying, step, die)
    repair(mine, check_snapshot(mine).findings, into=into)


@pytest.mark.parametrize("step", ["_copy", "_describe", "rename"])
def test_a_repair_that_is_killed_leaves_nothing_and_stops_no_other(mine, tmp_path, step):
    write_manifest(mine)
    into = tmp_path / "fixed"
    run = multiprocessing.get_context("fork").Process(target=_killed, args=(mine, into, step))
    run.start()
    run.join()
    assert run.exitcode == -signal.SIGKILL
    assert not into.exists()
    done = repair(mine, check_snapshot(mine).findings, into=into)
    assert names(done.path) == ["A.csv", "manifest.json", "repairs.csv"]
    assert check_snapshot(done.path).passed


@pytest.mark.parametrize("odd", ["dangling", "loop", "pipe", "full disk", "read-only"])
def test_what_cannot_be_copied_or_written_is_one_message(mine, tmp_path, monkeypatch, odd):
    into = tmp_path / "fixed"
    if odd == "dangling":
        (mine / "gone.txt").symlink_to(tmp_path / "nowhere")
    elif odd == "loop":
        (mine / "inner").symlink_to(mine, target_is_directory=True)
    elif odd == "pipe":
        os.mkfifo(mine / "pipe")
    elif odd == "read-only":
        (tmp_path / "file").write_text("no folder")
        into = tmp_path / "file" / "fixed"
    else:

        def full(*_):
            raise OSError(28, "No space left on device")

        monkeypatch.setattr(copying.shutil, "copyfile", full)
    before = names(tmp_path)
    with pytest.raises(InputError, match=r"copied|written|No space"):
        repair(mine, check_snapshot(mine).findings, into=into)
    assert names(tmp_path) == before


def test_a_link_to_a_file_is_copied_as_that_file(mine, tmp_path):
    (tmp_path / "real.txt").write_text("note")
    (mine / "note.txt").symlink_to(tmp_path / "real.txt")
    done = repair(mine, check_snapshot(mine).findings, into=tmp_path / "fixed")
    assert (done.path / "note.txt").read_text() == "note"
    assert not (done.path / "note.txt").is_symlink()


def test_the_manifest_says_what_was_repaired_and_forgets_it_when_undone(mine, tmp_path):
    write_manifest(mine, {"A.csv": {"kind": "prices", "source": "Yahoo, chart", "grade": "low"}})
    row = Change(3, "2025-01-03", "row", "", "", "a test")
    odd = Finding("A.csv", "", "x", "error", "", (FEW, row))
    done = repair(mine, [*check_snapshot(mine).findings, odd], into=tmp_path / "fixed")
    said = RecordedFolder(done.path).entries["A.csv"].source
    assert said == "Yahoo, chart, repaired: 2 cells, 1 row, see repairs.csv"
    back = undo_repairs(done.path, into=tmp_path / "back")
    assert (back / "manifest.json").read_bytes() == (mine / "manifest.json").read_bytes()


@pytest.mark.parametrize("manifest", [True, False])
def test_a_copy_that_is_repaired_again_can_be_taken_back_twice(mine, tmp_path, manifest):
    if manifest:
        write_manifest(mine, {"A.csv": {"kind": "prices", "source": "Yahoo", "grade": "low"}})
    one = repair(mine, check_snapshot(mine).findings, into=tmp_path / "one").path
    odd = Finding("A.csv", "", "x", "error", "", (FEW,))
    two = repair(one, [odd], into=tmp_path / "two").path
    assert check_snapshot(two).passed
    back = undo_repairs(two, into=tmp_path / "back")
    assert contents(back) == contents(one)
    assert contents(undo_repairs(back, into=tmp_path / "first")) == contents(mine)


def contents(folder):
    return {one.name: one.read_bytes() for one in folder.iterdir()}


def test_a_file_that_is_not_the_recorded_one_stays_so_in_the_copy(mine, tmp_path):
    (mine / "B.csv").write_text(TEXT.replace(" 14:30:00+00:00", ""))
    write_manifest(mine)
    (mine / "B.csv").write_text(TEXT.replace(" 14:30:00+00:00", "").replace(",2", ",2.1"))
    done = repair(mine, check_snapshot(mine).findings, into=tmp_path / "fixed")
    assert [(one.file, one.rule) for one in check_snapshot(done.path).findings] == [
        *[("A.csv", "no_calendar"), ("B.csv", "checksum"), ("B.csv", "no_calendar")]
    ]


@pytest.mark.parametrize("given", [None, 5, "", "\0", b"x", "a" * 5000, [1]])
def test_what_is_no_path_is_one_message(mine, tmp_path, given):
    findings = check_snapshot(mine).findings
    with pytest.raises(InputError):
        repair(given, findings, into=tmp_path / "fixed")
    with pytest.raises(InputError):
        repair(mine, findings, into=given)
    with pytest.raises(InputError):
        undo_repairs(given, into=tmp_path / "back")
    with pytest.raises(InputError):
        undo_repairs(mine, into=given)
    assert names(tmp_path) == ["mine"]


@pytest.mark.parametrize("given", [None, "x", 5, [5], ["x"]])
def test_what_is_no_finding_is_one_message(mine, tmp_path, given):
    with pytest.raises(InputError, match="check_snapshot"):
        repair(mine, given, into=tmp_path / "fixed")
