"""The built pages: every slider without a kernel, no request to anywhere else, no barrier."""

import base64
import io
import itertools
import subprocess
import sys
import zipfile
from pathlib import Path

import nbformat
import numpy as np
import pytest
from axe_playwright_python.sync_playwright import Axe
from PIL import Image

import lesson
from browser.lab import ACCOUNT, LIGHT, changes, painted, served, shows
from grading import course
from notebooks import execute
from pages.build import PROJECT, WHEEL

ROOT = Path(__file__).parents[2]
PAGES = ["index", *lesson.LESSONS, "teachers", "hub", "search"]
LARGEST = 3_000_000  # bytes of a page with its starting frames


def build(*arguments):
    return subprocess.run(
        [sys.executable, ROOT / "pages" / "build.py", *arguments], capture_output=True, text=True
    )


@pytest.fixture(scope="session")
def folder(request):
    """The site, built as `make site` builds it, from the lessons whose pages are asked for."""
    here = [item for item in request.session.items if item.path == Path(__file__)]
    asked = {item.callspec.params.get("name") if hasattr(item, "callspec") else "" for item in here}
    names = asked if asked <= set(lesson.LESSONS) else lesson.LESSONS

    def make(folder):
        executed = folder.with_name("executed")
        executed.mkdir()
        for name in names:
            (executed / f"{name}.ipynb").symlink_to(lesson.executed(name))
        done = build(folder, "--executed", executed)
        assert done.returncode == 0, done.stdout + done.stderr

    return lesson.once("site", make)


@pytest.fixture(scope="session")
def address(folder):
    with served(folder) as address:
        yield address


KINDS = {
    "desktop": {"viewport": {"width": 1280, "height": 900}},
    "phone": {"viewport": {"width": 390, "height": 844}, "is_mobile": True, "has_touch": True},
}


class Visit:
    """One page in one tab, and what it asks for that is not of the site."""

    def __init__(self, context, start, name):
        self.page = context.new_page()
        self.page.add_init_script(ACCOUNT)
        self.problems, self.bytes = [], {}

        def guard(request):
            if not request.url.startswith((start, "data:", "blob:")):
                self.problems.append(f"asked for {request.url}")

        self.page.on("request", guard)
        self.page.on("pageerror", lambda error: self.problems.append(str(error)))
        self.page.on(
            "console",
            lambda said: self.problems.append(said.text) if said.type == "error" else None,
        )
        self.page.on("response", self.weigh)
        self.page.goto(f"{start}/{name}.html")
        self.page.evaluate("window.MathJax?.startup?.promise")

    def weigh(self, response):
        self.bytes[response.url] = int(response.headers.get("content-length", 0))

    def wake(self):
        """Scroll to every live figure and wait until it can be moved."""
        for place in self.page.locator(f"{LIGHT}.live-here").all():
            place.scroll_into_view_if_needed()
            place.locator("canvas").wait_for()
        return self.page.locator(f"{LIGHT}.live-here .live-figure").all()


@pytest.fixture(scope="session")
def windows(browser):
    """A window for each kind of device: what pages share, the next page finds in its cache."""
    windows = {kind: browser.new_context(**options) for kind, options in KINDS.items()}
    for window in windows.values():
        window.new_page()  # keeps it open: a new one would load Chromium's own controls again
    return windows


@pytest.fixture
def visit(windows, address):
    made = []

    def visit(name, start=address, kind="desktop"):
        made.append(Visit(windows[kind], start, name))
        return made[-1]

    yield visit
    for one in made:
        one.page.close()


@pytest.fixture(scope="session")
def desktop(windows, address):
    """The page of that name in a tab that the tests of this page share, one after the other."""
    shared, left = {}, set()

    def visit(name):
        if name not in shared:
            assert name not in left, "tests of one page have to run one after the other"
            left.add(name)
            for other in shared.values():
                other.page.close()
            shared.clear()
            shared[name] = Visit(windows["desktop"], address, name)
        return shared[name]

    return visit


def frames(name):
    """For each live figure of a lesson, as it ran: the pixels of its frames, by their number."""
    notebook = nbformat.read(lesson.executed(name), as_version=4)
    [kept] = notebook.metadata.widgets.values()
    for output in itertools.chain(*(cell.get("outputs", []) for cell in notebook.cells)):
        if execute.WIDGET in output.get("data", {}):
            model = kept["state"][output.data[execute.WIDGET]["model_id"]]
            packed = {buffer["path"][0]: buffer["data"] for buffer in model["buffers"]}
            yield {
                int(key.removeprefix("frame")): base64.b64decode(data)
                for key, data in packed.items()
            }


