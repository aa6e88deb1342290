"""Measure live figures against other ways to move a figure with a slider.

The same figure each time, in one run of a real JupyterLab and a headless Chromium.
"""

import statistics
import tempfile
from pathlib import Path

from playwright.sync_api import TimeoutError as Timeout
from report import p95, table

from browser.lab import Lab, chromium, jupyterlab, notebook

STEPS = 60
STARTS = 5  # runs of a figure's cell

CURVE = '''
import numpy as np
import matplotlib.pyplot as plt
from ipywidgets import interact
error = np.linspace(-3, 3, 301)
def huber(error, delta):
    return np.where(abs(error) <= delta, error**2 / 2, delta * (abs(error) - delta / 2))
def picture(ax, delta):
    """Huber loss against the error, beside half the squared error."""
    ax.plot(error, error**2 / 2)
    line, = ax.plot(error, huber(error, delta))
    ax.set(title="Huber loss", xlabel="error", ylabel="loss", ylim=(0, 4.5))
    return line
'''
LIVE = """
from helpers.live import live, slider
live(picture, delta=slider(0.1, 3.0, step=0.05, value=1.5))
"""
TWO = """
from helpers.live import live, slider
def two(ax, delta, top):
    # Huber loss with a movable upper end
    picture(ax, delta)
    ax.set_ylim(0, top)
live(two, delta=slider(0.25, 3.0, step=0.25, value=1.5), top=slider(1, 5, step=1, value=4))
"""
INTERACT = """
%matplotlib inline
@interact(delta=(0.1, 3.0, 0.05))
def show(delta=1.5):
    figure, ax = plt.subplots(figsize=(6, 3.5))
    picture(ax, delta)
    plt.show()
"""
IPYMPL = """
%matplotlib ipympl
figure, ax = plt.subplots(figsize=(6, 3.5))
line = picture(ax, 1.5)
@interact(delta=(0.1, 3.0, 0.05))
def move(delta=1.5):
    line.set_ydata(huber(error, delta))
    figure.canvas.draw_idle()
"""
MPL_INTERACTIONS = """
%matplotlib ipympl
import mpl_interactions.ipyplot as iplt
figure, ax = plt.subplots(figsize=(6, 3.5))
picture(ax, 1.5).remove()
controls = iplt.plot(error, huber, delta=np.linspace(0.1, 3.0, 59), ylim=(0, 4.5))
"""
TRAINING = """
from time import perf_counter
from helpers.network import Network
end = perf_counter() + 40
while perf_counter() < end:
    Network(2, 30, 1).train([[0.0, 0], [0, 1], [1, 0], [1, 1]], [[0.0], [1], [1], [0]], 0.002, 100)
"""
WAYS = {
    "live": LIVE,
    "live, two sliders": TWO,
    "@interact": INTERACT,
    "ipympl": IPYMPL,
    "mpl-interactions": MPL_INTERACTIONS,
}

