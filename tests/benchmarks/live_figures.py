"""Measure live figures against `@interact`, side by side in one run of a real JupyterLab.

Prints a table. Nothing here is a test: machines differ, and only the ratios are worth comparing.
"""

import statistics
import sys
import tempfile
from pathlib import Path

import nbformat

sys.path.insert(0, str(Path(__file__).parents[1]))

from browser.lab import Lab, chromium, jupyterlab

STEPS = 60

CURVE = '''
import numpy as np
def picture(ax, delta):
    """Huber loss against the error, beside half the squared error."""
    error = np.linspace(-3, 3, 301)
    huber = np.where(abs(error) <= delta, error**2 / 2, delta * (abs(error) - delta / 2))
    ax.plot(error, error**2 / 2)
    ax.plot(error, huber)
    ax.set(title="Huber loss", xlabel="error", ylabel="loss", ylim=(0, 4.5))
'''
LIVE = CURVE + (
    "from helpers.live import live, slider\n"
    "live(picture, delta=slider(0.1, 3.0, step=0.05, value=1.5))"
)
INTERACT = (
    CURVE
    + """
%matplotlib inline
import matplotlib.pyplot as plt
from ipywidgets import interact
@interact(delta=(0.1, 3.0, 0.05))
def show(delta=1.5):
    figure, ax = plt.subplots(figsize=(6, 3.5))
    picture(ax, delta)
    plt.show()
"""
)
TWO = (
    CURVE
    + '''
from helpers.live import live, slider
def two(ax, delta, top):
    """Huber loss with a movable upper end."""
    picture(ax, delta)
    ax.set_ylim(0, top)
live(two, delta=slider(0.25, 3.0, step=0.25, value=1.5), top=slider(1, 5, step=1, value=4))
'''
)
SLEEP = "import time; time.sleep(30)"

# Times of key presses and of the pictures that answer them; one sample for each animation frame.
WATCH = """
window.watch = {keys: [], pictures: [], frames: [], on: null, up: null};
addEventListener('keydown', e => watch.keys.push(e.timeStamp), true);
addEventListener('pointerup', e => watch.up = e.timeStamp, true);
new MutationObserver(changes => {
  for (const change of changes) for (const node of change.addedNodes) {
    if (node.nodeType !== 1) continue;
    const images = node.matches('img') ? [node] : node.querySelectorAll('img');
    for (const image of images) {
      if (image.complete) watch.pictures.push(performance.now());
      else image.addEventListener('load', () => watch.pictures.push(performance.now()));
    }
  }
}).observe(document, {childList: true, subtree: true});
(function sample() {
  if (watch.on) {
    const picture = watch.on.querySelector('canvas, .jp-OutputArea img');
    let painted = false;
    if (picture?.tagName === 'CANVAS') {
      const context = picture.getContext('2d');
      const middle = context.getImageData(picture.width >> 1, 0, 1, picture.height);
      painted = new Set(middle.data).size > 2;
    } else if (picture) painted = picture.complete && picture.naturalWidth > 0;
    watch.frames.push({height: watch.on.getBoundingClientRect().height, painted,
                       time: performance.now()});
  }
  requestAnimationFrame(sample);
})();
"""


def p95(times):
    return statistics.quantiles(times, n=20, method="inclusive")[-1]


