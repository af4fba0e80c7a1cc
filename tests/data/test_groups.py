"""What belongs together by name, by table or by looks shares a group; numbers and styles join nothing."""

import hashlib
from collections import Counter
from pathlib import Path

import pytest

from detector.data.different import forget_different, tell_apart, told_apart
from detector.data.groups import with_groups
from detector.data.manifest import Item, Manifest
from detector.labels import AI, REAL


def item(path: str, content: str = "", **more) -> Item:
    label = REAL if path.startswith("real") else AI
    return Item(path, label, "", "", 8, 8, "PNG", hashlib.sha256((content or path).encode()).hexdigest(), **more)


def grouped(root: Path, *paths: str) -> set[frozenset[str]]:
    """The groups of these files, as sets of paths."""
    items = with_groups(Manifest(root, tuple(item(path) for path in paths))).items
    found = {}
    for one in items:
        if one.group:
            found.setdefault(one.group, set()).add(one.path)
    return {frozenset(group) for group in found.values()}


def test_pictures_of_one_prompt_are_together_across_generators_and_classes(tmp_path):
    paths = [f"ai/{generator}__Colors-{prompt}__{at}.jpg" for prompt in range(9) for at, generator in enumerate(("sd14", "sd15"))]
    photos = [f"real/photo__Colors-{prompt}__x.jpg" for prompt in range(3)]
    found = grouped(tmp_path, *paths, *photos)
    assert Counter(map(len, found)) == {3: 3, 2: 6}


def test_styles_counts_and_generators_join_nothing(tmp_path):
    styles = [f"ai/dalle__{style}__img_{at:06}.jpg" for style in ("art", "pixiv", "manga", "oil") for at in range(30)]
    counts = [f"ai/dalle__{at:04}.jpg" for at in range(20)] + [f"real/{at:04}.jpg" for at in range(20)]
    assert grouped(tmp_path, *styles, *counts, *(f"real/img_{at}.jpg" for at in range(9))) == set()


def test_quarters_of_a_collage_are_together(tmp_path):
    cut = [f"ai/castle~{part}of4.png" for part in (1, 2, 3, 4)]
    numbered = [f"ai/dog_{part}.png" for part in (1, 2, 3, 4)]
    assert grouped(tmp_path, *cut, *numbered, "ai/other.png", "real/castle.png") == {frozenset(cut), frozenset(numbered)}
    assert grouped(tmp_path, *numbered, "ai/dog_5.png") == set()
    assert grouped(tmp_path, *numbered) == set()


def test_a_known_photo_and_its_generated_version_are_together(tmp_path):
    same = {"real/COCO_val_000000123456.jpg", "ai/sd__000000123456.png"}
    assert grouped(tmp_path, *same, "real/COCO_val_000000123457.jpg", "ai/sd__000000123999.png") == {frozenset(same)}


def test_a_table_beside_the_classes_tells_what_belongs_together(tmp_path):
    lines = [
        "file_name,source,prompt,id",
        "real/a.png,s1,,",
        "ai/a.png,s1,a red fox,",
        "ai/b.png,s2,a  red fox,",
        "ai/c.png,s3,owl,",
    ]
    lines += ["ai/d.png,s4,pine,", "../outside.png,s1,,"]
    (tmp_path / "metadata.csv").write_text("\n".join(lines))
    found = grouped(tmp_path, "real/a.png", "ai/a.png", "ai/b.png", "ai/c.png", "ai/d.png")
    assert found == {frozenset({"real/a.png", "ai/a.png", "ai/b.png"})}


def test_a_column_of_kinds_is_told_and_not_used(tmp_path):
    paths = [f"ai/{at}.png" for at in range(20)] + [f"real/{at}.png" for at in range(20)]
    (tmp_path / "metadata.csv").write_text("path,source\n" + "\n".join(f"{path},{path[:2]}" for path in paths))
    manifest = with_groups(Manifest(tmp_path, tuple(map(item, paths))))
    assert not any(one.group for one in manifest.items)
    assert "source has 2 values for 40 pictures" in manifest.problems[0].reason


@pytest.mark.parametrize("text", ["", "name,group\na,1\n", "\0\0", "path\n"])
def test_a_table_that_says_nothing_stops_nothing(tmp_path, text):
    (tmp_path / "metadata.csv").write_text(text)
    assert grouped(tmp_path, "real/a.png", "ai/a.png") == set()


def test_copies_share_a_group_named_by_their_content_and_groups_that_overlap_become_one(tmp_path):
    exact = [item("real/a.png", "same"), item("real/b.png", "same"), item("real/c.png")]
    first, second, third = with_groups(Manifest(tmp_path, tuple(exact))).items
    assert first.group == second.group == first.sha256 and third.group == ""
    chained = [item("ai/a.png", "same", group="g"), item("ai/b.png", "same"), item("ai/c.png", group="g")]
    assert {one.group for one in with_groups(Manifest(tmp_path, tuple(chained))).items} == {"g"}


def test_grouping_twice_changes_nothing(tmp_path):
    paths = [f"ai/sd__p{prompt}__{at}.png" for prompt in range(5) for at in range(2)]
    once = with_groups(Manifest(tmp_path, tuple(map(item, paths))))
    assert with_groups(once) == once


def test_what_a_person_told_apart_is_no_group_until_it_is_forgotten(tmp_path, workspace):
    alike = {"phash": "f" * 16, "look": "40" * 64}
    manifest = Manifest(tmp_path, (item("real/a.png", **alike), item("real/b.png", **alike), item("ai/c.png")))
    assert with_groups(manifest).items[0].group
    tell_apart(manifest, ["real/a.png", "real/b.png"])
    assert not with_groups(manifest).items[0].group
    forget_different(tmp_path, told_apart(tmp_path))
    assert with_groups(manifest).items[0].group
