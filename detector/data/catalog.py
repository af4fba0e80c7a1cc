"""Catalogue: well-known public data sets for this question, what is known to be wrong with each, and how to get it.

Facts are those that the sets' own pages, papers or file headers tell; "unknown" where they do not.
"""

from dataclasses import dataclass
from typing import Final

from detector.errors import DataError
from detector.labels import AI, REAL

UNKNOWN: Final = "unknown"


@dataclass(frozen=True)
class HubTable:
    """Where a set lies on the Hugging Face Hub as Parquet files, and what their columns say.

    The files themselves name the values of the label column, and `labels` says what each of these names means to us: numbers
    alone would turn the classes round in a set whose 0 is fake. `generator` is the column that names it, or else `made_by` does.
    """

    repository: str
    labels: dict[str, int]
    image: str = "image"
    label: str = "label"
    generator: str = ""
    made_by: str = ""


@dataclass(frozen=True)
class PublicSet:
    """A public data set. `real` and `ai` count pictures, None where unknown; `by_hand` says how to get it where `hub` is None."""

    name: str
    title: str
    about: str
    page: str
    real: int | None
    ai: int | None
    size: str
    pixels: str
    licence: str
    wrong: tuple[str, ...]
    hub: HubTable | None = None
    by_hand: str = ""


_ACCOUNT = "Kaggle asks for a free account. Sign in, press Download, and bring the zip here"