def pixels(packed):
    return np.asarray(Image.open(io.BytesIO(packed)))


def place(figure):
    """The number of the frame that sliders and buttons of a live figure ask for."""
    told = figure.evaluate(
        """figure => [...figure.querySelectorAll('input[type=range], fieldset')].map(row => {
            if (row.type === 'range') return [Number(row.value), Number(row.max) + 1];
            const buttons = [...row.querySelectorAll('input')];
            return [buttons.findIndex(button => button.checked), buttons.length];
        })"""
    )
    return np.ravel_multi_index(*zip(*told, strict=True))


# axe looks at every word and every sign of a formula, seconds a page: one of each kind will do.
# A box that scrolls goes on to scroll.
ONE_OF_A_KIND = """() => {
  const seen = new Set();
  for (const part of document.querySelectorAll('article :is(p, li, td, em, strong, code)')) {
    // a link has to differ from the words around it, which stay
    if (part.closest('pre, a, label, summary, button') || part.querySelector('a')) continue;
    const kinds = [];
    for (let at = part; at.tagName !== 'ARTICLE'; at = at.parentElement)
      kinds.push(at.tagName, at.className, at.style.cssText);
    const said = [...part.childNodes].filter((node) => node.nodeType === Node.TEXT_NODE);
    if (seen.has(kinds.join())) said.forEach((node) => node.remove());
    seen.add(kinds.join());
  }
  const boxes = [...document.querySelectorAll('pre')];
  const wide = boxes.filter((pre) => pre.scrollWidth > pre.clientWidth);
  for (const [pre, width] of wide.map((pre) => [pre, pre.scrollWidth])) {
    const filler = pre.appendChild(document.createElement('i'));
    Object.assign(filler.style, { display: 'block', width: `${width}px`, height: '1px' });
  }
  for (const word of document.querySelectorAll('pre span')) {
    const box = word.closest('div.highlight, div.output');
    const kind = [box?.className, word.parentElement.className, word.className].join();
    if (seen.has(kind)) word.remove(); else seen.add(kind);
  }
  for (const formula of [...document.querySelectorAll('mjx-math')].slice(2)) formula.remove();
  for (const spoken of [...document.querySelectorAll('mjx-assistive-mml > math')].slice(2))
    spoken.replaceChildren();
  for (const pre of boxes)
    for (const node of pre.childNodes)
      if (node.nodeType === Node.TEXT_NODE) {
        const end = node.data.includes('\\n') ? '\\n' : ''; // joined lines would scroll
        node.data = node.data.trim().split('\\n')[0].slice(0, 20) + end;
      }
}"""
COLOURS = ("color-contrast", "link-in-text-block")


def barriers(page, colours=True):
    """What axe-core finds that is serious or critical: the rule, and where."""
    page.evaluate(ONE_OF_A_KIND)
    if not colours:
        return run_axe(page, rules={rule: {"enabled": False} for rule in COLOURS})
    found = run_axe(page)
    page.add_style_tag(content="* { transition: none !important }")  # colours change at once
    page.emulate_media(color_scheme="dark")
    page.wait_for_function("document.documentElement.dataset.theme === 'dark'")
    return found + run_axe(page, runOnly=list(COLOURS))


def run_axe(page, **options):
    answer = Axe().run(page, options={"resultTypes": ["violations"], **options}).response
    return [
        (violation["id"], [node["html"][:200] for node in violation["nodes"]])
        for violation in answer["violations"]
        if violation["impact"] in ("serious", "critical")
    ]


@pytest.mark.parametrize("name", lesson.LESSONS)
def test_a_page_is_light(name, desktop):
    one = desktop(name)  # this test comes first: nothing has been moved yet
    one.page.wait_for_load_state("networkidle")  # half a second without any request
    frames = [url for url in one.bytes if "/live/" in url and url.endswith(".js")]
    count = one.page.locator(".live-here").count()
    assert len(frames) < count or count == 1  # the others wait until they are near
    total = sum(size for url, size in one.bytes.items() if url not in frames)
    assert LARGEST / 10 < total < LARGEST


