"""Pages in a real browser, from files, without a network: they draw, and they ask for nothing."""

import shutil
import zipfile

import pytest
from playwright.sync_api import Page, sync_playwright

CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser")
OPTIONS = [
    "--no-sandbox",
    "--use-angle=swiftshader",
    "--enable-unsafe-swiftshader",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--no-first-run",
]
LOCAL = ("file:", "data:", "blob:")
# Different colours on a canvas: 1 where nothing is drawn.
COLOURS = """canvas => {
    const {data} = canvas.getContext("2d").getImageData(0, 0, canvas.width, canvas.height);
    return new Set(new Uint32Array(data.buffer)).size;
}"""
# The same along the edge of one.
AT_THE_EDGE = """canvas => {
    const {width, height} = canvas, context = canvas.getContext("2d");
    const lines = [[0, 0, width, 1], [0, height - 1, width, 1],
        [0, 0, 1, height], [width - 1, 0, 1, height]];
    const colours = ({data}) => [...new Uint32Array(data.buffer)];
    return new Set(lines.flatMap(line => colours(context.getImageData(...line)))).size;
}"""
PICTURE = "canvas => canvas.toDataURL()"

pytestmark = pytest.mark.skipif(
    CHROMIUM is None, reason="no Chromium to open pages with (apt-get install chromium)"
)


@pytest.fixture(scope="module")
def browser():
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=OPTIONS)
        yield browser
        browser.close()


@pytest.fixture
def visit(browser):
    """Open a file; afterwards nothing may have gone wrong, and no request have left the machine."""
    context = browser.new_context(offline=True, viewport={"width": 1280, "height": 800})
    page = context.new_page()
    wrong: list[str] = []
    requests: list[str] = []
    context.on("console", lambda line: wrong.append(line.text) if line.type == "error" else None)
    context.on("weberror", lambda error: wrong.append(str(error.error)))
    context.on("request", lambda request: requests.append(request.url))
    context.on("requestfailed", lambda request: wrong.append(f"failed: {request.url}"))

    def open_page(path) -> Page:
        page.goto(path.as_uri())
        return page

    yield open_page
    context.close()
    assert not wrong
    assert requests
    assert [url for url in requests if not url.startswith(LOCAL)] == []


@pytest.fixture
def figures(finished):
    return finished.folder / "results/butanol/figures"


@pytest.fixture
def viewer(visit, figures) -> Page:
    page = visit(figures / "conformers.html")
    page.wait_for_selector("html[data-drawn=yes]")
    return page


def visible(page: Page) -> int:
    return page.locator("#grid figure:visible").count()


def test_every_conformer_is_drawn(viewer):
    cells = viewer.locator("#grid canvas")
    assert cells.count() == 50
    assert min(cells.nth(index).evaluate(COLOURS) for index in range(50)) > 100
    energies = viewer.locator("#grid figcaption strong").all_inner_texts()
    above = [float(text.removesuffix(" kcal/mol")) for text in energies]
    assert above == sorted(above)
    assert above[0] == 0
    row = [cells.nth(index).bounding_box() for index in range(6)]
    assert len({box["y"] for box in row[:5]}) == 1  # five in a row at 1280 pixels
    assert row[5]["y"] > row[0]["y"]
    assert viewer.evaluate("document.documentElement.scrollWidth") <= 1280


def test_no_conformer_is_clipped_and_none_when_it_is_turned(viewer):
    cells = viewer.locator("#grid canvas")
    assert {cells.nth(index).evaluate(AT_THE_EDGE) for index in range(50)} == {1}
    first = cells.first
    for _ in range(9):  # by a quarter
        first.press("ArrowUp")
        assert first.evaluate(AT_THE_EDGE) == 1
    first.press("ArrowLeft")
    for _ in range(9):
        first.press("ArrowLeft")
        assert first.evaluate(AT_THE_EDGE) == 1
    viewer.check("[value=overlay]")
    assert viewer.locator("#overlay canvas").evaluate(AT_THE_EDGE) == 1


def test_a_conformer_turns_with_mouse_and_keys_and_turns_back(viewer):
    first, second = (viewer.locator("#grid canvas").nth(index) for index in (0, 1))
    before, other = first.evaluate(PICTURE), second.evaluate(PICTURE)
    box = first.bounding_box()
    viewer.mouse.move(box["x"] + 60, box["y"] + 60)
    viewer.mouse.down()
    viewer.mouse.move(box["x"] + 120, box["y"] + 90, steps=3)
    viewer.mouse.up()
    dragged = first.evaluate(PICTURE)
    first.press("ArrowLeft")
    pressed = first.evaluate(PICTURE)
    first.press("+")
    assert len({before, dragged, pressed, first.evaluate(PICTURE)}) == 4
    assert second.evaluate(PICTURE) == other  # each by itself
    first.press("Home")
    assert first.evaluate(PICTURE) == before


