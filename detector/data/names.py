"""What the names of folders and files say of a picture: its class, its split, its generator."""

import re
from collections.abc import Iterable, Sequence

from detector.labels import AI, REAL

EXPECTED = (
    "a folder named real (or nature, human, photos, original, 0_real) and one named ai (or fake, generated, synthetic, 1_fake)"
)

_CERTAIN = {
    **dict.fromkeys(("real", "reals", "authentic", "genuine", "nonai"), REAL),
    **dict.fromkeys(("ai", "fake", "fakes", "generated", "synthetic", "artificial", "aigenerated", "aigc"), AI),
}
# A generator may bear one of these words as its name, so they count only where no certain word stands on the way.
_LIKELY = dict.fromkeys(
    ("nature", "natural", "human", "humans", "photo", "photos", "photograph", "photographs", "original", "originals"), REAL
)
_SPLITS = {
    **dict.fromkeys(("train", "training"), "train"),
    **dict.fromkeys(("valid", "val", "validation"), "valid"),
    **dict.fromkeys(("test", "testing"), "test"),
}


def labels_of(folders: Iterable[str]) -> set[int]:
    """The classes named by the folders on the way to a picture: one as it should be, none, or both."""
    words = [_word(name) for name in folders]
    certain = {_CERTAIN[word] for word in words if word in _CERTAIN}
    return certain or {_LIKELY[word] for word in words if word in _LIKELY}


def split_of(folders: Iterable[str]) -> str:
    """The split named by the first folder that names one, or ""."""
    return next((_SPLITS[word] for word in map(_word, folders) if word in _SPLITS), "")


def generator_of(folders: Sequence[str], name: str) -> str:
    """The generator of an AI picture: the part of its name before `__`, or the folder below or above the class folder, or ""."""
    prefix, mark, _ = name.partition("__")
    if mark and re.search("[A-Za-z]", prefix):  # a bare number counts pictures and names no generator
        return prefix
    named = [folder for folder in folders if _word(folder) not in _SPLITS]
    place = next((index for index, folder in enumerate(named) if labels_of([folder]) == {AI}), len(named))
    return next(iter([*named[place + 1 :], *named[:place]]), "")


def _word(name: str) -> str:
    """The bare word of a folder's name: `0_Real`, `real-images` and `REAL` are all `real`."""
    word = re.sub(r"[^a-z0-9]+", "", name.lower()).lstrip("0123456789")
    return re.sub(r"(?<=.)(images?|imgs?|pictures?|faces|art|data)+$", "", word)
