"""Thumbnails: small pictures inside the file itself. They are pictures still: their licences and the people on them count."""

import base64
import io
from collections.abc import Sequence
from pathlib import Path

from PIL import Image

from detector.data.images import open_image
from detector.errors import UserError

SIDE = 144  # pixels
QUALITY = 80
NOTICE = (
    "The small pictures below are copies of the data set's images. Their licences and the privacy of the people they show hold "
    "for this file, too: check both before you pass it on."
)


def thumbnails(root: Path | None, paths: Sequence[str]) -> list[str]:
    """A data URI an image, "" for one that cannot be read or whose path leaves the root."""
    return [_thumbnail(root, path) for path in paths] if root else [""] * len(paths)


def _thumbnail(root: Path, path: str) -> str:
    file = root / path
    try:
        if not file.resolve().is_relative_to(root.resolve()):
            return ""
        image = open_image(file)
    except (UserError, OSError, ValueError):  # gone, damaged, or a name that no file can have
        return ""
    image.thumbnail((SIDE, SIDE), Image.Resampling.LANCZOS)
    buffer = io.BytesIO()
    image.save(buffer, "JPEG", quality=QUALITY)
    return f"data:image/jpeg;base64,{base64.b64encode(buffer.getvalue()).decode()}"
