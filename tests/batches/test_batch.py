import json
import os
import resource
import shutil
import signal
import subprocess
import sys
import time
import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest

from detector.__main__ import main
from detector.batches.batch import Batch, create_batch, default_name, find_batch, list_batches
from detector.batches.plan import FILES, SET, ZIP, BatchPlan, plan_for
from detector.batches.results import COLUMNS, every_row
from detector.errors import DataError, RunError, UserError
from detector.models.library import rename
from detector.training.status import RunStatus
from tests.conftest import flat
from tests.workspaces import write_set


@pytest.fixture
def many(tmp_path: Path) -> Path:
    """Two hundred small pictures, every other one bright."""
    folder = tmp_path / "many"
    folder.mkdir()
    for number in range(200):
        flat(210 if number % 2 else 40, (24, 24)).save(folder / f"{number:03}.jpg")
    return folder


def rows_of(batch: Batch) -> list[dict[str, object]]:
    return list(every_row(batch.results_file))


def until(what: Callable[[], bool], seconds: float = 300) -> None:
    end = time.monotonic() + seconds
    while not what():
        assert time.monotonic() < end, "it took too long"
        time.sleep(0.02)


def zipped(folder: Path, archive: Path) -> Path:
    with zipfile.ZipFile(archive, "w") as file:
        for path in sorted(folder.rglob("*")):
            if path.is_file():
                file.write(path, path.relative_to(folder).as_posix())
    return archive


def test_a_worker_classifies_a_folder_and_a_bad_file_is_a_row_with_its_error(bright: Path, photos: Path) -> None:
    batch = create_batch("holiday", plan_for([str(photos)], "bright"))
    batch.launch()
    until(lambda: not batch.status().active)
    status = batch.status()
    assert (status.state, status.epoch, status.epochs) == ("finished", 3, 3), batch.log_tail()
    assert "1 of them could not be used" in status.message
    rows = {Path(str(row["path"])).name: row for row in rows_of(batch)}
    assert set(rows) == {"bright.jpg", "broken.png", "dark.png"}
    assert set(rows["bright.jpg"]) == set(COLUMNS)
    assert (rows["bright.jpg"]["verdict"], rows["dark.png"]["label"]) == ("ai", "real")
    assert (rows["bright.jpg"]["width"], rows["bright.jpg"]["height"]) == (60, 40)
    assert len(str(rows["bright.jpg"]["sha256"])) == 64 and float(str(rows["bright.jpg"]["ms"])) > 0
    assert "damaged" in str(rows["broken.png"]["error"]) and rows["broken.png"]["probability"] is None
    assert batch.about()["weights"] == "bright" and len(batch.about()["weights_hash"]) == 12


def test_a_killed_worker_reads_as_interrupted_and_the_next_one_classifies_the_rest_once(bright: Path, many: Path) -> None:
    for number in range(200):  # enough work to be killed in
        shutil.copy(many / f"{number:03}.jpg", many / f"again-{number:03}.jpg")
    batch = create_batch("killed", plan_for([str(many)], "bright"))
    command = [sys.executable, "-m", "detector", "predict", "--batch", "killed"]
    worker = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    until(lambda: batch.done() >= 16)
    worker.send_signal(signal.SIGKILL)
    worker.wait()
    assert 16 <= batch.done() < 400 and batch.status().state == "interrupted"
    with batch.results_file.open("ab") as file:
        file.write(b'{"path": "torn')  # as a kill in the middle of a write leaves it
    before = batch.done()
    assert main(["predict", "--batch", "killed"]) == 0
    paths = [row["path"] for row in rows_of(batch)]
    assert before < len(paths) == len(set(paths)) == 400
    assert paths == sorted(str(path) for path in many.iterdir())


