"""Reports: made on the page, opened without any network, on screen and on paper."""

from pathlib import Path

from playwright.sync_api import Browser, Page, expect

from tests.workspaces import RUN


def test_a_report_made_on_the_page_opens_alone_and_asks_nobody(page: Page, app: str, browser: Browser, tmp_path: Path) -> None:
    page.goto(f"{app}/evaluate?run={RUN}")
    expect(page.get_by_role("heading", name="What was taken for what?")).to_be_visible()  # the page is there, and stays as it is
    page.get_by_role("button", name="Report").click()
    page.get_by_text("With small pictures").click()
    expect(page.get_by_text("Mind licences and privacy")).to_be_visible()
    with page.expect_download(timeout=60_000) as caught:
        page.get_by_test_id("stPopoverBody").get_by_role("button", name="Download").click()
    assert caught.value.suggested_filename == f"{RUN}-report.html"
    file = tmp_path / "report.html"
    caught.value.save_as(file)
    assert file.stat().st_size < 1_000_000

    context = browser.new_context(offline=True, color_scheme="dark", viewport={"width": 390, "height": 844})
    alone = context.new_page()
    asked: list[str] = []
    said: list[str] = []
    alone.on("request", lambda request: asked.append(request.url))
    alone.on("console", lambda message: said.append(message.text))
    alone.goto(file.as_uri())
    expect(alone.get_by_role("heading", name=RUN)).to_be_visible()
    expect(alone.get_by_role("img", name="How many does it find")).to_be_visible()
    assert alone.locator("img.thumb").first.evaluate("image => image.naturalWidth") > 0
    assert alone.evaluate("document.documentElement.scrollWidth") <= 390
    dark = alone.evaluate("getComputedStyle(document.body).backgroundColor")
    alone.emulate_media(media="print")
    assert alone.evaluate("getComputedStyle(document.body).backgroundColor") == "rgb(255, 255, 255)" != dark
    assert alone.pdf(prefer_css_page_size=True).startswith(b"%PDF")
    assert all(url.startswith(("file://", "data:")) for url in asked) and not said
    context.close()
