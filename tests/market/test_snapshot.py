"""A folder that is whole at every moment: whatever moves of the writer are cut off."""

from __future__ import annotations

import json
import threading
from pathlib import Path

import pytest

from analytics.errors import ChecksumError, DataError, InputError
from analytics.market import snapshot
from analytics.market.snapshot import SnapshotFile, locked, write_snapshot
from analytics.recorded import KEPT, MANIFEST, RecordedFolder

NAMES = ("prices/A.csv", "prices/B.csv", "dividends.csv")


def state(number):
    return {
        name: SnapshotFile(
            f"date,name,close\n2025-01-0{number},{name},{number}\n".encode(), "a", "b"
        )
        for name in NAMES
    }


def numbers(folder):
    """The state that each file of a folder belongs to, read anew."""
    there = RecordedFolder(folder)
    return {there.table(name)[0]["close"] for name in there.entries}


class CutError(Exception):
    pass


def test_a_snapshot_says_what_it_holds(tmp_path):
    new = SnapshotFile(b"date,close\n2025-01-24,1\n2025-01-27,2\n", "prices", "Yahoo", "low", "now")
    assert write_snapshot(tmp_path, {"prices/A.csv": new}) == 1
    entry = RecordedFolder(tmp_path).entries["prices/A.csv"]
    assert (entry.rows, entry.first, entry.last) == (2, "2025-01-24", "2025-01-27")
    assert (entry.kind, entry.source, entry.grade, entry.retrieved) == (
        "prices", "Yahoo", "low", "now",
    )  # fmt: skip
    assert json.loads((tmp_path / MANIFEST).read_text())["format"] == 1


def moves(monkeypatch, folder, files):
    """How many moves a writing takes."""
    seen = []
    plain = snapshot._move
    monkeypatch.setattr(snapshot, "_move", lambda *both: seen.append(plain(*both)))
    write_snapshot(folder, files)
    monkeypatch.setattr(snapshot, "_move", plain)
    return len(seen)


@pytest.mark.parametrize("after", [False, True])
def test_cut_off_at_any_move_it_is_the_old_state_or_the_new(tmp_path, monkeypatch, after):
    write_snapshot(tmp_path / "try", state(1))
    count = moves(monkeypatch, tmp_path / "try", state(2))
    assert count == 7  # three kept, three new, the manifest
    plain = snapshot._move
    for cut in range(count):
        folder = tmp_path / f"cut{cut}"
        write_snapshot(folder, state(1))
        done = []

        def move(draft, place, cut=cut, done=done):
            if len(done) == cut and not after:
                raise CutError
            plain(draft, place)
            done.append(place)
            if len(done) == cut + 1 and after:
                raise CutError

        monkeypatch.setattr(snapshot, "_move", move)
        with pytest.raises(CutError):
            write_snapshot(folder, state(2))
        monkeypatch.setattr(snapshot, "_move", plain)
        assert numbers(folder) == ({"2"} if after and cut == count - 1 else {"1"})
        write_snapshot(folder, state(3))  # and the next writer is not disturbed
        assert numbers(folder) == {"3"}


