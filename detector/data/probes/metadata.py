"""Metadata probe: how a picture's file is stored, read off its header. Never decodes a pixel."""

import io
from typing import Any

import numpy as np
from PIL import Image, JpegImagePlugin

from detector.data.probes.feature import Feature, Row

FORMATS = ("JPEG", "PNG", "WEBP", "BMP", "GIF", "TIFF", "AVIF")
_SAMPLINGS = ("4:4:4", "4:2:2", "4:2:0")  # the index is Pillow's
# What Pillow itself puts into `info`; anything else in a PNG is text that a program left.
_USUAL = {"dpi", "gamma", "transparency", "icc_profile", "exif", "srgb", "interlace", "chromaticity", "aspect", "background"}
_LUMA_MEAN, _CHROMA_MEAN = 57.625, 86.015625  # of the tables in annex K of the JPEG standard, which quality 50 uses unchanged

FEATURES = (
    *(Feature(f"are {kind} files", "share", "format") for kind in FORMATS),
    *(Feature(f"store colour as {kind}", "share", "sampling") for kind in _SAMPLINGS),
    Feature("are progressive JPEG files", "share", "progressive"),
    Feature("carry EXIF data", "share", "exif"),
    Feature("carry a colour profile", "share", "profile"),
    Feature("carry text that a program left", "share", "text"),
    Feature("have an alpha channel, a palette or grey values only", "share", "mode"),
    Feature("JPEG quality (estimated)", "amount", "quality", 0),
    Feature("JPEG quality of the colours (estimated)", "amount", "quality", 0),
    Feature("bytes a pixel, on a log scale", "amount", "bytes"),
    Feature("bytes a pixel", "amount", "bytes"),
)


def features(data: bytes) -> Row:
    """One number a feature for the file with these bytes; raises OSError when they are no picture."""
    with Image.open(io.BytesIO(data), formats=FORMATS) as image:
        info = image.info
        tables = getattr(image, "quantization", None)  # None for WebP and others, and for lossless ones
        is_jpeg = bool(tables)
        kind = "JPEG" if is_jpeg else image.format  # a JPEG with a second picture in it calls itself MPO
        sampling = JpegImagePlugin.get_sampling(image) if is_jpeg and image.mode != "L" else -1
        per_pixel = len(data) / max(image.width * image.height, 1)
        return np.array(
            [
                *(kind == name for name in FORMATS),
                *(sampling == index for index in range(len(_SAMPLINGS))),
                bool(info.get("progressive")),
                "exif" in info,
                "icc_profile" in info,
                image.format == "PNG" and not _USUAL.issuperset(info),
                image.mode not in ("RGB", "YCbCr", "CMYK"),
                _quality(tables, 0, _LUMA_MEAN),
                _quality(tables, 1, _CHROMA_MEAN),
                np.log(max(per_pixel, 1e-6)),
                per_pixel,
            ],
            dtype=np.float32,
        )


def _quality(tables: Any, number: int, base: float) -> float:
    """The quality, 1 to 100, whose standard table has the same mean; NaN where there is no such table."""
    if not tables or number not in tables:
        return float("nan")
    percent = 100 * float(np.mean(tables[number])) / base
    return min(100.0, (200 - percent) / 2) if percent <= 100 else max(1.0, 5000 / percent)
