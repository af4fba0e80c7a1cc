import io
import os
import shutil
import signal
import subprocess
import sys
import time
import zipfile
from pathlib import Path

import pytest

from detector.data import archive, archive_entries, staging
from detector.data.archive import unpack
from detector.data.folders import open_data
from detector.errors import DataError, UserError
from detector.home import REPOSITORY, data_folder
from tests.data.zip_attacks import ATTACKS, files_below, good, jpeg, made, made_only


def refusal(content: bytes, name: str = "mine") -> str:
    with pytest.raises(UserError) as caught:
        unpack(io.BytesIO(content), name)
    assert "\n" not in str(caught.value)
    return str(caught.value)


@pytest.mark.parametrize("attack", ATTACKS)
def test_an_attack_is_refused_in_one_line_and_leaves_nothing_on_disk(attack, tmp_path):
    make, expected = ATTACKS[attack]
    content = make()
    before = files_below(tmp_path)
    message = refusal(content)
    assert expected in message
    assert message.isprintable()
    assert len(message) < 250
    left = [path for path in files_below(tmp_path) if path not in before]
    assert left in ([], [data_folder().parent, data_folder()])


def test_pictures_and_the_table_are_unpacked_and_the_rest_is_counted():
    more = {
        "set/metadata.csv": b"path,label\n",
        "set/readme.txt": b"hello",
        "set/run.exe": b"MZ",
        "__MACOSX/set/real/._1.jpg": b"x",
        "set/.hidden.jpg": jpeg(),
        "set/real/\u65e5\u672c\u8a9e \U0001f469\u200d\U0001f52c.png": jpeg(4),
    }
    steps: list[tuple[int, int]] = []
    told = unpack(io.BytesIO(made(more)), "mine", lambda *at: steps.append(at))
    assert told.folder == data_folder() / "mine"
    assert (told.written, told.left_out) == (4, 4)
    assert (told.folder / "set/real/1.jpg").read_bytes() == good()["set/real/1.jpg"]
    assert not any("hidden" in path.name or path.suffix in (".txt", ".exe") for path in files_below(data_folder()))
    assert steps[-1][0] == steps[-1][1]
    assert [done for done, _ in steps] == sorted(done for done, _ in steps)
    assert not (data_folder() / ".staging").exists()
    assert len(open_data(str(told.folder)).items) == 3


def test_names_in_utf8_are_read_even_where_the_zip_does_not_say_so():
    content = made({"set/real/\u00e4.jpg": jpeg(3)})
    unsaid = bytearray(content)
    for mark, flags in ((b"PK\x03\x04", 7), (b"PK\x01\x02", 9)):  # clear the bit that says UTF-8
        unsaid[unsaid.rfind(mark) + flags] &= ~0x08
    unpack(io.BytesIO(bytes(unsaid)), "mine")
    assert (data_folder() / "mine/set/real/\u00e4.jpg").is_file()


def test_what_is_unpacked_cannot_be_executed(tmp_path):
    info = zipfile.ZipInfo("real/2.jpg")
    info.create_system, info.external_attr = 3, 0o104777 << 16
    buffer = io.BytesIO(made())
    with zipfile.ZipFile(buffer, "a") as zipped:
        zipped.writestr(info, jpeg(3))
    unpack(buffer, "mine")
    assert (data_folder() / "mine/real/2.jpg").stat().st_mode & 0o7111 == 0


def test_a_zip_is_unpacked_from_its_path(tmp_path):
    path = tmp_path / "set.zip"
    path.write_bytes(made())
    assert unpack(path, "mine").written == 2
    for wrong in (tmp_path, tmp_path / "gone.zip"):
        with pytest.raises(DataError, match="no file"):
            unpack(wrong, "other")


@pytest.mark.parametrize("name", ["mine", "MINE", "lab"])
def test_a_name_that_is_taken_keeps_what_is_there(name):
    unpack(io.BytesIO(made()), "mine")
    before = files_below(data_folder())
    assert "already" in refusal(made({"set/real/9.jpg": jpeg(9)}), name)
    assert files_below(data_folder()) == before


@pytest.mark.parametrize("name", ["../mine", "a/b", "", ".hidden", "x" * 100])
def test_a_name_that_could_leave_the_folder_is_refused(name, tmp_path):
    refusal(made(), name)
    assert files_below(tmp_path / "workspace") == []


def test_a_disk_without_room_is_told_before_anything_is_written(monkeypatch, tmp_path):
    monkeypatch.setattr(staging, "SPARE_BYTES", shutil.disk_usage(tmp_path).free)
    assert "free" in refusal(made())
    assert files_below(data_folder()) == []


def test_the_largest_size_is_measured_and_not_believed(monkeypatch):
    monkeypatch.setattr(archive, "MAX_FILE_BYTES", 1000)
    assert "MB" in refusal(made({"set/real/big.jpg": os.urandom(1001)}))
    monkeypatch.setattr(archive, "MAX_TOTAL_BYTES", 3000)
    assert "GB" in refusal(made({f"set/real/{i}x.jpg": os.urandom(900) for i in range(4)}))
    assert files_below(data_folder()) == []


def test_the_number_of_files_is_limited(monkeypatch):
    monkeypatch.setattr(archive_entries, "MAX_ENTRIES", 2)
    assert unpack(io.BytesIO(made()), "mine").written == 2
    assert "3 files; at most 2" in refusal(made({"set/real/x.txt": b""}), "more")


def test_a_table_alone_is_no_data_set():
    assert "no pictures" in refusal(made_only({"metadata.csv": b"path,label\n"}))


def test_what_a_killed_process_left_is_swept_the_next_time(tmp_path):
    program = """
import io, sys, time
from detector.data.archive import unpack
from tests.data.zip_attacks import made
def wait(done, total):
    print("writing", flush=True)
    time.sleep(60)
unpack(io.BytesIO(made()), "killed", wait)
"""
    worker = subprocess.Popen([sys.executable, "-c", program], cwd=REPOSITORY, stdout=subprocess.PIPE, text=True)
    assert worker.stdout is not None and worker.stdout.readline().strip() == "writing"
    assert any(path.is_file() for path in files_below(data_folder() / ".staging"))
    unpack(io.BytesIO(made()), "beside")  # does not disturb the one that is still at work
    assert any(path.suffix == ".jpg" for path in files_below(data_folder() / ".staging"))
    worker.send_signal(signal.SIGKILL)
    worker.wait(timeout=20)
    assert not (data_folder() / "killed").exists()
    time.sleep(0.05)
    unpack(io.BytesIO(made()), "later")
    assert sorted(path.name for path in data_folder().iterdir()) == ["beside", "later"]


def test_stopping_in_the_middle_leaves_nothing():
    class StoppedError(BaseException):
        pass

    def stop(done: int, total: int) -> None:
        raise StoppedError

    with pytest.raises(StoppedError):
        unpack(io.BytesIO(made()), "mine", stop)
    assert files_below(data_folder()) == []


def test_the_table_of_attacks_can_be_printed():
    told = subprocess.run(
        [
            sys.executable,
            "-c",
            "from tests.data import zip_attacks as z; z.ATTACKS = dict(list(z.ATTACKS.items())[:3]); z.main()",
        ],
        cwd=REPOSITORY,
        capture_output=True,
        text=True,
        check=True,
    ).stdout
    assert "3 of 3 refused" in told
    assert Path(REPOSITORY, "evil.jpg").exists() is False