def test_a_stop_keeps_every_result_and_resuming_goes_on_after_them(bright: Path, many: Path) -> None:
    from detector.batches.work import work

    batch = create_batch("stopped", plan_for([str(many)], "bright"))

    def stop_early(status: RunStatus) -> None:
        if status.epoch >= 32:
            batch.stop_file.touch()

    status = work(batch, stop_early)
    kept = rows_of(batch)
    assert status.state == "stopped" and status.resumable and 32 <= len(kept) < 200
    batch.stop_file.unlink()
    assert work(batch).state == "finished"
    assert rows_of(batch)[: len(kept)] == kept and len(rows_of(batch)) == 200


def test_the_time_left_is_told_while_it_works(bright: Path, many: Path) -> None:
    from detector.batches.work import work

    told: list[RunStatus] = []
    work(create_batch("timed", plan_for([str(many)], "bright")), told.append)
    counted = [status for status in told if status.epoch]
    assert counted[0].epochs == 200 and counted[0].seconds_left and counted[-1].share == 1.0


def test_pictures_that_come_or_go_later_do_not_move_the_results(bright: Path, photos: Path) -> None:
    from detector.batches.work import work

    batch = create_batch("moving", plan_for([str(photos)], "bright"))
    batch.stop_file.touch()
    assert work(batch).state == "stopped"
    batch.stop_file.unlink()
    work(batch)
    first = rows_of(batch)
    (photos / "aaa.jpg").write_bytes((photos / "bright.jpg").read_bytes())
    batch.write_status(RunStatus(state="stopped"))
    work(batch)
    assert rows_of(batch) == first


def test_a_zip_is_unpacked_once_into_the_batch_and_its_upload_goes(bright: Path, photos: Path, tmp_path: Path) -> None:
    from detector.batches.work import work

    archive = zipped(photos, tmp_path / "photos.zip")
    with archive.open("rb") as upload:
        batch = create_batch("zipped", BatchPlan(ZIP, ("photos.zip",), "bright"), upload)
    assert batch.upload_file.is_file()
    assert work(batch).state == "finished"
    assert not batch.upload_file.exists() and len(rows_of(batch)) == 3
    assert all(Path(str(row["path"])).is_relative_to(batch.unpacked) for row in rows_of(batch))
    batch.delete()
    assert archive.is_file() and not list_batches()


def test_a_zip_that_wants_out_of_its_folder_is_refused_in_one_line(bright: Path, tmp_path: Path) -> None:
    from detector.batches.work import work

    with zipfile.ZipFile(tmp_path / "bad.zip", "w") as file:
        file.writestr("../outside.png", b"x")
    batch = create_batch("bad", plan_for([str(tmp_path / "bad.zip")], "bright"))
    with pytest.raises(DataError, match="would leave its folder"):
        work(batch)
    assert not batch.unpacked.exists() and not list(batch.folder.glob("images.part*"))


def test_a_data_set_is_taken_without_what_was_left_out_and_names_its_generators(bright: Path) -> None:
    from detector.batches.work import work
    from detector.data.edits import Edit, add_edits
    from detector.data.images import sha256_of
    from detector.home import data_folder

    root = write_set(data_folder() / "blots", 6)
    add_edits(root, [Edit("drop", "real/000.jpeg", sha256_of(root / "real" / "000.jpeg"), why="test", when=1.0)])
    plan = plan_for(["blots"], "bright")
    assert plan.kind == SET
    work(create_batch("of-blots", plan))
    rows = {Path(str(row["path"])).name: row for row in rows_of(find_batch("of-blots"))}
    assert "000.jpeg" not in rows and "001.jpeg" in rows
    assert rows["sd__000.png"]["generator"] == "sd" and rows["001.jpeg"]["generator"] == ""


def test_a_detector_that_changed_meanwhile_is_refused(bright: Path, many: Path) -> None:
    from detector.batches.work import work

    batch = create_batch("changed", plan_for([str(many)], "bright"))
    batch.note(detector="0" * 12)
    with pytest.raises(RunError, match="has changed since this batch was begun"):
        work(batch)
    assert batch.done() == 0


