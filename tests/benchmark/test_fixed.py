import csv
from dataclasses import replace

import pytest

from detector.benchmark.fixed import WeightsRecipe, file_name
from detector.benchmark.protocol import measure
from detector.benchmark.recipes import recipe_of, scores_of
from detector.benchmark.rounds import GENERATOR, SEEN, SET, TASKS
from detector.benchmark.table import table
from detector.benchmark.written import write_pictures
from detector.data.images import open_image
from detector.errors import UserError
from detector.labels import AI


def brightness(file) -> float:
    """What a program that is not ours might say."""
    return open_image(file).convert("L").resize((1, 1)).getpixel((0, 0)) / 255


def test_another_programs_scores_go_through_the_same_protocol(sets, tmp_path) -> None:
    few = [replace(sets[0], pictures=sets[0].pictures[::4])]
    count = write_pictures(few, tmp_path / "out")
    files = sorted((tmp_path / "out").rglob("*.png"))
    assert len(files) == count == 4 * len(few[0].pictures)
    with (tmp_path / "bright.csv").open("w", newline="") as out:
        lines = csv.writer(out)
        lines.writerow(("path", "probability"))
        lines.writerows((str(file), brightness(file)) for file in files)
    result = measure(scores_of(tmp_path / "bright.csv"), few)
    assert not result.trained_here and result.row(SEEN, "art") is None
    assert result.row(SET, "art").numbers["auc"].value > 0.8
    assert result.row(SET, "art").n_real == sum(picture.label != AI for picture in few[0].pictures)
    assert sum(row.task == GENERATOR for row in result.rows) == 4 + 2
    assert "as it is, not trained here" in table(result)


def test_a_picture_without_a_score_is_named_with_the_way_out(sets, tmp_path) -> None:
    (tmp_path / "few.csv").write_text(f"path,probability\n{file_name(sets[0].pictures[0], ('untouched', 0.0))},0.5\n")
    with pytest.raises(UserError, match=r"lack .* the first is art/untouched/.*--write-pictures"):
        measure(scores_of(tmp_path / "few.csv"), sets)


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("path,probability\na,1.5\n", "line 2: .* from 0 to 1"),
        ("file,score\na,1\n", "lacks the column"),
        ("path,probability\n", "no scores"),
    ],
)
def test_a_damaged_table_is_one_line(tmp_path, text: str, told: str) -> None:
    (tmp_path / "bad.csv").write_text(text)
    with pytest.raises(UserError, match=told):
        scores_of(tmp_path / "bad.csv")


def test_weights_are_tested_on_pictures_that_they_have_not_seen(bright, folders) -> None:
    from detector.benchmark.pictures import open_sets

    sets = open_sets([f"{name}={folder}" for name, folder in folders.items()])
    known = [picture.item.sha256[:16] for picture in sets[0].pictures if picture.item.generator in ("", "dalle")][:100]
    (bright / "training_images.txt").write_text("\n".join(known) + "\n")
    result = measure(WeightsRecipe.load("bright"), sets, tasks=tuple(TASKS))
    art = result.row(SEEN, "art")
    assert art.n_real + art.n_ai <= len(sets[0].pictures) - 100 and art.numbers["auc"].value > 0.7
    assert result.row(SET, "faces").n_ai == 120
    assert not any(row.name == "art: dalle" for row in result.rows)
    assert any(note.startswith("art: trained on these") for note in result.notes)


def test_weights_that_know_every_picture_say_so(bright, sets) -> None:
    (bright / "training_images.txt").write_text("\n".join(p.item.sha256[:16] for each in sets for p in each.pictures))
    with pytest.raises(UserError, match="every picture is known"):
        measure(WeightsRecipe.load(str(bright)), sets)


def test_an_unknown_recipe_names_those_there_are() -> None:
    with pytest.raises(UserError, match=r"choose from lite0-linear, clip-linear, clip-taps, dct, .*fine-tune"):
        recipe_of("lite1")
    with pytest.raises(UserError, match="no blocks to choose from"):
        recipe_of("quick", "6:mean")


def test_a_set_with_a_file_in_both_classes_goes_on_without_it(sets, folders, tmp_path) -> None:
    import shutil

    from detector.benchmark.pictures import open_sets

    shutil.copytree(folders["art"], tmp_path / "mixed")
    shutil.copy(tmp_path / "mixed" / "real" / "000.png", tmp_path / "mixed" / "ai" / "dalle__copy.png")
    (found,) = open_sets([f"mixed={tmp_path / 'mixed'}"])
    assert len(found.pictures) == len(sets[0].pictures) - 1
    assert found.notes == ("mixed: 2 files lie in both classes and are left out.",)
    assert replace(found.pictures[0].item, split="") == found.pictures[0].item
