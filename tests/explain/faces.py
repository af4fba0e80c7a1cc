"""Pictures of a face for tests: a portrait that matplotlib brings along, dark and bright."""

from pathlib import Path

from PIL import Image, ImageEnhance

from detector.samples import SAMPLES


def portrait(side: int = 200) -> Image.Image:
    """A face that fills about half of a square picture."""
    image = next(sample for sample in SAMPLES if sample.name == "grace-hopper").image()
    return image.crop((110, 60, 430, 380)).resize((side, side))


def save_faces(folder: Path) -> None:
    """Two dark portraits as real ones and two bright ones as AI-generated."""
    for name, strengths in (("real", (0.5, 0.6)), ("ai", (1.4, 1.6))):
        (folder / name).mkdir(parents=True, exist_ok=True)
        for strength in strengths:
            ImageEnhance.Brightness(portrait()).enhance(strength).save(folder / name / f"{strength}.png")
