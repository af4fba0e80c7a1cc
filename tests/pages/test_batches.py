import shutil
import time
from pathlib import Path

from PIL import Image
from streamlit.testing.v1 import AppTest

from detector.batches.batch import Batch, create_batch, find_batch, list_batches
from detector.batches.plan import plan_for
from detector.batches.results import append, every_row
from detector.home import REPOSITORY
from detector.models.digests import weights_hash
from detector.training.status import RunStatus
from tests.pages.conftest import OpenPage

MARKUP = "**bold** <b>[x](y).png"


def said(test: AppTest) -> str:
    assert not test.exception
    kinds = (test.markdown, test.caption, test.info, test.warning, test.error, test.success)
    return "\n".join(element.value for kind in kinds for element in kind)


def finished(home: Path, count: int = 130) -> Batch:
    """A batch as its worker leaves one: scores rise with the number, every tenth file is damaged, one name holds markup."""
    folder = home / "pictures"
    folder.mkdir(parents=True)
    batch = create_batch("many", plan_for([str(folder)], "stripes"))
    rows = []
    for number in range(count):
        path = folder / (MARKUP if number == 1 else f"{number:05}.png")
        score, broken = number / count, number % 10 == 0
        verdict = "real" if score < 0.4 else "ai" if score > 0.6 else "inconclusive"
        if number < 70 and not broken:
            Image.new("RGB", (24, 16), (number, 80, 80)).save(path)
        row = {"path": str(path), "sha256": f"{number:064}", "bytes": 90, "width": 24, "height": 16, "probability": score}
        row |= {"verdict": verdict, "label": "ai" if score >= 0.5 else "real", "generator": "sd" if number % 2 else "", "ms": 2.0}
        row |= {"reasons": ["too few known images"] if verdict == "inconclusive" else [], "error": ""}
        if broken:
            row |= {
                "probability": None,
                "verdict": "",
                "label": "",
                "width": None,
                "height": None,
                "error": "This file is damaged.",
            }
        rows.append(row)
    append(batch.results_file, rows)
    batch.note(weights="stripes", weights_hash=weights_hash(home / "weights" / "stripes"), threshold=0.5, images=count)
    batch.write_status(RunStatus(state="finished", epoch=count, epochs=count, message=f"All {count} pictures are done."))
    return batch


def test_an_empty_workspace_says_where_to_begin(empty_home: Path, open_page: OpenPage) -> None:
    words = said(open_page("batches"))
    assert "There is no detector yet" in words and "No batches yet" in words


def test_a_folder_is_classified_by_a_worker_that_needs_no_page(home: Path, open_page: OpenPage) -> None:
    test = open_page("batches")
    assert test.button(key="batch-start").disabled
    test.text_input(key="batch-folder").set_value(str(home / "nowhere")).run()
    assert "is not there" in said(test).replace("\\", "") and test.button(key="batch-start").disabled
    test.text_input(key="batch-folder").set_value(str(home / "data" / "blots" / "real")).run()
    assert "62 pictures" in said(test)
    test.text_input(key="batch-name").set_value("blots").run()
    test.button(key="batch-start").click().run()
    assert test.query_params["batch"] in ("blots", ["blots"]) and not test.exception
    batch, end = find_batch("blots"), time.monotonic() + 300
    while batch.status().active and time.monotonic() < end:
        time.sleep(0.2)
    assert batch.status().state == "finished", batch.log_tail()
    assert len({row["path"] for row in every_row(batch.results_file)}) == batch.done() == 62
    assert "1 could not be used" in said(open_page("batches", batch="blots"))


def test_results_are_filtered_by_verdict_score_generator_name_and_error(home: Path, open_page: OpenPage) -> None:
    finished(home)
    test = open_page("batches", batch="many")
    assert "1 to 60 of 130" in said(test)
    test.pills(key="batch-outcome").set_value(["ai"]).run()
    assert "**47**" not in said(test) and all(": real" not in word for word in said(test).split("\n"))
    assert "46 pictures" in said(test)
    test.multiselect(key="batch-generator").set_value(["sd"]).run()
    assert "26 pictures" in said(test)
    test.slider(key="batch-score").set_range(0.9, 1.0).run()
    assert "7 pictures" in said(test)
    test.pills(key="batch-outcome").set_value(["error"]).run()
    assert "No picture fits" in said(test)
    test.slider(key="batch-score").set_range(0.0, 1.0).run()
    test.multiselect(key="batch-generator").set_value([]).run()
    assert "13 pictures" in said(test) and "This file is damaged" in said(test)
    test.pills(key="batch-outcome").set_value([]).run()
    test.text_input(key="batch-find").set_value("00012").run()
    assert "11 pictures" not in said(test) and "00120" not in said(test) and "1 picture" in said(test)


