import time
from concurrent.futures import ThreadPoolExecutor

import numpy as np
import pytest
from PIL import Image

from detector.explain.faces import Face, find_faces
from detector.samples import SAMPLES


@pytest.fixture(scope="module")
def portrait() -> Image.Image:
    return next(sample for sample in SAMPLES if sample.name == "grace-hopper").image()


def facing(turn: float = 1.0) -> Face:
    """Eyes 100 × turn pixels apart, the mouth 100 below them."""
    half = 50 * turn
    points = ((200 - half, 200), (200 + half, 200), (200, 260), (200 - half, 300), (200 + half, 300))
    return Face((100, 100, 300, 350), points, 1.0)


def test_a_portrait_has_one_face_with_its_points_in_order(portrait: Image.Image) -> None:
    (face,) = find_faces(portrait)
    left_eye, right_eye, nose, mouth_left, mouth_right = face.points
    assert left_eye[0] < nose[0] < right_eye[0] and mouth_left[0] < nose[0] < mouth_right[0]
    assert max(left_eye[1], right_eye[1]) < nose[1] < min(mouth_left[1], mouth_right[1])
    left, top, right, bottom = face.box
    assert all(left < x < right and top < y < bottom for x, y in face.points) and face.confidence > 0.99


def test_points_are_in_the_pixels_of_the_picture_whatever_its_size(portrait: Image.Image) -> None:
    (face,), (large,) = find_faces(portrait), find_faces(portrait.resize((portrait.width * 3, portrait.height * 3)))
    assert np.allclose(np.array(large.points) / 3, face.points, atol=6)


def test_noise_and_specks_have_no_face() -> None:
    noise = np.random.default_rng(0).integers(0, 256, (200, 200, 3), dtype=np.uint8)
    assert find_faces(Image.fromarray(noise)) == []
    assert find_faces(Image.new("RGB", (900, 3))) == []


def test_eight_threads_find_the_same_faces_as_one(portrait: Image.Image) -> None:
    pictures = [portrait.crop((100 + 10 * i, 60, 420, 400)) for i in range(4)] * 2
    with ThreadPoolExecutor(8) as pool:
        assert list(pool.map(find_faces, pictures)) == [find_faces(picture) for picture in pictures]


def test_a_face_from_the_side_or_mirrored_is_not_frontal() -> None:
    assert facing().frontal and facing(0.6).frontal
    assert not facing(0.2).frontal and not facing(-1.0).frontal


def test_a_face_within_a_view_is_cut_and_scaled_with_it() -> None:
    moved = facing().within((100, 100, 300, 500), 100)
    assert moved.points[0] == (25.0, 25.0) and moved.mouth == (50.0, 50.0)
    assert moved.box == (0, 0, 100, 62)


def test_the_finder_is_never_asked_by_two_threads_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    inside, most = [], []

    class Finder:
        def detect_faces(self, pixels: np.ndarray) -> list[dict]:
            inside.append(1)
            most.append(len(inside))
            time.sleep(0.01)
            inside.pop()
            return []

    monkeypatch.setattr("detector.explain.faces._finder", Finder)
    with ThreadPoolExecutor(4) as pool:
        list(pool.map(find_faces, [Image.new("RGB", (50, 50))] * 8))
    assert len(most) == 8 and max(most) == 1
