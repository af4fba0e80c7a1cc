from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from detector.data.audit import FEWEST, Audit, Finding, run_audit, sample
from detector.data.audit_store import audit_file, read_audit, write_audit
from detector.data.audit_words import TITLES, driver_sentences, headline, looked_at, sentence
from detector.data.equalise import Equalise
from detector.data.folders import scan
from detector.data.manifest import Item, Manifest
from detector.data.probe_score import group_folds, score_probe
from detector.data.scenes import draw_scene
from detector.labels import AI, REAL

COUNT = 60


def scene(number: int) -> Image.Image:
    """A drawn picture whose size is its own."""
    drawn = draw_scene(np.random.default_rng(number), 56)
    return Image.fromarray(np.clip(drawn, 0, 255).astype(np.uint8)).crop((0, 0, 40 + number % 16, 40 + number // 4 % 16))


def fill(folder: Path, kinds: tuple[str, str], apart: bool = False) -> Manifest:
    """Pictures of each class stored as these kinds: the same ones in both classes, or others where `apart`."""
    for label, (name, kind) in enumerate(zip(("real", "ai"), kinds, strict=True)):
        (folder / name).mkdir(parents=True)
        for number in range(COUNT):
            scene(number + (COUNT * label if apart else 0)).save(folder / name / f"{number}.{kind}", quality=90)
    return scan(folder)


@pytest.fixture(scope="module")
def mixed(tmp_path_factory: pytest.TempPathFactory) -> Manifest:
    """Real pictures as JPEG, the very same ones as PNG for AI-generated."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("DETECTOR_HOME", str(tmp_path_factory.mktemp("home")))
        return fill(tmp_path_factory.mktemp("mixed"), ("jpg", "png"))


@pytest.fixture(scope="module")
def audited(mixed: Manifest) -> Audit:
    return run_audit(mixed)


def auc(audit: Audit, probe: str) -> float:
    return next(finding.auc for finding in audit.findings if finding.probe == probe) or 0.0


def test_png_against_jpeg_of_the_same_photos_is_found_out_by_the_file_alone(audited: Audit):
    assert auc(audited, "metadata") >= 0.95 and audited.light == "red"
    assert audited.worst is not None and audited.worst.probe == "metadata"
    said = headline(audited)
    assert "never looks at the picture, only at how its file is stored, gets 1.00" in said
    assert "your detector may learn that instead" in said
    told = " ".join(driver_sentences(audited.worst))
    assert "100 % of the AI-generated pictures are PNG files, 0 % of the real ones." in told or "are JPEG files" in told


def test_after_equalising_nothing_is_left_of_it(mixed: Manifest):
    after = run_audit(mixed, Equalise("crop", 40))
    assert auc(after, "metadata") <= 0.60 and auc(after, "shape") <= 0.60
    assert after.equalise == "crop-40-75-95" and "after equalising" in looked_at(after)


def test_other_photos_of_one_making_show_no_shortcut(tmp_path: Path):
    audit = run_audit(fill(tmp_path / "even", ("jpg", "jpg"), apart=True))
    for finding in audit.findings:
        assert finding.low is not None and finding.low < 0.60, finding


def test_the_pictures_named_are_of_their_class_and_only_where_there_is_a_warning(audited: Audit, mixed: Manifest):
    labels = {item.path: item.label for item in mixed.items}
    for finding in audited.findings:
        assert bool(finding.pairs) == (finding.light in ("amber", "red"))
        for real, ai in finding.pairs:
            assert (labels[real], labels[ai]) == (REAL, AI)


def test_progress_counts_every_picture_and_one_that_has_gone_is_left_out(tmp_path: Path):
    manifest, seen = fill(tmp_path / "set", ("jpg", "jpg")), []
    manifest.path(manifest.items[0]).unlink()
    audit = run_audit(manifest, progress=lambda done, total: seen.append((done, total)))
    assert seen == [(number, 2 * COUNT) for number in range(1, 2 * COUNT + 1)]
    assert audit.left_out == 1 and audit.looked_at == {"real": COUNT, "ai": COUNT - 1}
    assert "1 could no longer be read" in looked_at(audit)


def items(count: int, label: int, group: str = "") -> list[Item]:
    return [Item(f"{label}/{n}.png", label, "", "", 8, 8, "PNG", f"{label}-{n:04}", group=group) for n in range(count)]


def test_too_few_pictures_give_no_number(tmp_path: Path):
    for item in (many := [*items(FEWEST - 1, REAL), *items(FEWEST, AI)]):
        (tmp_path / item.path).parent.mkdir(exist_ok=True)
        Image.new("RGB", (8, 8)).save(tmp_path / item.path)
    for given in (tuple(many), tuple(items(FEWEST, REAL, "one") + items(FEWEST, AI))):
        audit = run_audit(Manifest(tmp_path, given))
        assert audit.light == "grey" and audit.worst is None and "Too few pictures" in headline(audit)
        assert all(finding.auc is None and "too few pictures" in sentence(finding) for finding in audit.findings)


def test_the_sample_does_not_depend_on_names_or_order():
    many = [*items(30, REAL), *items(30, AI)]
    chosen = {item.sha256 for item in sample(many, 10)}
    renamed = [replace(item, path=f"x/{number}") for number, item in enumerate(reversed(many))]
    assert len(chosen) == 20 and {item.sha256 for item in sample(renamed, 10)} == chosen
    assert sample(many, 100) == tuple(many)


def test_copies_of_a_picture_never_stand_on_both_sides_of_a_fold():
    random = np.random.default_rng(0)
    groups = np.repeat(np.arange(100), 4)
    labels = (np.arange(100) % 2)[groups]
    for train, held_out in group_folds(labels, groups):
        assert not set(groups[train]) & set(groups[held_out])
        assert set(labels[train]) == set(labels[held_out]) == {REAL, AI}
    rows = random.normal(size=(100, 6)).astype(np.float32)[groups]  # four copies each, of numbers that mean nothing
    alone = np.arange(400)
    honest = score_probe(rows, labels, groups, group_folds(labels, groups))
    cheated = score_probe(rows, labels, alone, group_folds(labels, alone))
    assert honest.low < 0.5 < honest.high and cheated.auc > 0.8


def test_the_interval_counts_groups_and_not_their_copies():
    random, groups = np.random.default_rng(1), np.repeat(np.arange(120), 5)
    labels = (np.arange(120) % 2)[groups]
    rows = (random.normal(size=(120, 3)) + 0.5 * (np.arange(120) % 2)[:, None]).astype(np.float32)
    folds = group_folds(labels, groups)
    many = score_probe(rows[groups], labels, groups, folds)
    copied = score_probe(rows[groups], labels, np.arange(600), folds)
    assert many.high - many.low > 1.5 * (copied.high - copied.low)


def test_an_audit_is_kept_for_this_very_content_and_rule(audited: Audit, mixed: Manifest):
    assert read_audit(mixed) is None
    write_audit(mixed, audited)
    assert read_audit(mixed) == audited
    assert read_audit(mixed, Equalise("crop", 40)) is None
    assert read_audit(replace(mixed, items=mixed.items[1:])) is None
    audit_file(mixed).write_text('{"findings": [{"probe": 1}]}')
    assert read_audit(mixed) is None


@pytest.mark.parametrize(
    ("finding", "light", "words"),
    [
        (Finding("colour", 0.97, 0.95, 0.99, 500), "red", "gets 0.97 (0.95–0.99): your detector may learn that instead."),
        (Finding("colour", 0.66, 0.61, 0.70, 500), "amber", "may learn some of that instead."),
        (Finding("colour", 0.62, 0.55, 0.70, 500), "amber", "With these few pictures it may also be less."),
        (Finding("colour", 0.58, 0.54, 0.63, 500), "green", "more pictures could still show a shortcut"),
        (Finding("colour", 0.41, 0.36, 0.47, 500), "green", "not much better than guessing"),
    ],
)
def test_what_is_said_follows_from_the_estimate_and_its_interval(finding: Finding, light: str, words: str):
    assert finding.light == light and words in sentence(finding)


def test_every_probe_has_a_title_and_is_shown(audited: Audit):
    assert [finding.probe for finding in audited.findings] == list(TITLES)
