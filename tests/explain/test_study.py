import json
from pathlib import Path

import numpy as np
import pytest
import torch
from torch import Tensor, nn

from detector.errors import DataError, UserError
from detector.explain.dose import DOSES, FaceDose, dose_curve, face_dose
from detector.explain.face_mean import SIDE
from detector.explain.intervals import Interval, mean_interval
from detector.explain.perturb import smoothed
from detector.explain.regions import REGIONS
from detector.explain.study import GROUPS, RegionMean, Study, explain_study, read_study, save_study
from detector.explain.study_measure import _measure
from detector.explain.study_words import study_sentences
from detector.figures.regions import dose_chart, face_map_chart, region_chart
from detector.labels import AI
from detector.predict import Predictor
from tests.conftest import flat
from tests.explain.faces import save_faces


@pytest.fixture(scope="module")
def faces(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Four portraits, bright ones AI-generated, and a picture without a face."""
    folder = tmp_path_factory.mktemp("faces")
    save_faces(folder)
    flat(200, (80, 80)).save(folder / "ai" / "no-face.png")
    return folder


@pytest.fixture(scope="module")
def study(faces: Path, bright_folder: Path, tmp_path_factory: pytest.TempPathFactory) -> Study:
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("DETECTOR_HOME", str(tmp_path_factory.mktemp("home")))
        return explain_study(faces, Predictor.load(bright_folder), n=10)


def test_every_face_of_the_folder_is_measured_once_and_pictures_without_one_are_counted(study: Study) -> None:
    assert (study.n, study.counts["real"], study.counts["ai"], study.without_face) == (4, 2, 2, 1)
    assert study.counts["right"] + study.counts["wrong"] == 4
    assert {(row.region, row.group) for row in study.regions} == {(region, group) for region in REGIONS for group in GROUPS}


def test_shares_of_the_regions_sum_to_one_over_all_faces(study: Study) -> None:
    rows = [row for row in study.regions if row.group == "all"]
    assert sum(row.share.mean * row.share.n for row in rows) == pytest.approx(4, abs=0.05)  # a region of a few pixels is left out
    assert all(row.ratio.low <= row.ratio.mean <= row.ratio.high for row in rows)


def test_an_excess_is_an_effect_less_the_mean_size_of_random_ones() -> None:
    mask = np.eye(4, dtype=bool)
    found = _measure(0.5, mask, [np.array([-2.0, 1.0, -0.5]), np.array([0.5, -1.0, 2.0])])
    assert (found.share, found.area, found.smooth, found.smooth_excess) == (0.5, 0.25, -2.0, 1.25)
    assert (found.swap, found.swap_excess) == (0.5, -1.0)


def test_a_study_on_disk_is_the_study(study: Study, tmp_path: Path) -> None:
    save_study(tmp_path / "study.json", study)
    assert read_study(tmp_path / "study.json") == study
    (tmp_path / "other.json").write_text(json.dumps({"n": 3}))
    with pytest.raises(UserError, match="no study of faces"):
        read_study(tmp_path / "other.json")


def test_its_charts_show_every_region_and_both_mean_faces(study: Study) -> None:
    chart = region_chart(study.regions, "ratio").to_dict()
    assert [trace["name"] for trace in chart["data"]] == ["real (n = 2)", "AI-generated (n = 2)"]
    assert len(dose_chart(study.doses["all"]).to_dict()["data"][0]["x"]) == 1 + len(DOSES)
    assert np.shape(study.maps["real"]) == (SIDE, SIDE)
    assert face_map_chart(study.maps["ai"], 3.0).to_dict()["data"][0]["zmax"] == 3.0


def test_seen_pictures_are_left_out_and_nothing_left_is_said(faces: Path, bright: Path) -> None:
    from detector.data.folders import open_data

    predictor, items = Predictor.load(bright), open_data(str(faces)).items
    kept = next(item for item in items if item.label == AI and "no-face" not in item.path)
    found = explain_study(faces, predictor, n=4, seen={item.sha256[:16] for item in items if item != kept})
    assert found.n == 1 and found.counts["ai"] == 1
    with pytest.raises(DataError, match="none is left"):
        explain_study(faces, predictor, seen={item.sha256[:16] for item in items})


def test_a_folder_without_faces_is_refused(bright: Path, tmp_path: Path) -> None:
    for name in ("real", "ai"):
        (tmp_path / "data" / name).mkdir(parents=True)
        flat(100, (90, 90)).save(tmp_path / "data" / name / "grey.png")
    with pytest.raises(DataError, match="No face"):
        explain_study(tmp_path / "data", Predictor.load(bright))


class Roughness(nn.Module):
    """One logit: how rough the picture is within a mask."""

    def __init__(self, mask: np.ndarray) -> None:
        super().__init__()
        self.mask = torch.from_numpy(mask)

    def forward(self, x: Tensor) -> Tensor:
        return ((x - smoothed(x, 2.0)).square() * self.mask).mean((1, 2, 3))[:, None] * 100


def halves() -> tuple[np.ndarray, np.ndarray]:
    left = np.zeros((48, 48), bool)
    left[:, :20] = True
    return left, left[:, ::-1].copy()


def doses(read: np.ndarray, count: int = 12) -> list[FaceDose]:
    found = []
    for seed in range(count):
        x = torch.randn(1, 3, 48, 48, generator=torch.Generator().manual_seed(seed))
        found.append(face_dose(Roughness(read), x, smoothed(x, 2.0), *halves(), AI))
    return found


def test_a_network_that_reads_texture_everywhere_is_said_to_read_global_texture() -> None:
    found = doses(np.ones((48, 48), bool))
    assert all(one.skin[-1] == pytest.approx(one.background[-1], rel=0.2) for one in found)
    assert found[0].skin[0] > found[0].skin[-1]  # the more is taken, the lower the score
    assert "global texture, not wrinkles" in dose_curve(found, [0.5] * 12).conclusion


def test_a_network_that_reads_skin_or_background_is_told_apart() -> None:
    skin, background = halves()
    assert dose_curve(doses(skin), [0.5] * 12).conclusion.startswith("Skin moves the score more")
    assert dose_curve(doses(background), [0.5] * 12).conclusion.startswith("The background moves the score more")


def test_a_score_that_hardly_moves_and_too_few_faces_are_said() -> None:
    still = [FaceDose((0.0, 0.0, 0.0, 0.01), (0.0, 0.0, 0.0, 0.01), 1.0)] * 12
    assert dose_curve(still, [5.0] * 12).conclusion.startswith("Neither moves the score much")
    assert dose_curve(still[:3], [5.0] * 3).conclusion.startswith("Only 3 faces")


def test_both_sides_lose_the_same_energy_and_none_without_a_background() -> None:
    class Energy(nn.Module):
        def __init__(self, x: Tensor) -> None:
            super().__init__()
            self.x = x

        def forward(self, x: Tensor) -> Tensor:
            return (x - self.x).square().sum((1, 2, 3))[:, None]

    x = torch.randn(1, 3, 48, 48, generator=torch.Generator().manual_seed(0))
    x[..., 24:] *= 0.2  # the background has less to lose
    skin, background = halves()
    found = face_dose(Energy(x), x, smoothed(x, 2.0), skin, background, AI)
    assert found.skin == pytest.approx(found.background, rel=1e-4)
    assert np.divide(found.skin, found.skin[-1]) == pytest.approx(DOSES, rel=1e-4) and found.matched < 0.1
    assert face_dose(Energy(x), x, smoothed(x, 2.0), skin, np.zeros_like(skin), AI) is None


def test_an_interval_holds_the_mean_and_narrows_with_more_images() -> None:
    few, many = (mean_interval(np.random.default_rng(0).normal(3, 1, n)) for n in (10, 1000))
    assert few.low < few.mean < few.high and many.high - many.low < (few.high - few.low) / 3
    assert mean_interval([]) == Interval(0.0, 0.0, 0.0, 0)


def row(region: str, ratio: tuple[float, float], excess: tuple[float, float]) -> RegionMean:
    nothing = Interval(0.0, -1.0, 1.0, 30)
    between = [Interval(sum(pair) / 2, *pair, 30) for pair in (ratio, excess)]
    return RegionMean(region, "all", nothing, between[0], nothing, between[1], nothing, nothing)


@pytest.mark.parametrize(
    ("ratio", "excess", "words"),
    [
        ((1.2, 1.6), (0.1, 0.5), "the map favours the mouth, and smoothing it moves the score more"),
        ((1.2, 1.6), (-0.1, 0.5), "the map favours the mouth, but smoothing it moves the score no more"),
        ((0.8, 1.6), (0.1, 0.5), "the map does not favour the mouth, yet"),
        ((0.8, 1.6), (-0.1, 0.5), "neither does the map favour the mouth"),
    ],
)
def test_the_sentence_on_smiles_is_honest_whichever_way_it_falls(ratio, excess, words) -> None:
    assert words in study_sentences([row("mouth", ratio, excess)], {"all": dose_curve([], [])})[0]


def test_wrinkles_are_named_only_where_map_and_score_agree() -> None:
    rows = [row("forehead", (1.2, 1.6), (0.1, 0.5)), row("under_eyes", (1.2, 1.6), (-0.1, 0.5))]
    assert "agree on the forehead only" in study_sentences(rows, {"all": dose_curve([], [])})[0]
    assert "at no place" in study_sentences(rows[1:], {"all": dose_curve([], [])})[0]


def test_classes_are_told_apart_where_each_has_enough_faces() -> None:
    few, enough = (dose_curve([FaceDose((0.0, 0.0, 0.0, 2.0), (0.0, 0.0, 0.0, 1.0), 1.0)] * n, [3.0] * n) for n in (5, 12))
    told = study_sentences([], {"all": enough, "real": enough, "ai": enough})[-1]
    assert told.count("1.00 [1.00 to 1.00] for") == 2 and "real images (n = 12)" in told
    assert "By class" not in study_sentences([], {"all": enough, "real": few, "ai": enough})[-1]
