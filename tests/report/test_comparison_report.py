from detector.compare import of_run
from detector.evaluation.compare import compare
from detector.evaluation.compare_words import difference_words, pair_sentence
from detector.evaluation.joined import join
from detector.evaluation.predictions import read_predictions, write_predictions
from detector.report.comparison_report import comparison_report
from detector.training.runs import Run
from tests.report.conftest import another_run
from tests.report.test_run_report import Page, plain


def test_differences_on_the_same_images_are_those_of_the_comparison(run: Run):
    other = another_run(run, "second", 0.1, learning_rate=0.01)
    text = Page(comparison_report([run, other])).text
    found = compare(join([of_run(run.name), of_run("second")]))
    assert plain(pair_sentence(found, found.pairs[0])) in text
    assert all(plain(difference_words(found.pairs[0], name)) in text for name in ("accuracy", "auc"))
    assert f"Only second is right: {found.pairs[0].only_b} image" in text
    assert "learning rate 0.001 0.01" in text and "epochs 8 8" not in text


def test_three_runs_stand_side_by_side_and_every_pair_is_compared(run: Run):
    runs = [run, another_run(run, "second", 0.1), another_run(run, "third", -0.2)]
    html = comparison_report(runs)
    text = Page(html).text
    for words in (f"{run.name} minus second", f"{run.name} minus third", "second minus third"):
        assert words in text
    assert "<script" not in html and html == comparison_report(runs)


def test_runs_without_a_common_image_stand_for_themselves_and_the_report_says_so(run: Run):
    other = another_run(run, "second", 0.1)
    frame = read_predictions(other.predictions_file)
    write_predictions(other.predictions_file, frame.assign(path="x/" + frame["path"]))
    text = Page(comparison_report([run, other])).text
    assert "no image in common" in text and "each stands for itself" in text
    assert "Differences on the same images" not in text and "Side by side" in text


def test_pictures_of_what_one_alone_gets_right_come_only_when_asked_for(run: Run):
    other = another_run(run, "second", 0.3)
    assert "img" not in Page(comparison_report([run, other])).tags
    page = Page(comparison_report([run, other], pictures=True))
    assert page.tags.count("img") and all(address.startswith("data:") for address in page.addresses)