def test_filters_leave_out_stereoisomers_and_high_energies(viewer):
    boxes = viewer.locator("[name=stereoisomer]")
    assert boxes.evaluate_all("boxes => boxes.map(box => box.value)") == ["R", "S"]
    labels = viewer.locator("#grid figcaption").all_inner_texts()
    boxes.nth(0).uncheck()
    assert visible(viewer) == sum("· S" in label for label in labels)
    assert viewer.inner_text("#count") == f"{visible(viewer)} of 50 shown"
    boxes.nth(0).check()
    viewer.locator("#limit").fill("100")
    half = float(viewer.inner_text("#limit-value").removesuffix(" kcal/mol"))
    shown = viewer.locator("#grid figure:visible strong").all_inner_texts()
    assert 1 < len(shown) < 50
    assert max(float(text.removesuffix(" kcal/mol")) for text in shown) <= half + 0.05
    viewer.locator("#limit").fill("200")
    assert visible(viewer) == 50
    for index in (0, 1):
        boxes.nth(index).uncheck()
    assert visible(viewer) == 0


def test_the_overlay_shows_what_is_chosen_and_turns(viewer):
    overlay = viewer.locator("#overlay canvas")
    assert not overlay.is_visible()
    viewer.set_viewport_size({"width": 640, "height": 480})  # drawn without a graphics card
    viewer.check("[value=overlay]")
    assert visible(viewer) == 0
    assert overlay.evaluate(COLOURS) > 100
    everything = overlay.evaluate(PICTURE)
    viewer.locator("[name=stereoisomer]").first.uncheck()
    fewer = overlay.evaluate(PICTURE)
    overlay.press("ArrowUp")
    assert len({everything, fewer, overlay.evaluate(PICTURE)}) == 3
    viewer.locator("[name=stereoisomer]").first.check()
    viewer.click("#reset")
    assert overlay.evaluate(PICTURE) == everything
    viewer.check("[value=grid]")
    assert visible(viewer) == 50


def test_a_browser_without_webgl_still_shows_the_energies(browser, figures):
    context = browser.new_context(offline=True)
    context.add_init_script("HTMLCanvasElement.prototype.getContext = () => null")
    page = context.new_page()
    wrong: list[str] = []
    page.on("pageerror", lambda error: wrong.append(str(error)))
    page.goto((figures / "conformers.html").as_uri())
    assert not wrong
    assert "no WebGL" in page.inner_text("#alert")
    assert "kcal/mol" in page.locator("#grid figcaption").first.inner_text()
    assert page.inner_text("#count") == "50 of 50 shown"
    context.close()


def test_parity_pages_draw_zoom_and_fit(visit, figures):
    page = visit(figures / "parity/notes.html")
    plots = page.locator(".js-plotly-plot")
    plots.nth(3).locator(".scatterlayer .trace").first.wait_for()
    assert plots.count() == 4
    for index in range(4):
        plot = plots.nth(index)
        assert plot.locator(".scatterlayer .point, canvas").count() > 20
        assert plot.locator(".barlayer .point").count() > 20
    columns = {plots.nth(index).bounding_box()["x"] for index in range(4)}
    assert len(columns) == 2
    limits = "plot => plot.layout.xaxis3.range.slice()"
    before = plots.first.evaluate(limits)
    box = plots.first.locator(".nsewdrag[data-subplot=x3y3]").bounding_box()
    page.mouse.move(box["x"] + 60, box["y"] + 60)
    page.mouse.down()
    page.mouse.move(box["x"] + 160, box["y"] + 160, steps=4)
    page.mouse.up()
    page.wait_for_function(
        "before => document.querySelector('.js-plotly-plot').layout.xaxis3.range[0] > before",
        arg=before[0],
    )
    page.set_viewport_size({"width": 800, "height": 800})
    page.wait_for_function("document.documentElement.scrollWidth <= 800")
    assert len({plots.nth(index).bounding_box()["x"] for index in range(4)}) == 1


def test_the_report_shows_every_figure(finished, visit, tmp_path):
    process = finished.snakemake("--report", str(tmp_path / "report.zip"))
    assert process.returncode == 0, process.stdout
    with zipfile.ZipFile(tmp_path / "report.zip") as archive:
        archive.extractall(tmp_path)
    page = visit(tmp_path / "report/report.html")
    page.get_by_text("2 Conformers", exact=True).click()
    eyes = page.locator("a[iconname=eye]")
    eyes.first.wait_for()
    assert eyes.count() == 4
    seen = []
    for index in range(4):
        eyes.nth(index).click()
        page.wait_for_function(
            "seen => [...document.querySelectorAll('img, iframe')].some("
            "shown => shown.src.includes('/raw/') && !seen.includes(shown.src))",
            arg=seen,
        )
        shown = page.locator("img[src*='/raw/'], iframe[src*='/raw/']").first
        seen.append(shown.evaluate("shown => shown.src"))
        if shown.evaluate("shown => shown.tagName") == "IFRAME":
            frame = page.frame_locator("iframe")
            frame.locator("html[data-drawn=yes]").wait_for(state="attached")
            assert frame.locator("#grid canvas").first.evaluate(COLOURS) > 100
        else:
            page.wait_for_function("document.querySelector('img[src*=\"/raw/\"]').naturalWidth > 0")
    names = {url.rsplit("/", 1)[1] for url in seen}
    assert names == {"conformers.svg", "conformers.html", "energies.svg", "torsions.svg"}