def test_failing_is_written_down_for_whoever_looks_on(bright: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "empty").mkdir()
    assert main(["predict", str(tmp_path / "empty"), "--batch", "none"]) == 2
    assert "There are no pictures in" in capsys.readouterr().err
    assert find_batch("none").status().state == "failed" and "no pictures" in find_batch("none").status().message


def test_a_full_disk_is_one_line_and_nothing_is_lost_or_done_twice(
    bright: Path, many: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    batch = create_batch("full", plan_for([str(many)], "bright"))
    unlimited = resource.getrlimit(resource.RLIMIT_FSIZE)
    (batch.folder / "images.jsonl").write_text("".join(f'{{"path": "{p}", "generator": ""}}\n' for p in sorted(many.iterdir())))
    resource.setrlimit(resource.RLIMIT_FSIZE, (50_000, unlimited[1]))  # from here on writing fails in the middle of a line
    try:
        assert main(["predict", "--batch", "full"]) == 2
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, unlimited)
    assert "make room on the disk" in capsys.readouterr().err and batch.status().state == "failed"
    assert 0 < batch.done() < 200 and not batch.results_file.read_bytes().endswith(b"\n")
    assert main(["predict", "--batch", "full"]) == 0
    assert [row["path"] for row in rows_of(batch)] == sorted(str(path) for path in many.iterdir())


def test_two_workers_do_not_share_a_batch(bright: Path, many: Path) -> None:
    batch = create_batch("mine", plan_for([str(many)], "bright"))
    with batch.lock():
        batch.write_status(RunStatus(state="running"))
        assert batch.status().state == "running"
        with pytest.raises(RunError, match="already running"):
            batch.launch()
        with pytest.raises(RunError, match="stop it before"):
            batch.delete()
    assert batch.status().state == "interrupted"


def test_names_are_checked_and_taken_once(bright: Path, photos: Path) -> None:
    plan = plan_for([str(photos)], "bright")
    create_batch("one", plan)
    with pytest.raises(RunError, match="already"):
        create_batch("one", plan)
    with pytest.raises(UserError, match="cannot be a name"):
        create_batch("../one", plan)
    with pytest.raises(RunError, match="Known batches: one"):
        find_batch("two")
    assert create_batch(default_name("my photos ü"), plan).name.startswith("my-photos")


def test_places_are_understood(bright: Path, photos: Path, tmp_path: Path) -> None:
    assert plan_for([str(photos), "gone.png"], "bright").kind == FILES
    assert plan_for(["some.ZIP"], "bright").kind == ZIP
    assert plan_for(["lab"], "bright").places == ("lab",)
    table = plan_for(["some.csv"], "bright")
    assert table.kind == SET and Path(table.places[0]).is_absolute()  # a worker starts in another folder
    with pytest.raises(UserError, match="one zip"):
        plan_for(["a.zip", "b.png"], "bright")
    with pytest.raises(UserError, match="Nothing to classify"):
        plan_for([" "], "bright")


def test_a_name_on_disk_that_is_no_text_is_classified_and_found_again(bright: Path, photos: Path) -> None:
    from detector.batches.work import work

    (photos / "bright.jpg").rename(photos / os.fsdecode(b"bright\xff.jpg"))
    batch = create_batch("odd", plan_for([str(photos)], "bright"))
    work(batch)
    odd = [str(row["path"]) for row in rows_of(batch) if "bright" in Path(str(row["path"])).name]
    assert len(odd) == 1 and Path(odd[0]).is_file()
    assert batch.results_file.read_bytes().isascii() and json.loads(batch.images_file.read_text().splitlines()[0])


def test_a_detector_that_is_gone_is_one_line(bright: Path, photos: Path, capsys: pytest.CaptureFixture[str]) -> None:
    create_batch("lost", plan_for([str(photos)], "bright"))
    rename("bright", "brighter")
    assert main(["predict", "--batch", "lost"]) == 2
    assert "no weights" in capsys.readouterr().err
