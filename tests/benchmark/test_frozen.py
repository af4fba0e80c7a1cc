from dataclasses import replace

import numpy as np
import pytest

from detector.benchmark.average import AverageRecipe
from detector.benchmark.frozen import FrozenRecipe, fitted_recipe, parse_taps
from detector.benchmark.pictures import remade
from detector.benchmark.protocol import measure
from detector.benchmark.recipes import recipe_of
from detector.benchmark.rounds import SEEN, rounds_of
from detector.errors import UserError
from detector.labels import AI, REAL
from detector.models.head_fit import HeadFitter
from detector.scored import AS_IS
from detector.training.config import TrainConfig
from tests.benchmark.sets import toy_recipe


def quiet(phase: str, done: int, total: int) -> None:
    pass


def a_round(sets):
    return next(rounds_of(sets, (0,), (SEEN,)))


def test_only_the_features_asked_for_are_learnt_from(sets) -> None:
    recipe, each = toy_recipe(), a_round(sets)
    blocks = replace(recipe.extractor, shape=(3, 1, 1), key="blocks")
    blind = replace(blocks, network=lambda x: x.mean(dim=(2, 3)).mul(np.nan).nan_to_num(0.5)[..., None, None])
    sighted = FrozenRecipe("blue", replace(blocks, network=lambda x: x.mean(dim=(2, 3))[..., None, None]), ((2, 0),))
    assert sighted.pick(np.zeros((4, 3, 1, 1))).shape == (4, 1)
    seen = sighted.fit(each.train, each.valid, 0, quiet).logits(each.test, AS_IS)
    labels = np.array([picture.label for picture in each.test])
    assert seen[labels == AI].mean() > seen[labels == REAL].mean() + 1
    dark = FrozenRecipe("blind", replace(blind, key="blind"), ((2, 0),)).fit(each.train, each.valid, 0, quiet)
    assert np.ptp(dark.logits(each.test, AS_IS)) == 0


def test_stored_features_and_pictures_in_hand_get_the_same_answers(sets) -> None:
    each = a_round(sets)
    scorer = toy_recipe().fit(each.train, each.valid, 0, quiet)
    some = each.test[:10]
    stored, direct = scorer.answers(some, AS_IS), scorer.look([picture.image() for picture in some])
    assert np.allclose(stored.probabilities, direct.probabilities, atol=1e-2)


def test_real_pictures_made_anew_are_learnt_as_generated_ones(sets) -> None:
    anew = remade(sets[0].pictures[:40], ("resample", "blocks"))
    assert all(made.label == AI and made.item.label == REAL and made.generator in ("resample", "blocks") for made in anew)
    assert {made.unit for made in anew} == {picture.unit for picture in sets[0].pictures[:40] if picture.label == REAL}
    assert len({made.sha256 for made in anew} | {made.item.sha256 for made in anew}) == 2 * len(anew)
    assert remade(sets[0].pictures, ()) == []


def test_an_average_is_no_worse_than_its_weaker_part(sets) -> None:
    strong = toy_recipe()
    noise = FrozenRecipe("noise", replace(strong.extractor, key="corner", network=lambda x: x[:, :, 0, 0]))
    both = measure(AverageRecipe((strong, noise)), sets[:1], (0,), (SEEN,))
    weak = measure(noise, sets[:1], (0,), (SEEN,))
    assert both.detector == "colour + noise"
    assert both.row(SEEN, "art").numbers["auc"].value > weak.row(SEEN, "art").numbers["auc"].value


def test_an_encoders_settings_are_a_recipe_with_augmented_views(sets) -> None:
    config = TrainConfig(
        model="encoder",
        backbone="test_vit",
        pretrained=False,
        taps="2",
        pool="mean",
        augmented_views=1,
        image_size=32,
        device="cpu",
    )
    recipe = fitted_recipe("tiny", config)
    assert len(recipe.views) == 2 and recipe.extractor.shape == (64,)
    told: list[str] = []
    recipe.prepare(sets[0].pictures[:8], (AS_IS,), lambda phase, done, total: told.append(phase))
    assert set(told) == {"Features 1 of 2", "Features 2 of 2"}


def test_taps_are_read_from_words() -> None:
    assert parse_taps("6:mean,10", 12) == ((5, 1), (9, 0))
    for text in ("13", "6:max", "x", "0", ","):
        with pytest.raises(UserError, match=r"no tap|no block"):
            parse_taps(text, 12)


def test_frequencies_and_a_curved_head_are_recipes_too(sets) -> None:
    each = a_round(sets[:1])
    recipe = recipe_of("dct", device="cpu", changes={"augmented_views": 0, "head_c": "0.01,0.1"})
    assert recipe.name == "dct-statistics augmented_views=0 head_c=0.01,0.1" and recipe.head.kind == "linear"
    curved = replace(toy_recipe(), head=HeadFitter("rbf", (0.1, 1.0), components=2)).fit(each.train, each.valid, 0, quiet)
    straight = toy_recipe().fit(each.train, each.valid, 0, quiet)
    found = [fit.logits(each.test, AS_IS) for fit in (curved, straight)]
    assert np.corrcoef(*found)[0, 1] > 0.5 and not np.allclose(*found)
    with pytest.raises(UserError, match="has no setting epochs"):
        recipe_of("lite0-linear", changes={"epochs": 3})
