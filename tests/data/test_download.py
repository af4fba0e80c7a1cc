import os
import signal
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from detector.data.catalog import HubTable, PublicSet, find_public
from detector.data.download import Step, begun, discard_begun, download_folder, fetch
from detector.data.folders import open_data
from detector.errors import DataError
from detector.home import REPOSITORY, data_folder
from detector.labels import AI, REAL
from tests.data.hub_server import Hub, picture, running_hub, shard

CIFAKE = find_public("cifake")
REPO = CIFAKE.hub.repository if CIFAKE.hub else ""
NAMES = ["FAKE", "REAL"]


@pytest.fixture
def hub() -> Iterator[Hub]:
    """A copy of CIFAKE in small: sorted by class, as on the Hub its label 0 is fake."""
    files = {
        "README.md": b"# CIFAKE",
        "data/train-00000-of-00002.parquet": shard([0] * 12, NAMES),
        "data/train-00001-of-00002.parquet": shard([1] * 12, NAMES, first=100),
        "data/test-00000-of-00001.parquet": shard([0, 1] * 4, NAMES, first=200),
    }
    with running_hub(Hub({REPO: files})) as running:
        yield running


def get(hub: Hub, public: PublicSet = CIFAKE, most: int | None = None, **more) -> Path:
    return fetch(public, most=most, endpoint=hub.address, **more)


def refusal(hub: Hub, public: PublicSet = CIFAKE) -> str:
    with pytest.raises(DataError) as caught:
        get(hub, public)
    assert "\n" not in str(caught.value)
    return str(caught.value)


def files(folder: Path) -> list[str]:
    return sorted(path.relative_to(folder).as_posix() for path in folder.rglob("*") if path.is_file())


def like_cifake(**changes) -> PublicSet:
    """The set with a table of other columns."""
    return replace(CIFAKE, hub=HubTable(REPO, **{"labels": {"FAKE": AI, "REAL": REAL}, **changes}))


def test_a_set_is_fetched_with_its_classes_splits_and_generator(hub):
    steps: list[Step] = []
    folder = get(hub, progress=steps.append)
    assert folder == data_folder() / "cifake"
    manifest = open_data(str(folder))
    assert manifest.counts() == {"all": {REAL: 16, AI: 16}, "train": {REAL: 12, AI: 12}, "test": {REAL: 4, AI: 4}}
    assert {item.generator for item in manifest.items} == {"", "stable-diffusion-1.4"}
    assert manifest.problems == ()
    first = next(item for item in manifest.items if item.path.startswith("train/ai/") and "-000000" in item.path)
    assert manifest.path(first).read_bytes() == picture(0)
    assert steps[-1].files == steps[-1].of_files == 3
    assert steps[-1].bytes == steps[-1].of_bytes
    assert steps[-1].images == 32
    assert [step.bytes for step in steps] == sorted(step.bytes for step in steps)
    assert not download_folder(CIFAKE).exists()


def test_at_most_so_many_images_of_each_class_and_split(hub):
    manifest = open_data(str(get(hub, most=3)))
    assert manifest.counts() == {"all": {REAL: 6, AI: 6}, "train": {REAL: 3, AI: 3}, "test": {REAL: 3, AI: 3}}


def test_files_that_a_subset_does_not_need_are_not_fetched():
    many = {f"data/train-{index:05}-of-00006.parquet": shard([int(index > 2)] * 4, NAMES, first=10 * index) for index in range(6)}
    with running_hub(Hub({REPO: many})) as hub:
        assert len(files(get(hub, most=4))) == 8
        assert len([path for path in many if hub.fetched(path)]) == 2


def test_what_was_fetched_before_a_kill_is_not_fetched_again(hub):
    last = "data/train-00000-of-00002.parquet"  # from both ends by turns, the one in the middle comes last
    large = shard([0] * 12, NAMES, padding=[os.urandom(2_000_000) for _ in range(12)])
    hub.files[REPO][last] = large
    whole = sum(len(content) for path, content in hub.files[REPO].items() if path.endswith("parquet"))
    program = f"""
from detector.data.catalog import find_public
from detector.data.download import fetch
fetch(find_public("cifake"), endpoint="{hub.address}", progress=lambda step: print(step.files, step.bytes, flush=True))
"""
    hub.slow = 0.003
    worker = subprocess.Popen([sys.executable, "-c", program], cwd=REPOSITORY, stdout=subprocess.PIPE, text=True)
    assert worker.stdout is not None
    while [int(number) for number in worker.stdout.readline().split()] < [2, whole - len(large) + 2**24]:
        assert worker.poll() is None
    worker.send_signal(signal.SIGKILL)
    worker.wait(timeout=20)
    assert not list(data_folder().glob("*"))
    assert begun(CIFAKE) == 20
    hub.asked.clear()
    hub.slow = 0
    assert open_data(str(get(hub))).counts()["train"] == {REAL: 12, AI: 12}
    asked = {path: hub.fetched(path) for path in hub.files[REPO]}
    (start,) = [int(wanted.removeprefix("bytes=").split("-")[0]) for wanted in asked.pop(last)]
    assert start >= 2**23
    assert not any(asked.values())


