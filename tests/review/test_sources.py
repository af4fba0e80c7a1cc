import io
import zipfile
from pathlib import Path

import pytest

from detector.data.images import sha256_of
from detector.errors import DataError, UserError
from detector.files import write_json
from detector.review.desk import (
    ReviewError,
    add_images,
    create_queue,
    from_batch,
    from_data,
    from_folder,
    from_run,
    from_uploads,
    from_zip,
    item_bytes,
    items,
    queue,
    score_queue,
)
from tests.workspaces import RUN, fill, picture, write_set


def added(found, name: str = "q"):
    create_queue(name)
    add_images(name, found.images)
    return items(name, per=500)[0]


def test_uploads_are_copied_and_what_is_no_picture_costs_a_line():
    found = from_uploads([("a.png", picture(1)), ("notes.txt", b"no picture"), ("<i>b.png", picture(2))])
    assert len(found.left_out) == 1 and found.left_out[0].startswith("notes.txt: ")
    assert {item.name: item_bytes(item) for item in added(found)} == {"a.png": picture(1), "<i>b.png": picture(2)}


def test_a_folder_is_read_where_it_lies_and_its_class_folders_tell_the_truth(tmp_path: Path):
    folder = write_set(tmp_path / "set", 3)
    found = from_folder(folder)
    assert [line.split(":")[0] for line in found.left_out] == ["real/broken.jpeg"]
    images = added(found)  # the copy is the same picture, and comes once
    assert sorted(item.label for item in images) == [0, 0, 0, 1, 1, 1] and {item.generator for item in images} == {
        "",
        "sd",
        "dalle",
    }
    assert all(item.file.is_relative_to(folder) for item in images)
    with pytest.raises(ReviewError, match="no pictures"):
        from_folder(tmp_path / "nowhere")


def test_the_pictures_of_a_zip_outlive_it_and_an_attack_is_refused():
    def zipped(names: dict[str, bytes]) -> io.BytesIO:
        file = io.BytesIO()
        with zipfile.ZipFile(file, "w") as archive:
            for name, data in names.items():
                archive.writestr(name, data)
        return file

    images = added(from_zip(zipped({"ai/a.png": picture(1), "b.png": picture(2), "readme.md": b"x"})))
    assert {item.name: item.label for item in images} == {"a.png": 1, "b.png": None} and all(map(item_bytes, images))
    with pytest.raises(DataError, match="would leave its folder"):
        from_zip(zipped({"../a.png": picture(1)}))


def test_predictions_of_a_run_come_with_scores_classes_and_the_hash_of_the_weights(home: Path):
    fill(home)
    found = from_run(RUN, "test")
    assert len(found.images) == 200 and not found.left_out
    images = added(found)
    scores = [item.scores[0] for item in images]
    assert {(score.detector, len(score.weights)) for score in scores} == {(RUN, 12)} and {item.label for item in images} == {0, 1}
    assert abs(scores[0].probability - 0.5) < 0.02 < abs(scores[-1].probability - 0.5)  # uncertain first
    assert queue("q").detectors == (RUN,)
    with pytest.raises(UserError):
        from_run(RUN, "train")


def test_a_data_set_is_scored_by_two_detectors_once(home: Path):
    fill(home)
    (home / "data" / "blots" / "real" / "002.jpeg").unlink()
    images = added(from_data("blots"))
    images[0].file.unlink()
    steps: list[tuple[int, int]] = []
    assert [line.split(":")[0] for line in score_queue("q", "stripes", lambda *step: steps.append(step))] == [images[0].name]
    assert steps[-1] == (len(images), len(images)) and len(steps) > 1
    score_queue("q", "sketch")
    scored = [item for item in items("q", per=500)[0] if item.scores]
    assert len(scored) == len(images) - 1 and all([s.detector for s in item.scores] == ["stripes", "sketch"] for item in scored)
    before = [item.scores for item in scored]
    score_queue("q", "stripes")
    assert [item.scores for item in items("q", per=500)[0] if item.scores] == before


def test_weights_that_changed_under_their_name_do_not_mix_with_the_old(home: Path):
    import torch
    from safetensors.torch import load_file, save_file

    fill(home)
    added(from_data("blots"))
    score_queue("q", "stripes")
    file = home / "weights" / "stripes" / "model.safetensors"
    save_file({name: tensor + torch.ones_like(tensor) for name, tensor in load_file(file).items()}, file)
    with pytest.raises(ReviewError, match="make a new queue"):
        score_queue("q", "stripes")


def test_results_of_a_batch_are_taken_with_what_the_detector_said(home: Path, tmp_path: Path):
    import json

    files = []
    for seed in range(3):
        files.append(tmp_path / f"{seed}.png")
        files[-1].write_bytes(picture(seed))
    folder = home / "batches" / "b"
    write_json(folder / "config.json", {"kind": "folder", "places": [str(tmp_path)], "weights": "stripes", "device": "cpu"})
    write_json(folder / "about.json", {"weights": "stripes", "weights_hash": "0123456789ab", "threshold": 0.4})
    rows = [
        {"path": str(file), "sha256": sha256_of(file), "probability": 0.45, "verdict": "ai", "error": ""} for file in files[:2]
    ]
    rows.append({"path": str(files[2]), "probability": None, "error": "it is damaged"})
    (folder / "results.jsonl").write_text("".join(json.dumps(row) + "\n" for row in rows) + '{"path": "torn')
    found = from_batch("b")
    assert found.left_out == [f"{files[2]}: it is damaged"]
    images = added(found)
    assert [(item.scores[0].detector, item.scores[0].label) for item in images] == [("stripes", "ai")] * 2
