import subprocess
import sys

import numpy as np
import pytest
from PIL import Image

from detector.data.lab import draw_lab
from detector.errors import UserError
from detector.explain.lab_table import (
    CENTRE,
    CHANCE,
    CONTROLS,
    SHIPPED,
    LabTable,
    Planted,
    Student,
    grade_methods,
    planted,
    read_lab_table,
    score_map,
    title,
)
from detector.explain.methods import METHODS, methods_for
from detector.labels import AI

WHOLE = (0, 0, 64, 64)


@pytest.fixture(scope="module")
def pictures() -> list[Planted]:
    return planted(24)


def known_place(pictures: list[Planted]):
    """A method that knows the mark, one that shows everything else, and one that shows nothing."""
    masks = {id(each.picture): each.mask for each in pictures}

    def explain(picture: Image.Image, method: str):
        mask = masks[id(picture)]
        heat = {"knows": mask, "wrong": ~mask, "silent": np.zeros_like(mask)}[method]
        return heat.astype(np.float32), WHOLE

    return explain


def test_a_map_that_is_the_mark_gets_full_marks_and_its_opposite_none(pictures):
    for each in pictures[:4]:
        np.testing.assert_allclose(score_map(each.mask.astype(np.float32), WHOLE, each.mask), 1)
        pointing, energy, iou = score_map((~each.mask).astype(np.float32), WHOLE, each.mask)
        assert (pointing, energy) == (0, 0)
        assert iou == 0


def test_an_even_map_gets_what_luck_gives(pictures):
    for each in pictures[:4]:
        area = each.mask.mean()
        pointing, energy, iou = score_map(np.ones((4, 4), np.float32), WHOLE, each.mask)
        assert pointing == pytest.approx(area, abs=1e-6)
        assert energy == pytest.approx(area, abs=1e-6)
        assert iou == pytest.approx(area / (2 - area), abs=1e-6)


def test_an_empty_map_finds_nothing(pictures):
    assert score_map(np.zeros((4, 4), np.float32), WHOLE, pictures[0].mask).tolist() == [0, 0, 0]


def test_half_of_the_mark_is_half_found():
    mask = np.zeros((64, 64), bool)
    mask[16:48, 16:48] = True
    heat = np.zeros((64, 64), np.float32)
    heat[16:48, 0:32] = 1  # shifted by half of its width
    pointing, energy, iou = score_map(heat, WHOLE, mask)
    assert (pointing, energy) == (0.5, 0.5)
    assert iou == pytest.approx(1 / 3)


def test_only_the_part_that_the_network_saw_counts():
    mask = np.zeros((64, 64), bool)
    mask[:, :40] = True  # eight columns of it inside the box
    heat = np.zeros((32, 32), np.float32)
    heat[:, :8] = 1
    np.testing.assert_allclose(score_map(heat, (32, 16, 64, 48), mask), 1)


def test_random_maps_and_a_spot_in_the_middle_are_graded_beside_the_methods(pictures):
    grades = {each.method: each for each in grade_methods("net", known_place(pictures), ["knows", "wrong", "silent"], pictures)}
    assert list(grades) == ["knows", "wrong", "silent", CHANCE, CENTRE]
    assert grades["knows"].pointing.value == grades["knows"].iou.value == 1
    assert grades["knows"].pointing.low < 1, "24 pictures do not make certain"
    assert grades["wrong"].energy.high == 0
    assert [grades[name].empty for name in ("knows", "wrong", "silent")] == [0, 0, 24]
    area = np.mean([each.mask.mean() for each in pictures])
    assert grades[CHANCE].energy.value == pytest.approx(area, abs=0.02)
    assert grades[CHANCE].pointing.low < area < grades[CHANCE].pointing.high
    assert grades[CHANCE].energy.value < grades[CENTRE].energy.value < 1


def test_an_interval_holds_its_mean_and_shrinks_with_more_pictures(pictures):
    def noisy(picture: Image.Image, method: str):
        return np.asarray(picture.resize((8, 8)).convert("L"), np.float32), WHOLE

    few, many = (grade_methods("net", noisy, ["light"], pictures[:n])[0].energy for n in (6, 24))
    assert few.low < few.value < few.high
    assert many.high - many.low < few.high - few.low


def test_a_network_that_calls_nothing_ai_cannot_be_graded():
    with pytest.raises(UserError, match="no map to grade"):
        grade_methods("net", known_place([]), ["knows"], [])


def test_graded_pictures_are_the_same_each_time_and_none_of_the_labs_own(pictures):
    again = planted(4)
    assert all(one.picture.tobytes() == other.picture.tobytes() for one, other in zip(pictures, again, strict=False))
    own = {draw_lab(AI, "checkerboard", np.random.default_rng([0, AI, number]))[0].tobytes() for number in range(0, 24, 2)}
    assert not own & {each.picture.tobytes() for each in pictures}
    assert all(0.1 < each.mask.mean() < 0.4 for each in pictures)


def test_a_table_reads_back_as_it_was_written(pictures, tmp_path):
    grades = tuple(grade_methods("net", known_place(pictures), ["knows", "silent"], pictures))
    table = LabTable(24, "python -m detector grade-maps", (Student("net", "Net", 64, (4, 4), 24, 0.9),), grades)
    table.write(tmp_path / "table.json")
    assert read_lab_table(tmp_path / "table.json") == table


@pytest.mark.parametrize("text", ["[]", "{}", '{"pictures": 3, "command": "", "students": [{}], "grades": []}', "nothing"])
def test_a_damaged_table_is_one_clear_line(tmp_path, text):
    (tmp_path / "table.json").write_text(text)
    with pytest.raises(UserError):
        read_lab_table(tmp_path / "table.json")


def test_the_shipped_table_grades_every_method_beside_both_controls():
    table = read_lab_table(SHIPPED)
    for student in table.students:
        methods = [grade.method for grade in table.grades if grade.network == student.name]
        wanted = methods_for(student.name) if " at " not in student.name else [m for m in METHODS if METHODS[m].layered]
        assert methods == [*wanted, *CONTROLS]
    for grade in table.grades:
        assert grade.n >= 50
        for mean in (grade.pointing, grade.energy, grade.iou):
            assert 0 <= mean.low <= mean.value <= mean.high <= 1


def test_every_method_and_control_has_a_title():
    assert all(title(name) for name in (*METHODS, CHANCE, CENTRE))


def test_reading_the_table_needs_no_network_library():
    code = "import sys, detector.explain.lab_table; print({'torch', 'timm', 'sklearn'} & set(sys.modules))"
    assert subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout.strip() == "set()"


def test_the_command_names_what_can_be_chosen(tmp_path):
    command = [sys.executable, "-m", "detector", "grade-maps", "--networks", "lenet6"]
    done = subprocess.run(command, capture_output=True, text=True, env={"DETECTOR_HOME": str(tmp_path), "PATH": ""})
    assert done.returncode == 2
    assert done.stderr.startswith("error: There is no network lenet6 here: choose among lenet5,")
    assert not list(tmp_path.iterdir())
