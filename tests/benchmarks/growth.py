"""What more frames in a figure and more figures on a page cost, live and with `@interact`."""

import re
import statistics
import tempfile
from pathlib import Path

import psutil
from live_figures import CURVE, INTERACT, Page
from report import p95, table

from browser.lab import chromium, jupyterlab, notebook

START = (
    "from helpers.live import live, slider\nfrom time import perf_counter\nstart = perf_counter()"
)
LIVE = "live(picture, delta=slider(0.1, 3.0, step={step}, value=0.1))"
END = 'print(f"{perf_counter() - start:.2f} seconds")'


def memory():
    """Megabytes of Chromium's processes, shared pages counted once; None where that is not told."""
    total = 0
    for process in psutil.Process().children(recursive=True):
        try:
            if "chrom" in process.name():
                total += process.memory_full_info().pss
        except psutil.NoSuchProcess:
            continue
        except AttributeError:  # macOS, Windows
            return None
    return total / 1e6


def measure(server, folder, way, figures, frames):
    """Cell time, the tab's memory and step times of one page, in a browser of its own."""
    cell = INTERACT if way == "@interact" else LIVE.format(step=2.9 / (frames - 1))
    notebook(folder, "page.ipynb", CURVE + START, *[cell] * figures, END)
    with chromium() as browser:
        page = Page(browser, server, "page.ipynb")
        page.page.wait_for_timeout(2000)
        empty = memory()
        page.run_all()
        handles = page.page.locator(".live-figure input, .noUi-handle").all()
        assert len(handles) == figures, f"{len(handles)} sliders of {figures}"
        times = []
        for handle in handles[:: max(1, figures // 5)]:
            times += page.steps(handle, way, count=10)
        page.page.wait_for_timeout(1000)
        used = None if empty is None else memory() - empty
        said = page.page.evaluate("""() => {
            const notebook = panel.content;
            return JSON.stringify(notebook.widgets.at(-1).model.outputs.toJSON());
        }""")
        assert not page.problems, page.problems
        page.close()
    return float(re.search(r"[\d.]+(?= seconds)", said)[0]), used, times


def main():
    cases = [("live", 1, frames) for frames in (10, 50, 250)]
    cases += [(way, figures, 50) for way in ("live", "@interact") for figures in (1, 5, 20)][1:]
    rows = []
    with tempfile.TemporaryDirectory() as temporary:
        folder = Path(temporary)
        with jupyterlab(folder) as server:
            for way, figures, frames in cases:
                seconds, used, times = measure(server, folder, way, figures, frames)
                rows.append(
                    [
                        way,
                        figures,
                        frames if way == "live" else "drawn each time",
                        f"{seconds:.1f}",
                        f"{seconds / figures:.2f}",
                        "–" if used is None else f"{used:.0f}",
                        f"{statistics.median(times):.1f}",
                        f"{p95(times):.1f}",
                    ]
                )
    table(
        "More frames, more figures",
        ["way", "figures", "frames", "cells s", "a figure s", "tab MB", "step ms", "p95 ms"],
        rows,
        "The cells of all figures; memory of the browser above that of the page before running; "
        "steps in up to five of the figures.",
    )


if __name__ == "__main__":
    main()