@pytest.mark.parametrize("name", lesson.LESSONS)
def test_every_slider_shows_its_frames_at_once(name, desktop):
    one = desktop(name)
    figures = one.wake()
    assert len(figures) == sum("\nlive(" in cell for cell in lesson.cells(name).values()) > 0
    for figure, expected in zip(figures, frames(name), strict=True):
        figure.scroll_into_view_if_needed()
        assert figure.locator("input").count() > 0, "a figure that nobody can move"
        for button in figure.locator("fieldset label").all():
            button.click()
            assert shows(figure, pixels(expected[place(figure)]))
        for slider in figure.locator("input[type=range]").all():
            slider.focus()
            for key in ("Home", "End", "ArrowLeft", "ArrowLeft", "ArrowRight"):
                slider.press(key)  # a far jump decodes its frame first
                assert shows(figure, pixels(expected[place(figure)])), (key, place(figure))
            # a step of the hand is painted before the next display frame, without waiting
            slider.press("Home")
            one.page.evaluate(DECODED)
            assert slider.evaluate(
                """input => {
                    const before = account.paints.length;
                    input.value = Number(input.value) + 1;
                    input.dispatchEvent(new Event('input'));
                    return account.paints.length > before;
                }"""
            )
            readout = slider.locator("xpath=ancestor::label").locator("span").first.inner_text()
            assert slider.get_attribute("aria-valuetext") in readout
    assert one.problems == []


DECODED = """async () => { // nothing more for 50 ms
    for (let before; before !== account.decoded;) {
        before = account.decoded;
        await new Promise(done => setTimeout(done, 50));
    }
}"""
SQUASHED = """images => images.filter(image => {
    const shown = image.clientWidth / image.clientHeight;
    return Math.abs(shown / (image.naturalWidth / image.naturalHeight) - 1) > 0.02;
}).map(image => image.alt)"""
TOLD = """figure => {
    const picture = figure.querySelector('.live-picture');
    const told = getComputedStyle(figure, '::after').content.includes('scrolls sideways');
    return told === (picture.scrollWidth > picture.clientWidth);
}"""
CUT = "boxes => boxes.filter(box => box.scrollWidth > box.clientWidth + 1).length"


@pytest.mark.parametrize("name", lesson.LESSONS)
def test_code_fits_and_what_only_jupyterlab_can_do_is_said(name, desktop):
    article = desktop(name).page.locator("article")
    assert article.locator("img").evaluate_all(SQUASHED) == []
    assert article.locator("pre").evaluate_all(CUT) == 0
    assert article.get_by_text("To run and change cells, open").count() == 1
    turns = article.get_by_text("Here: write it on paper, then open the solution.")
    assert turns.count() == len(lesson.turns(name))
    assert article.get_by_text("figures to life").count() == 0


@pytest.mark.parametrize("name", PAGES)
def test_no_serious_barrier(name, desktop):
    one = desktop(name)  # takes words out of the page: only what does not need them comes later
    one.wake()
    assert one.page.locator("article img:not([alt]), article img[alt='']").count() == 0
    levels = one.page.evaluate(
        "[...document.querySelectorAll('article h1, article h2, article h3, article h4')]"
        ".map(heading => Number(heading.tagName[1]))"
    )
    assert levels[:1] in ([1], [])
    assert all(b <= a + 1 for a, b in itertools.pairwise(levels)), levels
    assert one.problems == []
    assert barriers(one.page) == []
    one.problems.clear()  # axe fetches style sheets on its own account


@pytest.mark.parametrize("name", lesson.LESSONS)
def test_a_lesson_leads_on_can_be_downloaded_folded_and_printed(name, folder, desktop):
    one = desktop(name)
    page = one.page
    place = lesson.LESSONS.index(name)
    if place:
        assert lesson.LESSONS[place - 1] in page.locator("a.left-prev").get_attribute("href")
    if name != lesson.LESSONS[-1]:
        assert lesson.LESSONS[place + 1] in page.locator("a.right-next").get_attribute("href")
    source = page.locator("a.btn-download-source-button").first.get_attribute("href")
    stored = (ROOT / "notebooks" / f"{name}.ipynb").read_bytes()
    assert (folder / source).read_bytes() == stored
    assert page.locator("svg[data-icon]").count() > 5  # the icons that pages need are there
    assert page.locator("svg.svg-inline--fa:not(:has(path))").count() == 0
    cells = page.locator("details.above-input").all()
    assert len(cells) == len(lesson.cells(name))
    cells[0].locator("summary").press("Enter")
    assert cells[0].get_attribute("open") is None
    answers = page.locator("details.below-input")
    assert answers.count() == lesson.protected(name)
    for answer in answers.all()[:1]:
        assert not answer.locator("pre, img").first.is_visible()
        assert answer.locator("summary").inner_text() == "Show what it prints"
        answer.locator("summary").press("Enter")
        assert answer.locator("pre, img").first.is_visible()
        assert answer.locator("summary").inner_text() == "Hide what it prints"
    page.emulate_media(media="print")
    assert page.locator(".live-figure canvas").last.is_visible()
    assert page.locator(".live-figure input:visible, summary:visible:has-text('code')").count() == 0
    assert page.locator("article pre").evaluate_all(CUT) == 0  # on paper nothing can scroll
    assert one.problems == []


