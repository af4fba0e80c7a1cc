"""How a picture becomes what a network sees: resize, crop, scale. Stored with the weights: nobody repeats 224 and the means."""

from dataclasses import asdict, dataclass, replace
from typing import Any, Literal

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from detector.data.equalise import Equalise

Resize = Literal["squash", "shorter", "native"]
Box = tuple[int, int, int, int]

_FILTERS = {"bilinear": Image.Resampling.BILINEAR, "bicubic": Image.Resampling.BICUBIC}
IMAGENET_MEAN = (0.485, 0.456, 0.406)
IMAGENET_STD = (0.229, 0.224, 0.225)

_PLACES = ((0.5, 0.5), (0, 0), (1, 1), (1, 0), (0, 1), (0.5, 0), (0.5, 1), (0, 0.5), (1, 0.5))
"""Where crops lie, as shares of the room to the left and above: the middle, the corners, the middles of the edges."""
MOST_CROPS = len(_PLACES)


@dataclass(frozen=True)
class Preprocess:
    """What happens between a decoded RGB picture and the network's input.

    The picture is first brought to a square *canvas* of `size / crop_pct` pixels, then its middle `size` pixels are taken:
    `squash` scales both sides (whole picture, aspect lost), `shorter` scales the shorter side and cuts the longer one,
    `native` never shrinks pixels: it cuts the canvas out of the middle, for detectors that read low-level traces. Weights
    trained on equalised pictures carry the rule in `equalise`: then it comes before everything else.

    With `crops` above one, a picture is scored by several views of the same scale, at the middle, the corners and the edges of
    the whole picture, whose logits are averaged; training and heat maps see the middle one.
    """

    size: int = 224
    resize: Resize = "squash"
    crop_pct: float = 1.0
    interpolation: Literal["bilinear", "bicubic"] = "bicubic"
    mean: tuple[float, float, float] = (0.5, 0.5, 0.5)
    std: tuple[float, float, float] = (0.5, 0.5, 0.5)
    equalise: Equalise | None = None
    crops: int = 1

    @property
    def canvas_size(self) -> int:
        """Side of the canvas in pixels."""
        return round(self.size / self.crop_pct)

    def _canvas_box(self, width: int, height: int) -> Box:
        """The part of a width × height picture that becomes the canvas, in the picture's pixels."""
        if self.resize == "squash":
            return 0, 0, width, height
        side = min(width, height)
        if self.resize == "native":
            side = min(side, self.canvas_size)
        left, top = (width - side) // 2, (height - side) // 2
        return left, top, left + side, top + side

    def canvas(self, image: Image.Image) -> Image.Image:
        """The RGB picture brought to canvas_size × canvas_size; smaller pictures are scaled up."""
        if self.equalise:
            image = self.equalise.apply(image)
        box = self._canvas_box(*image.size)
        side = (self.canvas_size, self.canvas_size)
        cut = image if box == (0, 0, *image.size) else image.crop(box)
        return cut if cut.size == side else cut.resize(side, _FILTERS[self.interpolation])

    def view(self, image: Image.Image) -> Image.Image:
        """What the network sees of an RGB picture, size × size."""
        canvas = self.canvas(image)
        edge = (self.canvas_size - self.size) // 2
        return (
            canvas.crop((edge, edge, edge + self.size, edge + self.size)) if edge else canvas.crop((0, 0, self.size, self.size))
        )

    def box(self, width: int, height: int) -> Box:
        """The part of a width × height picture that the network sees, as left, top, right, bottom in its pixels."""
        if self.equalise:
            kept_left, kept_top, kept_right, _ = self.equalise.box(width, height)
            scale = (kept_right - kept_left) / self.equalise.side
            left, top, right, bottom = replace(self, equalise=None).box(self.equalise.side, self.equalise.side)
            return (
                kept_left + round(left * scale),
                kept_top + round(top * scale),
                kept_left + round(right * scale),
                kept_top + round(bottom * scale),
            )
        left, top, right, bottom = self._canvas_box(width, height)
        edge = (self.canvas_size - self.size) // 2 / self.canvas_size
        dx, dy = round((right - left) * edge), round((bottom - top) * edge)
        return left + dx, top + dy, right - dx, bottom - dy

    def array(self, image: Image.Image) -> NDArray[np.uint8]:
        """The view as uint8, size × size × 3; `detector.models.inputs.normalise` makes a batch of them floats."""
        return np.asarray(self.view(image), dtype=np.uint8)

    def arrays(self, image: Image.Image) -> NDArray[np.uint8]:
        """All views of the picture, k × size × size × 3, the middle one first; those that would be equal come once: k ≤ crops."""
        if self.crops == 1:
            return self.array(image)[None]
        if self.equalise:
            return replace(self, equalise=None).arrays(self.equalise.apply(image))
        boxes = dict.fromkeys(self._crop_box(place, *image.size) for place in _PLACES[1 : self.crops])
        middle = self._crop_box(_PLACES[0], *image.size)
        views = [self.view(image), *(self._cut(image, box) for box in boxes if box != middle)]
        return np.stack([np.asarray(view, dtype=np.uint8) for view in views])

    def _crop_box(self, place: tuple[float, float], width: int, height: int) -> Box:
        """The part of a width × height picture that the view at this place shows, in its pixels."""
        left, top, right, bottom = self._canvas_box(width, height)
        across, down = (max(1, round(side * self.size / self.canvas_size)) for side in (right - left, bottom - top))
        x, y = round(place[0] * (width - across)), round(place[1] * (height - down))
        return x, y, x + across, y + down

    def _cut(self, image: Image.Image, box: Box) -> Image.Image:
        cut = image.crop(box)
        side = (self.size, self.size)
        return cut if cut.size == side else cut.resize(side, _FILTERS[self.interpolation])

    def to_dict(self) -> dict[str, Any]:
        """Plain values for config.json."""
        return asdict(self)

    @classmethod
    def from_dict(cls, values: dict[str, Any]) -> "Preprocess":
        """The inverse of `to_dict`; unknown keys are an error (TypeError), so that a typo cannot change a model.

        Values without `equalise`, from before there was one, are of pictures taken as they were. Raises DataError for a rule out
        of bounds.
        """
        mean, std = tuple(values["mean"]), tuple(values["std"])
        rule = values.get("equalise")
        return cls(**{**values, "mean": mean, "std": std, "equalise": Equalise.from_dict(rule) if rule else None})