def test_another_wish_starts_anew_and_a_broken_one_can_be_given_up(hub):
    def stop(step: Step) -> None:
        if step.files == 1:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        get(hub, progress=stop)
    assert begun(CIFAKE) == 8
    assert len(files(get(hub, most=2))) == 8
    with pytest.raises(KeyboardInterrupt):
        get(hub, name="again", progress=stop)
    assert begun(CIFAKE) == 8
    discard_begun(CIFAKE)
    assert begun(CIFAKE) == 0
    assert not download_folder(CIFAKE).exists()


def test_without_a_connection_one_line_says_so_and_soon():
    with running_hub(Hub({})) as gone:
        pass
    start = time.monotonic()
    assert "no connection" in refusal(gone)
    assert time.monotonic() - start < 15
    assert not list(data_folder().glob("*"))


def test_the_environment_names_another_hub(hub, monkeypatch):
    monkeypatch.setenv("HF_ENDPOINT", hub.address + "/")
    assert len(files(fetch(CIFAKE))) == 32


def test_an_unknown_set_a_login_and_a_server_that_is_no_hub_are_told_apart(hub):
    hub.files.clear()
    assert "has no data set" in refusal(hub)
    hub.gated = True
    assert "login" in refusal(hub)


def test_a_set_that_is_had_by_hand_says_how(hub):
    assert "bring the zip here" in refusal(hub, find_public("web-975"))


def test_a_file_that_would_leave_its_folder_refuses_the_set(hub, tmp_path):
    for path in ("../../evil.parquet", "/tmp/evil.parquet", "data/../../evil.parquet", "C:/evil.parquet", "a\\..\\evil.parquet"):
        hub.listed[REPO] = [path]
        assert "leave its folder" in refusal(hub)
    assert not hub.fetched("parquet")
    assert not list(tmp_path.rglob("evil*"))


def test_a_file_that_arrives_damaged_is_told_and_fetched_again(hub):
    path = "data/train-00000-of-00002.parquet"
    content = hub.files[REPO][path]
    hub.damage[path] = content[:1000] + b"X" * 100 + content[1100:]
    assert "arrived damaged" in refusal(hub)
    assert not list(data_folder().glob("*"))
    hub.damage.clear()
    assert len(files(get(hub))) == 32


def test_a_file_that_is_damaged_on_the_hub_is_named(hub):
    hub.files[REPO]["data/test-00000-of-00001.parquet"] = b"PAR1" + bytes(500) + b"PAR1"
    message = refusal(hub)
    assert "test-00000-of-00001.parquet" in message
    assert "damaged" in message


def test_the_names_in_the_file_decide_what_a_label_is(hub):
    for path in list(hub.files[REPO]):
        hub.files[REPO][path] = shard([0, 0, 1, 1], ["REAL", "FAKE"], first=hash(path) % 1000)
    folder = get(hub)
    kinds = Counter(Path(path).parts[-2] for path in files(folder))
    assert kinds == {"real": 6, "ai": 6}
    real = {path.read_bytes() for path in folder.rglob("real/*.png")}
    assert picture(hash("data/test-00000-of-00001.parquet") % 1000) in real


def test_a_set_that_has_changed_is_refused_and_not_guessed_at(hub):
    hub.files[REPO] = {"train.parquet": shard([0, 1], ["cat", "dog"])}
    assert "'cat'" in refusal(hub)
    hub.files[REPO] = {"train.parquet": shard([0, 1], None)}
    assert "'0'" in refusal(hub)
    assert "lacks the column" in refusal(hub, like_cifake(image="picture"))
    hub.files[REPO] = {"train.parquet": shard([0, 0], NAMES)}
    assert "no real images" in refusal(hub)
    hub.files[REPO] = {"train.csv": b"a,b"}
    assert "no Parquet files" in refusal(hub)


def test_a_column_may_name_the_generator_and_what_is_no_picture_is_left_out(hub):
    content = shard([0, 0, 1], NAMES, generator=["Stable Diffusion/1.5", "../../x", "Real"])
    hub.files[REPO] = {"train.parquet": content, "more.parquet": content.replace(b"\x89PNG", b"\0PNG", 1)}
    manifest = open_data(str(get(hub, like_cifake(generator="generator"))))
    assert {item.generator for item in manifest.items if item.label == AI} == {"Stable-Diffusion-1.5", "x"}
    assert len(manifest.items) == 5


def test_a_name_that_is_taken_is_told_before_anything_is_fetched(hub):
    get(hub, most=1)
    hub.asked.clear()
    assert "already" in refusal(hub)
    assert hub.asked == []
    assert get(hub, most=1, name="second") == data_folder() / "second"


def test_a_disk_without_room_is_told_before_anything_is_fetched(hub, monkeypatch):
    monkeypatch.setattr("detector.data.staging.SPARE_BYTES", 2**60)
    assert "free" in refusal(hub)
    assert not hub.fetched("parquet")


def test_two_do_not_fetch_the_same_set_at_once(hub):
    def second(step: Step) -> None:
        assert "being fetched already" in refusal(hub)

    get(hub, most=1, progress=second)