@pytest.mark.parametrize("name", PAGES)
def test_a_phone_can_show_it_opened_as_a_file_too(name, folder, visit):
    one = visit(name, folder.as_uri(), "phone")
    for figure in one.wake():
        for touched in figure.locator("input[type=range], fieldset label").all():
            box = touched.bounding_box()
            assert box["height"] >= 44
            assert box["width"] >= (250 if touched.get_attribute("type") else 44)
            assert 0 <= box["x"] <= 390 - box["width"]
        # the smallest words of a figure are 13.9 pixels high at its full size
        scale = "canvas => canvas.getBoundingClientRect().width / (canvas.width / 1.5)"
        assert 13.9 * figure.locator("canvas").evaluate(scale) >= 9
        assert figure.locator(".live-picture").bounding_box()["width"] >= 350
        assert figure.evaluate(TOLD), "it scrolls, and nobody would know"
        wide = figure.locator("canvas").evaluate("canvas => canvas.width / canvas.height")
        assert wide < 2.9, "panels stand one above the other"
        assert figure.locator("input").count() > 0, "a figure that nobody can move"
        for slider in figure.locator("input[type=range]").all()[:1]:
            before = painted(figure)
            slider.press("Home" if slider.input_value() != "0" else "End")
            assert changes(figure, before)
        for button in figure.locator("fieldset label:not(:has(:checked))").all()[-1:]:
            before = painted(figure)
            button.tap()
            assert changes(figure, before)
    assert one.page.evaluate("document.documentElement.scrollWidth") <= 390
    assert one.page.locator("article img").evaluate_all(SQUASHED) == []
    assert one.problems == []
    assert barriers(one.page, colours=False) == []  # they are those of the wide page


def test_a_folder_with_other_things_is_left_alone(tmp_path):
    (tmp_path / "thesis.txt").write_text("years of work")
    done = build(tmp_path)
    assert done.returncode == 1
    assert "nothing was changed" in done.stderr
    assert (tmp_path / "thesis.txt").read_text() == "years of work"


def test_what_a_reader_takes_away_is_whole_and_holds_no_solution(visit, folder, tmp_path):
    archive, wheel = f"{PROJECT['name']}.zip", WHEEL
    links = visit("index").page.locator("article a[download]").all()[:2]  # then the assignments
    assert [link.get_attribute("href") for link in links] == [archive, wheel]
    with zipfile.ZipFile(folder / archive) as file:
        inside = {Path(*Path(name).parts[1:]): file.read(name) for name in file.namelist()}
    inside = {str(path): content for path, content in inside.items() if path.suffix}
    assert inside == {str(path): (ROOT / path).read_bytes() for path in map(Path, inside)}
    assert {f"notebooks/{name}.ipynb" for name in lesson.LESSONS} < inside.keys()
    assert {"README.md", "requirements.txt", "environment.yml", "pyproject.toml"} < inside.keys()
    assert {Path(name).parts[0] for name in inside if "/" in name} == {"helpers", "notebooks"}
    # what is installed from the wheel does not need the archive
    with zipfile.ZipFile(folder / wheel) as file:
        file.extractall(tmp_path)
    for path in sorted((ROOT / "helpers").glob("*.*")):
        assert (tmp_path / "helpers" / path.name).read_bytes() == path.read_bytes()


def test_search_finds_a_word_of_a_lesson(visit):
    one = visit("search")
    one.page.goto(one.page.url + "?q=Siamese")
    one.page.wait_for_selector("#search-results li a")
    found = one.page.locator("#search-results li a").all_inner_texts()
    assert any("Siamese" in text for text in found)
    assert one.problems == []


def test_the_landing_page_has_every_lesson_and_assignment(visit, folder):
    one = visit("index")
    links = [a.get_attribute("href") for a in one.page.locator("article a").all()]
    for name in lesson.LESSONS:
        assert f"{name}.html" in links
    [figure] = one.wake()
    before = painted(figure)
    figure.locator("input").press("End")
    assert changes(figure, before)
    downloads = [folder / link for link in links if link and link.startswith("_downloads")]
    assert len(downloads) == len(course.names())
    for path in downloads:
        assert "SOLUTION" not in path.read_text()
    assert one.problems == []
