import numpy as np
import pytest
from PIL import Image

from detector.explain.face_mean import SIDE, TEMPLATE, aligned, mean_map, similarity
from detector.explain.faces import Face
from detector.explain.outlines import outlined
from detector.explain.random_regions import LITTLE, overlap, random_regions
from detector.explain.regions import REGIONS, face_regions, skin

UPRIGHT = Face((30, 20, 90, 100), ((45, 45), (75, 45), (60, 63), (47, 75), (73, 75)), 1.0)
SIZE = (120, 120)


def moved(face: Face, turn: complex, shift: complex) -> Face:
    points = tuple((turn * complex(*point) + shift) for point in face.points)
    return Face(face.box, tuple((point.real, point.imag) for point in points), 1.0)


def centre(mask: np.ndarray) -> np.ndarray:
    return np.argwhere(mask).mean(axis=0)[::-1]


def test_every_pixel_belongs_to_exactly_one_region() -> None:
    masks = face_regions(UPRIGHT, SIZE)
    assert list(masks) == list(REGIONS)
    assert np.array_equal(sum(mask.astype(int) for mask in masks.values()), np.ones(SIZE))


def test_regions_lie_where_their_names_say() -> None:
    masks = face_regions(UPRIGHT, SIZE)
    assert np.allclose(centre(masks["mouth"]), (60, 76), atol=1.5)
    assert centre(masks["forehead"])[1] < 35 and 48 < centre(masks["under_eyes"])[1] < 60
    assert masks["nose_cheeks"][63, 60] and masks["rest"][45, 45] and masks["background"][2, 2]
    assert masks["eye_corners"][45, 34] and masks["eye_corners"][45, 86] and not masks["eye_corners"][45, 60]


def test_regions_turn_and_grow_with_the_face() -> None:
    turn = 1.3 * np.exp(0.4j)
    masks, turned = face_regions(UPRIGHT, SIZE), face_regions(moved(UPRIGHT, turn, 20 + 0j), (240, 240))
    where = turn * complex(*centre(masks["mouth"])) + 20
    assert np.allclose(centre(turned["mouth"]), (where.real, where.imag), atol=1.5)
    assert turned["mouth"].sum() / masks["mouth"].sum() == pytest.approx(1.69, rel=0.05)


def test_bare_skin_is_within_the_face_and_without_eyes_and_lips() -> None:
    bare, masks = skin(UPRIGHT, SIZE), face_regions(UPRIGHT, SIZE)
    assert bare[60, 40] and not bare[45, 45] and not bare[75, 60]
    assert not (bare & masks["background"]).any()


@pytest.mark.parametrize("name", ["mouth", "eye_corners", "forehead"])
def test_random_regions_keep_the_area_and_stay_beside_the_region(name: str) -> None:
    mask, random = face_regions(UPRIGHT, SIZE)[name], np.random.default_rng(0)
    found = [region for region, _ in zip(random_regions(mask, random), range(30), strict=False)]
    assert {int(region.sum()) for region in found} == {int(mask.sum())}
    assert max(overlap(mask, region) for region in found) <= LITTLE
    assert len({region.tobytes() for region in found}) > 25


def test_a_region_too_large_to_fit_beside_itself_overlaps_no_more_than_by_chance() -> None:
    mask, random = ~face_regions(UPRIGHT, SIZE)["mouth"], np.random.default_rng(0)
    found = [region for region, _ in zip(random_regions(mask, random), range(10), strict=False)]
    assert {int(region.sum()) for region in found} == {int(mask.sum())}
    assert max(overlap(mask, region) for region in found) <= mask.mean()


def test_a_similarity_is_found_from_five_points() -> None:
    turn, shift = 0.7 * np.exp(0.3j), 12 - 5j
    assert np.allclose(similarity(UPRIGHT.points, moved(UPRIGHT, turn, shift).points), (turn, shift))


def test_maps_of_turned_faces_meet_on_the_mean_face() -> None:
    maps = []
    for turn, shift in ((1.0, 0j), (0.8 * np.exp(0.3j), 25 - 10j)):
        face = moved(UPRIGHT, turn, shift)
        heat = face_regions(face, SIZE)["mouth"].astype(np.float32)
        maps.append(aligned(heat, face, 120))
    mean = np.array(mean_map(maps), dtype=float)
    mouth = face_regions(TEMPLATE, (SIDE, SIDE))["mouth"]
    assert np.nanmean(mean[mouth]) > 10 * np.nanmean(mean[~mouth])


def test_places_that_no_view_held_stay_empty_on_the_mean_face() -> None:
    corner = Face((0, 0, 40, 40), ((0, 0), (20, 0), (10, 12), (0, 20), (20, 20)), 1.0)
    mean = mean_map([aligned(np.ones((4, 4), np.float32), corner, 40)])
    assert mean[0][0] is None and mean[40][40] == 1.0


def test_names_of_regions_at_one_place_stand_below_each_other() -> None:
    picture = Image.new("RGB", (300, 200), (90, 90, 90))
    left, right = np.zeros((100, 100), bool), np.zeros((100, 100), bool)
    left[:, 49], right[:, 50] = True, True
    masks = {"mouth": left, "forehead": right}

    def heights(names: dict[str, str]) -> set[int]:
        plain = np.asarray(outlined(picture, (0, 0, 300, 200), masks, {"mouth": "", "forehead": ""}))
        return set(
            np.nonzero((np.asarray(outlined(picture, (0, 0, 300, 200), masks, names)) != plain).any(axis=(1, 2)))[0].tolist()
        )

    one, both = heights({"mouth": "mouth", "forehead": ""}), heights({"mouth": "mouth", "forehead": "forehead"})
    assert one < both and max(both) > max(one) + len(one) // 2


def test_outlines_are_drawn_within_the_box_only() -> None:
    picture = Image.new("RGB", (300, 200), (90, 90, 90))
    drawn = outlined(
        picture, (50, 0, 250, 200), face_regions(UPRIGHT, SIZE), {name: each.words for name, each in REGIONS.items()}
    )
    pixels = np.asarray(drawn)
    assert (pixels[:, :45] == 90).all() and (pixels[:, 255:] == 90).all()
    assert (pixels[:, 50:250] == 255).any() and (pixels[:, 50:250] == 0).any()