class Page(Lab):
    """A tab that is watched."""

    def __init__(self, *args, **options):
        super().__init__(*args, **options)
        self.page.evaluate(WATCH)

    def steps(self, handle, live, keys=("ArrowRight", "ArrowLeft"), count=STEPS, same=10):
        """Milliseconds from each key press to the picture that answers it."""
        times = []
        handle.hover()
        handle.focus()
        self.page.wait_for_timeout(500)
        source = "account.paints" if live else "watch.pictures"
        for k in range(count):
            self.page.evaluate(
                "() => { watch.keys = []; watch.pictures = []; account.paints = []; }"
            )
            self.page.keyboard.press(keys[(k // same) % len(keys)])
            self.page.wait_for_function(f"{source}.length > 0", timeout=10_000)
            times.append(self.page.evaluate(f"{source}[0] - watch.keys[0]"))
            self.page.wait_for_timeout(60 if live else 250)
        return times

    def drag(self, area, handle, live):
        """What every animation frame showed while the handle was dragged for two seconds."""
        handle.scroll_into_view_if_needed()
        box = handle.bounding_box()
        middle = box["y"] + box["height"] / 2
        left, right = (box["x"] + 30, box["x"] + box["width"] - 30) if live else self.track(handle)
        page = self.page
        page.mouse.move((left + right) / 2, middle)
        page.mouse.down()
        page.wait_for_timeout(300)
        area.evaluate("area => { watch.on = area; watch.frames = []; }")
        page.evaluate("() => { watch.pictures = []; account.paints = []; watch.up = null; }")
        for k in range(120):
            along = abs((k / 60 + 0.5) % 2 - 1)
            page.mouse.move(left + (right - left) * along, middle)
            page.wait_for_timeout(12)
        page.mouse.up()
        page.wait_for_timeout(1500)
        source = "account.paints" if live else "watch.pictures"
        return page.evaluate(
            f"""() => {{ watch.on = null; const heights = watch.frames.map(f => f.height);
            return {{
                pictures: {source}.filter(t => t <= watch.up).length,
                lag: Math.max(0, Math.max(...{source}) - watch.up),
                heights: [Math.min(...heights), Math.max(...heights)],
                blank: watch.frames.filter(f => !f.painted).length,
                frames: watch.frames.length}}; }}"""
        )

    def track(self, handle):
        box = handle.locator("xpath=ancestor::*[contains(@class, 'noUi-target')]").bounding_box()
        return box["x"], box["x"] + box["width"]


def notebook(folder, name, *cells):
    book = nbformat.v4.new_notebook(cells=[nbformat.v4.new_code_cell(cell) for cell in cells])
    book.metadata.kernelspec = {"name": "python3", "display_name": "Python 3", "language": "python"}
    nbformat.write(book, folder / name)


def report(name, times):
    print(f"{name:<46}{statistics.median(times):8.1f}{p95(times):8.1f}  ms", flush=True)


def main():
    with tempfile.TemporaryDirectory() as temporary:
        folder = Path(temporary)
        notebook(folder, "side_by_side.ipynb", LIVE, INTERACT, TWO)
        notebook(folder, "busy.ipynb", LIVE, SLEEP)
        notebook(folder, "five.ipynb", *[LIVE] * 5)
        with jupyterlab(folder) as server, chromium() as browser:
            page = Page(browser, server, "side_by_side.ipynb")
            page.run_all()
            page.page.wait_for_timeout(1000)
            one, two = page.figures()
            handle = page.page.locator(".noUi-handle")
            print(f"{'from key press to picture':<46}{'median':>8}{'p95':>8}")
            fast = page.steps(one.locator("input"), live=True)
            report("live, one slider", fast)
            slow = page.steps(handle, live=False, count=40)
            report("@interact", slow)
            for k in range(2):
                report(
                    f"live, slider {k + 1} of two",
                    page.steps(two.locator("input").nth(k), live=True, same=1),
                )
            report(
                "live, from one end to the other",
                page.steps(one.locator("input"), live=True, keys=("Home", "End"), same=1),
            )
            ratio = statistics.median(fast) / statistics.median(slow)
            print(f"live / @interact, medians: {ratio:.3f}\n")

            print(
                "a drag of two seconds: pictures, lag after release, output heights, blank frames"
            )
            areas = page.page.locator(".jp-Cell-outputArea")
            for name, area, slider, live in (
                ("live, one slider", areas.nth(0), one.locator("input"), True),
                ("live, two sliders", areas.nth(2), two.locator("input").first, True),
                ("@interact", areas.nth(1), handle, False),
            ):
                seen = page.drag(area, slider, live)
                low, high = seen["heights"]
                print(
                    f"{name:<20}{seen['pictures']:5d}{seen['lag']:9.1f} ms"
                    f"{low:9.1f} to {high:.1f} px{seen['blank']:5d} of {seen['frames']}",
                    flush=True,
                )
            page.close()

            page = Page(browser, server, "busy.ipynb")
            page.page.evaluate("() => { jupyterapp.commands.execute('notebook:run-all-cells') }")
            page.wait_for_figures(1)
            page.page.wait_for_timeout(1500)
            (figure,) = page.figures()
            report(
                "\nlive, kernel busy in time.sleep(30)",
                page.steps(figure.locator("input"), live=True),
            )
            status = "jupyterapp.shell.currentWidget.sessionContext.session?.kernel?.status"
            assert page.page.evaluate(status) == "busy", "the kernel should still be asleep"
            page.page.evaluate("() => jupyterapp.shell.currentWidget.sessionContext.shutdown()")
            page.page.wait_for_timeout(1000)
            report("live, kernel shut down", page.steps(figure.locator("input"), live=True))
            page.close()

            page = Page(browser, server, "five.ipynb")
            page.run_all()
            for figure in page.figures():
                handle = figure.locator("input")
                for key in ("ArrowRight", "ArrowLeft", "End", "PageDown"):
                    handle.press(key)
                    page.page.wait_for_timeout(150)
            most = page.page.evaluate("account.most / 1e6")
            canvases = page.page.evaluate(
                "[...document.querySelectorAll('.live-figure canvas')]"
                ".reduce((n, c) => n + c.width * c.height * 4, 0) / 1e6"
            )
            print(
                f"five figures, each used: at most {most:.0f} MB decoded, "
                f"{canvases:.0f} MB of canvas"
            )
            page.close()


if __name__ == "__main__":
    main()