def test_order_and_pages_and_a_table(home: Path, open_page: OpenPage) -> None:
    finished(home)
    test = open_page("batches", batch="many")
    test.selectbox(key="batch-order").set_value("high").run()
    assert test.button(key="batch-open-129").label.replace("\\", "") == "00129.png"
    test.number_input(key="batch-sheet-page").set_value(3).run()
    assert "121 to 130 of 130" in said(test)
    test.segmented_control(key="batch-as").set_value("Table").run()
    table = test.dataframe[0].value
    assert list(table["Name"])[:2] == ["00129.png", "00128.png"] and len(table) == 130
    assert list(table["Verdict"])[-1] == "could not be used" and table["Score"].isna().sum() == 13


def test_a_name_with_markup_shows_as_text(home: Path, open_page: OpenPage) -> None:
    finished(home, 3)
    test = open_page("batches", batch="many")
    label = test.button(key="batch-open-1").label
    assert "\\*\\*bold" in label or "\\*\\*b" in label
    assert "\\[x\\]" in said(open_page("batches", batch="many", image="1"))


def test_one_picture_has_its_address_with_its_map_and_neighbours(home: Path, open_page: OpenPage) -> None:
    batch = finished(home, 12)
    test = open_page("batches", batch="many", image="3")
    words = said(test)
    assert "4 of 12" in words and "00003" in words and "The picture has changed since" in words  # the made-up hash
    assert "This file is damaged" in said(open_page("batches", batch="many", image="10"))
    assert "no such picture" in said(open_page("batches", batch="many", image="12"))
    (home / "pictures" / "00004.png").unlink()
    assert len(open_page("batches", batch="many", image="4").error) == 1
    shutil.rmtree(home / "weights" / "stripes")
    assert len(open_page("batches", batch="many", image="5").error) == 1 and batch.done() == 12


def test_a_batch_that_was_stopped_can_be_gone_on_with_and_a_failed_one_says_why(home: Path, open_page: OpenPage) -> None:
    batch = finished(home, 12)
    batch.write_status(RunStatus(state="stopped", epoch=12, epochs=40, message="Stopped: 12 pictures are classified."))
    test = open_page("batches", batch="many")
    assert test.button(key="resume").label == "Go on" and "12 of 40 pictures" in said(test)
    batch.write_status(RunStatus(state="failed", message="The disk is full."))
    assert "The disk is full" in open_page("batches", batch="many").error[0].value


def test_a_batch_that_does_not_exist_or_is_damaged_is_one_line(home: Path, open_page: OpenPage) -> None:
    assert "no batch called" in open_page("batches", batch="nobody").error[0].value
    batch = finished(home, 3)
    (batch.folder / "config.json").write_text("{}")
    assert len(open_page("batches", batch="many").error) == 1
    assert "many" in said(open_page("batches")) or not open_page("batches").exception


def test_deleting_asks_first_and_leaves_the_pictures(home: Path) -> None:
    finished(home, 3)
    script = "from detector.batches.batch import find_batch\nfrom pages.parts.batch_view import *\nask_delete(find_batch('many'))"
    test = AppTest.from_string(script, default_timeout=60).run()
    assert list_batches() and "3 results" in said(test)
    test.button(key="delete-batch-now").click().run()
    assert not list_batches() and (home / "pictures" / "00002.png").is_file()


def test_the_rows_on_show_become_a_review_queue(home: Path) -> None:
    from detector.review.desk import items, list_queues

    finished(home, 12)
    script = (
        "from detector.batches.batch import find_batch\nfrom detector.batches.table import *\n"
        "from pages.parts.batch_cache import results_of\nfrom pages.parts.batch_review import *\n"
        "from pages.parts.shell import shell\nshell()\n"  # the pages that a link may lead to
        "batch = find_batch('many')\nreview_dialog(batch, select(results_of(batch).frame, Wanted(generators=('sd',))))"
    )
    test = AppTest.from_string(script, default_timeout=60).run()
    assert "6 pictures go" in said(test)
    test.text_input(key="batch-queue-name").set_value("look again").run()
    test.button(key="batch-queue-make").click().run()
    assert "6 pictures are in the queue" in said(test)
    ((queue, _),) = list_queues()
    found, count = items("look again", "me")
    assert (queue.name, count) == ("look again", 6) and found[0].scores[0].detector == "stripes"


def test_the_page_does_not_load_torch_to_list_and_filter(home: Path) -> None:
    import subprocess
    import sys

    finished(home, 12)
    script = (
        "import sys\nfrom streamlit.testing.v1 import AppTest\n"
        f"page = AppTest.from_file({str(REPOSITORY / 'pages' / 'batches.py')!r}, default_timeout=60)\n"
        "page.query_params['batch'] = 'many'\npage.run()\nassert not page.exception and page.title\n"
        "sys.exit(', '.join(sorted({'torch', 'timm', 'sklearn'} & set(sys.modules))) or 0)"
    )
    done = subprocess.run([sys.executable, "-c", script], cwd=REPOSITORY, capture_output=True, text=True, timeout=300)
    assert done.returncode == 0, done.stderr[-500:]