# Runs the active cell; gives milliseconds to its first picture, to a slider that can be moved, and
# until a live figure has all its frames. Nothing if one of the first two does not come in 20 s.
START = """async () => {
  const notebook = panel.content;
  const area = notebook.activeCell.node.querySelector('.jp-Cell-outputArea');
  const there = {
    picture: () => [...area.querySelectorAll('.live-figure canvas, .jp-OutputArea img, canvas')]
      .some((node) => node.tagName === 'IMG' ? node.complete && node.naturalWidth > 0
        : account.paints.length > 0),
    slider: () => area.querySelector('.live-figure input:enabled, .noUi-handle'),
    all: () => [...area.querySelectorAll('.live-progress')].every((node) => !node.textContent),
  };
  jupyterapp.commands.execute('notebook:clear-cell-output');
  while (there.slider()) await new Promise(requestAnimationFrame);
  account.paints = [];
  const start = performance.now(), times = {};
  const run = jupyterapp.commands.execute('notebook:run-cell');
  while (!('picture' in times && 'slider' in times)) {
    if (performance.now() - start > 20000) return null;
    await new Promise(requestAnimationFrame);
    for (const name of ['picture', 'slider'])
      if (!(name in times) && there[name]()) times[name] = performance.now() - start;
  }
  await run;
  while (!there.all()) await new Promise(requestAnimationFrame);
  return {...times, all: performance.now() - start};
}"""

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
    watch.frames.push({height: watch.on.getBoundingClientRect().height, painted});
  }
  requestAnimationFrame(sample);
})();
"""


class Page(Lab):
    """A tab that is watched."""

    reused = False

    def __init__(self, *args, **options):
        super().__init__(*args, **options)
        self.page.evaluate(WATCH)
        self.received = 0
        wire = self.page.context.new_cdp_session(self.page)
        wire.on("Network.webSocketFrameReceived", self.count)
        wire.send("Network.enable")

    def count(self, event):
        frame = event["response"]
        binary = frame["opcode"] == 2  # told in base64
        self.received += (
            len(frame["payloadData"]) * 3 // 4 if binary else len(frame["payloadData"].encode())
        )

    def bytes_of(self, doing):
        """Bytes the server sent meanwhile, and what `doing` gave."""
        before = self.received
        given = doing()
        self.page.wait_for_timeout(1500)
        return self.received - before, given

    def steps(self, handle, way, keys=("ArrowRight", "ArrowLeft"), count=STEPS, same=5):
        """Milliseconds from each key press to the picture that answers it."""
        times = []
        handle.hover()
        handle.focus()
        self.page.wait_for_timeout(500)
        pictures = seen(way)
        for k in range(count):
            self.page.evaluate(
                "() => { watch.keys = []; watch.pictures = []; account.paints = []; }"
            )
            self.page.keyboard.press(keys[(k // same) % len(keys)])
            self.page.wait_for_function(f"{pictures}.length > 0", timeout=3000)
            times.append(self.page.evaluate(f"{pictures}[0] - watch.keys[0]"))
            self.page.wait_for_timeout(60 if way.startswith("live") else 250)
        return times

    def starts(self):
        """Medians of what `START` tells of the second cell, run again and again."""
        self.page.evaluate("() => { panel.content.activeCellIndex = 1; }")
        told = []
        for _ in range(2 * STARTS):  # a figure of ipympl may stay without a picture
            if one := self.page.evaluate(START):
                told.append(one)
            if len(told) == STARTS:
                break
        assert len(told) == STARTS, f"the figure has come {len(told)} times of {2 * STARTS}"
        return {name: statistics.median(one[name] for one in told) for name in told[0]}

    def drag(self, area, handle, way):
        """What every animation frame showed while the handle was dragged for two seconds."""
        handle.scroll_into_view_if_needed()
        box = handle.bounding_box()
        middle, start = box["y"] + box["height"] / 2, box["x"] + box["width"] / 2
        track = "xpath=ancestor::*[contains(@class, 'noUi-target')]"
        room = 30 if way.startswith("live") else 0
        box = box if room else handle.locator(track).bounding_box()
        left, right = box["x"] + room, box["x"] + box["width"] - room
        page, pictures = self.page, seen(way)
        page.mouse.move(start, middle)
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
        return page.evaluate(
            f"""() => {{ watch.on = null; const heights = watch.frames.map(f => f.height);
            return {{
                pictures: {pictures}.filter(t => t <= watch.up).length,
                lag: Math.max(0, Math.max(...{pictures}) - watch.up),
                shift: Math.max(...heights) - Math.min(...heights),
                blank: watch.frames.filter(f => !f.painted).length}}; }}"""
        )

    def busy(self, handle, way):
        """Median milliseconds of a step while a cell trains; None: no picture in 3 s."""
        self.page.evaluate("""() => {
            const notebook = panel.content;
            notebook.activeCellIndex = notebook.widgets.length - 1;
            jupyterapp.commands.execute('notebook:run-cell');
        }""")
        prompt = self.page.locator(".jp-Cell").last.locator(".jp-InputPrompt")
        self.page.wait_for_timeout(2000)
        try:
            return statistics.median(self.steps(handle, way, count=20))
        except Timeout:
            return None
        finally:
            assert "*" in prompt.inner_text(), f"{way}: the cell should still run"


def seen(way):
    """Where the page notes the times of new pictures: on a canvas, or as images."""
    return "watch.pictures" if way == "@interact" else "account.paints"


def measure(browser, server, way, name):
    """Everything about one way to draw."""
    page = Page(browser, server, name)
    page.command("notebook:run-cell-and-select-next")
    page.wait_for_kernel()
    sent, _ = page.bytes_of(
        lambda: [page.command("notebook:run-cell-and-select-next"), page.wait_for_figures()]
    )
    handle = page.page.locator(".live-figure input, .noUi-handle").first
    area = page.page.locator(".jp-Cell").nth(1).locator(".jp-Cell-outputArea")
    stepped, times = page.bytes_of(lambda: page.steps(handle, way))
    result = page.drag(area, handle, way) | {"sent": sent, "step": stepped / STEPS}
    result |= {"median": statistics.median(times), "p95": p95(times)}
    result["busy"] = page.busy(handle, way)
    page.page.wait_for_function(  # what a widget asks meanwhile makes the kernel say it is idle
        "() => !panel.content.widgets.at(-1).promptNode.textContent.includes('*')", timeout=120_000
    )
    result |= page.starts()
    assert not page.problems, page.problems
    page.close()
    return result


def main():
    with tempfile.TemporaryDirectory() as temporary:
        folder = Path(temporary)
        results = {}
        for k, source in enumerate(WAYS.values()):
            notebook(folder, f"way{k}.ipynb", CURVE, source, TRAINING)
        with jupyterlab(folder) as server, chromium() as browser:
            for k, way in enumerate(WAYS):
                results[way] = measure(browser, server, way, f"way{k}.ipynb")
    table(
        "From running the cell to a figure that answers",
        ["the same picture", "first picture s", "slider s", "beyond @interact s", "all frames s"],
        [
            [
                way,
                f"{result['picture'] / 1000:.2f}",
                f"{result['slider'] / 1000:.2f}",
                f"{(result['slider'] - results['@interact']['slider']) / 1000:+.2f}",
                f"{result['all'] / 1000:.2f}" if way.startswith("live") else "drawn each time",
            ]
            for way, result in results.items()
        ],
        f"Medians of {STARTS} runs of the cell. A live figure can be moved from its first picture "
        "on, the nearest frame stands in until a value's own is drawn: 59 of them, with two "
        "sliders 60.",
    )
    table(
        "Live figures",
        ["one slider step", "median ms", "p95 ms", "to live", "while a cell runs, ms", "kB a step"],
        [
            [
                way,
                f"{result['median']:.1f}",
                f"{result['p95']:.1f}",
                f"{result['median'] / results['live']['median']:.0f} ×",
                "no picture" if result["busy"] is None else f"{result['busy']:.1f}",
                f"{result['step'] / 1000:.1f}",
            ]
            for way, result in results.items()
        ],
        f"From key press to picture, {STEPS} steps; 20 more while a cell trains a network (“no "
        "picture”: none within 3 s). Bytes are what the server sent, uncompressed.",
    )
    table(
        "Dragging a live figure",
        ["two seconds", "pictures", "lag ms", "height changes px", "blank frames", "kB at first"],
        [
            [
                way,
                result["pictures"],
                f"{result['lag']:.0f}",
                f"{result['shift']:.0f}",
                result["blank"],
                f"{result['sent'] / 1000:.0f}",
            ]
            for way, result in results.items()
        ],
        "Pictures painted before the release; time from the release to the last picture; change of "
        "the output's height and animation frames without a picture meanwhile; bytes sent when the "
        "cell ran.",
    )


if __name__ == "__main__":
    main()
