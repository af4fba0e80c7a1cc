from detector.evaluation.rates import wilson
from detector.review.desk import add_images, answer, create_queue, items, stats
from tests.review.conftest import image

R, A = 0, 1


def blind_queue(cases: list[tuple[int | None, float, str, str, str]], who: str = "Ann") -> str:
    """Each case an image: true class, the model's score and verdict, the person's first and second answer ("" for none)."""
    create_queue("blind", "random", blind=True)
    add_images("blind", [image(n, score, label, verdict) for n, (label, score, verdict, _, _) in enumerate(cases)])
    for item in items("blind")[0]:
        _, _, _, first, second = cases[int(item.name[:3])]
        answer(item.id, who, first, ms=1000)
        if second:
            answer(item.id, who, second, round=2, ms=500)
    return "blind"


def test_person_model_and_both_are_compared_on_the_same_answers():
    found = stats(
        blind_queue(
            [
                (A, 0.9, "ai", "real", "ai"),  # pulled right
                (A, 0.9, "ai", "unsure", "real"),  # not pulled
                (R, 0.9, "ai", "real", "ai"),  # pulled wrong
                (R, 0.8, "inconclusive", "real", "real"),  # stayed right
                (A, 0.2, "real", "ai", "ai"),  # stayed right
                (None, 0.9, "ai", "real", "ai"),  # nobody knows, yet the person moved
                (R, 0.9, "ai", "ai", ""),  # went away before the second answer: in none of the comparisons
            ]
        )
    )
    both = found.influence
    assert (both.person.value, both.model.value, both.seen.value) == (3 / 5, 2 / 5, 3 / 5) and both.person.n == 5
    assert both.combined.value == 3 / 5  # AI, AI, AI (wrong), the person's real, real (wrong)
    assert (found.pulled_right.value, found.pulled_right.n) == (1 / 2, 2)
    assert (found.pulled_wrong.value, found.pulled_wrong.n) == (1 / 3, 3)
    assert (both.moved.value, both.moved.n) == (3 / 6, 6)
    assert found.pulled_wrong.interval == wilson(1, 3)
    text = "\n".join(found.sentences())
    assert "pulled them wrong in 33 % (6–79 %, n = 3)" in text and "Combined by a rule" in text


def test_an_answer_that_was_changed_after_the_verdict_was_seen_is_not_blind_any_more():
    name = blind_queue([(A, 0.9, "ai", "real", "")])
    (item,), _ = items(name)
    answer(item.id, "Ann", "ai")  # in round 1 again
    answer(item.id, "Ann", "ai", round=2)
    assert stats(name).influence.person.n == 0 and stats(name).right.value == 1


def test_people_are_judged_singly_and_sentinels_apart():
    create_queue("open")
    add_images("open", [image(n, 0.9, A) for n in range(4)])
    add_images("open", [image(50, 0.9, R), image(51, 0.9, A)], sentinels=True)
    for item in items("open")[0]:
        answer(item.id, "Ann", "real" if item.label == R else "ai", ms=2000)
        answer(item.id, "Bo", "ai", ms=400)
    found = stats("open")
    ann, bo = found.people
    assert (ann.right.value, ann.sentinels.value, ann.seconds, ann.model_kappa) == (1.0, 1.0, 2.0, 0.0)
    assert (bo.right.value, bo.sentinels.value, bo.seconds) == (5 / 6, 1 / 2, 0.4) and bo.right.interval == wilson(5, 6)
    assert (found.right.n, found.sentinels.n, found.fleiss_images) == (12, 4, 6)
    assert found.right.low < wilson(11, 12)[0]  # twelve answers to six images are not twelve draws
    assert found.kappas == {("Ann", "Bo"): 0.0} and "too few" in "\n".join(found.sentences())


def test_skips_are_no_answers_and_an_empty_queue_says_so():
    create_queue("a")
    assert stats("a").sentences() == ["Nobody has answered yet."]
    add_images("a", [image(1), image(2)])
    answer(items("a")[0][0].id, "Ann", "skip")
    assert stats("a").answers == 0