def test_half_a_file_on_the_disk_is_never_read(tmp_path, monkeypatch):
    write_snapshot(tmp_path, state(1))

    def half(path, content):
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content[: len(content) // 2])

    monkeypatch.setattr(snapshot, "_put", half)
    with pytest.raises(ChecksumError, match="read back"):
        write_snapshot(tmp_path, state(2))
    assert numbers(tmp_path) == {"1"}


def test_a_broken_off_writing_is_undone_by_one_that_does_not_name_the_files(tmp_path, monkeypatch):
    write_snapshot(tmp_path, state(1))
    plain = snapshot._move

    def move(draft, place):
        if place.name == MANIFEST:
            raise CutError
        plain(draft, place)

    monkeypatch.setattr(snapshot, "_move", move)
    with pytest.raises(CutError):
        write_snapshot(tmp_path, state(2))
    monkeypatch.setattr(snapshot, "_move", plain)
    assert "2" in (tmp_path / NAMES[0]).read_text()
    other = SnapshotFile(b"date,close\n2025-01-01,1\n", "prices", "me")
    for _ in range(2):
        write_snapshot(tmp_path, {"prices/C.csv": other})
        assert numbers(tmp_path) == {"1"}
    assert (tmp_path / NAMES[0]).read_bytes() == state(1)[NAMES[0]].content


def test_who_read_the_old_manifest_a_moment_ago_still_finds_its_files(tmp_path):
    write_snapshot(tmp_path, state(1))
    early = RecordedFolder(tmp_path)
    assert set(early.entries) == set(NAMES)
    write_snapshot(tmp_path, state(2))
    assert {early.table(name)[0]["close"] for name in NAMES} == {"1"}
    assert numbers(tmp_path) == {"2"}


def test_kept_files_do_not_pile_up(tmp_path):
    for number in range(1, 7):
        write_snapshot(tmp_path, state(number))
    assert len(list((tmp_path / KEPT).iterdir())) == len(NAMES)


def test_a_file_changed_by_hand_is_found_and_nothing_is_written(tmp_path):
    write_snapshot(tmp_path, state(1))
    (tmp_path / "prices/A.csv").write_text("date,close\n2025-01-01,999\n")
    with pytest.raises(ChecksumError, match=r"A\.csv: expected sha256"):
        write_snapshot(tmp_path, state(2))
    with pytest.raises(ChecksumError, match=r"A\.csv: expected sha256"):
        numbers(tmp_path)
    assert "1" in (tmp_path / "prices/B.csv").read_text()


@pytest.mark.parametrize("name", ["", "../a.csv", "/a.csv", MANIFEST, ".kept/a", "prices/.a.csv"])
def test_a_name_that_leads_elsewhere_is_refused(tmp_path, name):
    with pytest.raises(InputError, match="not the name of a file"):
        write_snapshot(tmp_path, {name: SnapshotFile(b"", "", "")})
    assert list(tmp_path.iterdir()) == []


def test_a_folder_that_is_a_file_is_refused(tmp_path):
    (tmp_path / "a").write_text("x")
    with pytest.raises(InputError, match="cannot be written"):
        write_snapshot(tmp_path / "a", state(1))
    with pytest.raises(InputError, match="cannot be written"), locked(tmp_path / "a"):
        pass


def test_a_second_writer_waits_for_the_first(tmp_path):
    order = []
    ready = threading.Event()

    def second():
        ready.wait()
        with locked(tmp_path, wait=10.0):
            order.append("second")

    thread = threading.Thread(target=second)
    thread.start()
    with locked(tmp_path):
        ready.set()
        thread.join(0.2)
        order.append("first")
    thread.join()
    assert order == ["first", "second"]


def test_a_second_writer_gives_up_in_time(tmp_path):
    waited = []
    patience = {"wait": 1.0, "sleep": waited.append, "clock": lambda: sum(waited)}
    with (
        locked(tmp_path),
        pytest.raises(DataError, match="another run is writing"),
        locked(tmp_path, **patience),
    ):
        pass
    assert sum(waited) == pytest.approx(1.0, abs=0.1)


def test_a_lock_without_a_holder_is_free(tmp_path):
    (tmp_path / snapshot.LOCK).write_text("")
    with locked(Path(tmp_path)):
        pass


def test_a_lock_that_was_removed_meanwhile_is_taken_anew(tmp_path):
    first = locked(tmp_path)
    first.__enter__()

    def remove(_):
        (tmp_path / ".lock").unlink()
        first.__exit__(None, None, None)

    with (
        locked(tmp_path, wait=5.0, sleep=remove),
        pytest.raises(DataError, match="another run is writing"),
        locked(tmp_path),
    ):
        raise AssertionError("two writers at once")


# --- what is not written --------------------------------------------------------------------------


@pytest.mark.parametrize("name", [".staged", KEPT, "prices", ".lock", "dividends.csv", MANIFEST])
def test_nothing_is_written_through_a_link(tmp_path, name):
    folder, behind = tmp_path / "folder", tmp_path / "behind"
    write_snapshot(folder, state(1))
    behind.mkdir()
    (behind / "mine.csv").write_text("mine")
    place = folder / name
    place.rename(tmp_path / "aside") if place.exists() else None
    place.symlink_to(behind if "." not in name[1:] else behind / "mine.csv")
    for write in (lambda: write_snapshot(folder, state(2)), lambda: locked(folder).__enter__()):
        with pytest.raises(InputError, match=r"a link; nothing is written through it"):
            write()
    assert [(one.name, one.read_text()) for one in behind.iterdir()] == [("mine.csv", "mine")]


@pytest.mark.parametrize("name", ["../victim.csv", "/victim.csv", "prices/../../v.csv", ".a", 5])
def test_a_manifest_cannot_name_a_file_elsewhere(tmp_path, name):
    folder = tmp_path / "folder"
    write_snapshot(folder, state(1))
    document = json.loads((folder / MANIFEST).read_text())
    document["files"][0]["name"] = name
    (folder / MANIFEST).write_text(json.dumps(document))
    for use in (lambda: RecordedFolder(folder).entries, lambda: write_snapshot(folder, state(2))):
        with pytest.raises(DataError, match="not the name of a file of this folder"):
            use()


@pytest.mark.parametrize(
    ("field", "value"), [("sha256", "../../x"), ("rows", "5"), ("source", None), ("kind", ["a"])]
)
def test_a_manifest_with_values_of_another_kind_is_refused(tmp_path, field, value):
    write_snapshot(tmp_path, state(1))
    document = json.loads((tmp_path / MANIFEST).read_text())
    document["files"][0][field] = value
    (tmp_path / MANIFEST).write_text(json.dumps(document))
    with pytest.raises(DataError, match=rf"manifest\.json: not a readable manifest.*{field} is"):
        RecordedFolder(tmp_path).read(NAMES[0])


def test_a_manifest_nested_too_deep_is_refused(tmp_path):
    (tmp_path / MANIFEST).write_text("[" * 100_000)
    with pytest.raises(DataError, match="nested too deep"):
        RecordedFolder(tmp_path).read(NAMES[0])
