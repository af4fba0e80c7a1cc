import io
import shutil
from pathlib import Path

import numpy as np
import pytest
from PIL import Image
from streamlit.testing.v1 import AppTest

from detector.explain.methods import METHODS, methods_for
from detector.explain.overlay import CAPTION_WIDTH
from detector.models.library import entry
from pages.parts import map_pane
from pages.parts.judged import Picture
from pages.parts.map_settings import Asked, Look
from tests.pages.test_classify import count_questions, said, upload
from tests.workspaces import picture


@pytest.fixture
def page(home: Path, open_page) -> AppTest:
    return upload(open_page("classify", weights="stripes"), {"a.png": picture(1)})


def alts(page: AppTest) -> list[str]:
    return [image.proto.imgs[0].alt for image in page.image if "map of" in image.proto.imgs[0].alt]


def laid(page: AppTest) -> list[str]:
    """The address of each map, which changes with what it shows."""
    return [image.proto.imgs[0].url for image in page.image if "map of" in image.proto.imgs[0].alt]


def test_opacity_palette_and_signs_are_drawn_without_asking_the_network(page: AppTest) -> None:
    asked, seen = count_questions("stripes"), laid(page)
    page.slider(key="opacity").set_value(20).run()
    seen += laid(page)
    for palette in ("viridis", "cividis"):
        page.segmented_control(key="palette").set_value(palette).run()
        seen += laid(page)
    page.toggle(key="signed").set_value(True).run()
    seen += laid(page)
    page.slider(key="opacity").set_value(90).run()
    seen += laid(page)
    assert asked == []
    assert len(set(seen)) == 6, "each choice must change the overlay"
    assert not page.exception


def test_another_label_method_or_layer_asks_the_network_and_is_then_remembered(page: AppTest) -> None:
    asked = count_questions("stripes")
    page.selectbox(key="method").set_value("layercam").run()
    first = len(asked)
    page.selectbox(key="layer-lenet5").set_value("features.2").run()
    second = len(asked)
    assert 0 < first < second
    page.selectbox(key="layer-lenet5").set_value("last").run()
    page.selectbox(key="method").set_value("gradcam").run()
    assert len(asked) == second
    assert not page.exception


def test_only_methods_that_suit_the_network_are_offered(page: AppTest) -> None:
    assert page.selectbox(key="method").options == [METHODS[method].title for method in methods_for("lenet5")]
    assert "Attention" not in page.selectbox(key="method").options


@pytest.mark.parametrize("method", methods_for("lenet5"))
def test_every_method_draws_a_map_and_says_what_it_shows(page: AppTest, method: str) -> None:
    page.selectbox(key="method").set_value(method).run()
    assert not page.exception and not page.error
    assert len(alts(page)) == 1
    assert METHODS[method].title in said(page)


def test_a_signed_map_speaks_of_both_classes_and_a_method_without_sign_says_so(page: AppTest) -> None:
    page.toggle(key="signed").set_value(True).run()
    assert alts(page) == ["The same picture under a map of what speaks for AI-generated and for real"]
    assert "striped blue ones for real" in said(page)
    page.selectbox(key="method").set_value("eigencam").run()
    assert "cannot tell for from against" in said(page)
    assert not alts(page)[0].endswith("AI-generated and for real")


def test_two_methods_stand_side_by_side_on_the_same_picture(page: AppTest) -> None:
    page.segmented_control(key="beside").set_value("Another method").run()
    assert len(alts(page)) == 2
    second = page.selectbox(key="second-method")
    assert METHODS["gradcam"].title not in second.options
    second.set_value("occlusion").run()
    assert "· Grad-CAM ·" in said(page) and "· Occlusion ·" in said(page)
    assert len(set(laid(page))) == 2
    assert not page.exception


def test_two_detectors_stand_side_by_side_each_with_its_score(page: AppTest) -> None:
    page.segmented_control(key="beside").set_value("Another detector").run()
    page.selectbox(key="second-detector").set_value("sketch").run()
    assert len(alts(page)) == 2
    lines = [text.value for text in page.markdown if "· score" in text.value]
    assert [line.split(" · ")[0] for line in lines] == ["**stripes**", "**sketch**"]
    assert not page.exception
    asked = count_questions("sketch")
    page.slider(key="opacity").set_value(10).run()
    assert asked == []


def test_without_a_second_detector_that_is_said(home: Path, open_page) -> None:
    shutil.rmtree(home / "weights" / "sketch")
    shutil.rmtree(home / "runs")
    page = upload(open_page("classify"), {"a.png": picture(1)})
    page.segmented_control(key="beside").set_value("Another detector").run()
    assert "There is no second detector yet." in said(page)
    assert len(alts(page)) == 1


def test_a_downloaded_overlay_tells_model_method_layer_class_and_score(home: Path) -> None:
    row = {"sha256": "0" * 64, "label": "ai", "verdict": "ai", "probability": 0.87, "threshold": 0.5, "reasons": (), "error": ""}
    pane = map_pane.Pane(entry("sketch").folder, row, Asked(1, "layercam", "features.2"))
    words = map_pane._burnt(pane, Picture("1", "holiday.png", bytes), Look(False, 0.6, "inferno"), "What it shows.")
    for part in (
        "holiday.png",
        "lenet5",
        "LayerCAM",
        "layer: features.2",
        "What speaks for AI-generated",
        "Score 0.87",
        "not proof",
    ):
        assert part in words
    signed = map_pane.Pane(entry("sketch").folder, row, Asked(0, "gradcam"))
    words = map_pane._burnt(signed, Picture("1", "a.png", bytes), Look(True, 0.6, "inferno"), "")
    assert "What speaks for AI-generated and for real, by Grad-CAM, layer: last features" in words


def test_the_download_is_the_overlay_above_its_caption(home: Path, open_page, monkeypatch) -> None:
    made: list[tuple[Image.Image, str]] = []
    under = map_pane.caption_under
    monkeypatch.setattr(map_pane, "caption_under", lambda image, text: made.append((image, text)) or under(image, text))
    offered: list = []
    monkeypatch.setattr(map_pane.st, "download_button", lambda label, data, *rest, **more: offered.append((data, rest[0])))
    upload(open_page("classify"), {"a.png": picture(1)})
    data, name = offered[-1]
    assert name == "a-overlay.png"
    with Image.open(io.BytesIO(data())) as image:
        image.load()
        overlay, _ = made[-1]
        assert image.width == CAPTION_WIDTH
        left = (image.width - overlay.width) // 2
        np.testing.assert_array_equal(np.asarray(image)[: overlay.height, left : left + overlay.width], np.asarray(overlay))