CATALOGUE: Final = (
    PublicSet(
        name="cifake",
        title="CIFAKE",
        about="CIFAR-10 photos, and pictures of the same ten things by Stable Diffusion 1.4 (Bird and Lotfi, 2023).",
        page="https://www.kaggle.com/datasets/birdy654/cifake-real-and-ai-generated-synthetic-images",
        real=60_000,
        ai=60_000,
        size=UNKNOWN,
        pixels="32 × 32",
        licence="MIT, as stated by its authors",
        wrong=(
            "32 pixels a side: what is learnt here says nothing of photos at their real size.",
            "Photos and generated pictures were scaled down by different programs: see in the audit what colours alone tell.",
            "One generator, of 2022.",
        ),
        hub=HubTable(
            "dragonintelligence/CIFAKE-image-dataset",
            {"FAKE": AI, "REAL": REAL},
            made_by="stable-diffusion-1.4",
        ),
    ),
    PublicSet(
        name="faces-140k",
        title="140k real and fake faces",
        about="Portraits from Flickr (FFHQ), and faces made by StyleGAN, which was trained on those very portraits.",
        page="https://www.kaggle.com/datasets/xhlulu/140k-real-and-fake-faces",
        real=70_000,
        ai=70_000,
        size=UNKNOWN,
        pixels="256 × 256",
        licence="FFHQ: CC BY-NC-SA 4.0, each photo under its own; the copy on the Hub says cc",
        wrong=(
            "One generator, of 2019: high accuracy here does not carry over to newer ones.",
            "Aligned portraits only, scaled down to 256 pixels.",
            "The generator was trained on the real ones.",
        ),
        hub=HubTable(
            "TheKernel01/140k-Real-and-Fake-Faces",
            {"real": REAL, "fake": AI},
            generator="generator",
        ),
    ),
    PublicSet(
        name="web-975",
        title="AI generated images vs real images (975 from the web)",
        about="People, animals, portraits, scenery and psychedelics, collected from the web: the set of the athens study.",
        page="https://www.kaggle.com/datasets/cashbowman/ai-generated-images-vs-real-images",
        real=436,
        ai=539,
        size=UNKNOWN,
        pixels="many sizes",
        licence=UNKNOWN,
        wrong=(
            "Credits in the corners, borders, collages of four and screenshots: clean it before use.",
            "Gathered from many places: formats, sizes and subjects are not the same in both classes.",
            "975 pictures are few: expect wide intervals.",
        ),
        by_hand=f"{_ACCOUNT}; its folders of real and AI art are understood.",
    ),
    PublicSet(
        name="art-real-ai",
        title="AI art and real art (Hub)",
        about="Pictures labelled AiArtData and RealArt, gathered from several sources that are not named.",
        page="https://huggingface.co/datasets/Hemg/AI-Generated-vs-Real-Images-Datasets",
        real=None,
        ai=None,
        size="1.4 GB, 152,710 images in all",
        pixels="many sizes",
        licence=UNKNOWN,
        wrong=(
            "No description: neither generators nor sources are named, so no generator can be left out of training.",
            "Its label 0 means AI and 1 real; several programs that use it have this the wrong way round. Here the names decide.",
        ),
        hub=HubTable("Hemg/AI-Generated-vs-Real-Images-Datasets", {"AiArtData": AI, "RealArt": REAL}),
    ),
    PublicSet(
        name="ai-artbench",
        title="AI-ArtBench",
        about="60,000 works of art in ten styles (ArtBench-10), and 125,015 in the same styles by two diffusion models.",
        page="https://www.kaggle.com/datasets/ravidussilva/real-ai-art",
        real=60_000,
        ai=125_015,
        size=UNKNOWN,
        pixels=UNKNOWN,
        licence="unknown; ArtBench-10 itself claims fair use",
        wrong=(
            "Two families of generators only, both of 2022: latent diffusion and Stable Diffusion.",
            "The human works come from one collection: see in the audit whether size or format tells the classes apart.",
        ),
        by_hand=(
            f"{_ACCOUNT} after sorting it: put the folders whose names begin with AI_ into one named ai, "
            "the others into one named real."
        ),
    ),
    PublicSet(
        name="tiny-genimage",
        title="Tiny GenImage",
        about="35,000 pictures of GenImage: photos from ImageNet, and eight generators asked for the same things.",
        page="https://huggingface.co/datasets/TheKernel01/Tiny-GenImage",
        real=None,
        ai=None,
        size="8.4 GB, 35,000 images in all",
        pixels="many sizes",
        licence="CC BY-NC-SA 4.0",
        wrong=(
            "In GenImage photos are JPEGs and generated pictures PNGs: a detector learns the format (Grommelt et al., 2024).",
            "Each generator has one or two sizes, the photos have many: equalise both before use.",
        ),
        hub=HubTable(
            "TheKernel01/Tiny-GenImage",
            {"real": REAL, "fake": AI},
            generator="generator",
        ),
    ),
    PublicSet(
        name="genimage",
        title="GenImage",
        about="More than a million pairs from eight generators and ImageNet (Zhu et al., 2023), one folder a generator.",
        page="https://github.com/GenImage-Dataset/GenImage",
        real=1_331_167,
        ai=1_350_000,
        size="unknown, very large",
        pixels="many sizes",
        licence="unknown; Tiny GenImage, made from it, says CC BY-NC-SA 4.0",
        wrong=(
            "Photos are JPEGs and generated pictures PNGs: a detector learns the format (Grommelt et al., 2024).",
            "Sizes differ between the classes and between the generators.",
        ),
        by_hand=(
            "Its page links to the archives, a generator each, in parts to be joined. Unpack one on your computer and give the "
            "folder: its names nature and ai are understood."
        ),
    ),
)


def find_public(name: str) -> PublicSet:
    """The set of this name; raises DataError for an unknown one."""
    found = next((known for known in CATALOGUE if known.name == name), None)
    if found is None:
        raise DataError(f"The catalogue has no {name[:80]!r}: it has {', '.join(known.name for known in CATALOGUE)}.")
    return found


def facts(known: PublicSet) -> str:
    """What is known of a set in one line."""
    count = (
        f"{known.real:,} real and {known.ai:,} AI-generated images"
        if known.real is not None and known.ai is not None
        else "images of each class unknown"
    )
    pixels = (
        "size in pixels unknown" if known.pixels == UNKNOWN else f"{known.pixels} pixels" if "×" in known.pixels else known.pixels
    )
    size = "download size unknown" if known.size == UNKNOWN else known.size
    return f"{count}; {pixels}; {size}; licence: {known.licence}"
