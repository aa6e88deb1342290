"""How soon a built page shows text and a slider that answers, and how much it loads for that.

From a server on this machine, in headless Chromium with an empty cache, each page once.
"""

import subprocess
import sys
import tempfile

from report import ROOT, table

from browser.lab import chromium, served


def measure(browser, url):
    """Seconds to the first text and to the first live slider, and megabytes until then."""
    context = browser.new_context(viewport={"width": 1280, "height": 900})
    page = context.new_page()
    loaded = []
    page.on("response", lambda response: loaded.append(response))
    page.add_init_script("""
        window.alive = new Promise((resolve) => {
          const look = () => {
            const input = document.querySelector('.live-figure canvas')
              && document.querySelector('.live-figure input:enabled');
            input ? resolve(performance.now()) : requestAnimationFrame(look);
          };
          look();
        });""")
    page.goto(url)
    alive = page.evaluate("window.alive")
    text = page.evaluate("performance.getEntriesByName('first-contentful-paint')[0].startTime")
    page.wait_for_load_state("networkidle")
    size = sum(len(response.body()) for response in loaded if response.ok)
    context.close()
    return text / 1000, alive / 1000, size / 1e6


def main():
    rows = []
    with tempfile.TemporaryDirectory() as folder:
        build = [sys.executable, ROOT / "pages" / "build.py", folder]
        subprocess.run(build, check=True, stdout=sys.stderr)
        with served(folder) as address, chromium() as browser:
            for lesson in sorted((ROOT / "notebooks").glob("*.ipynb")):
                text, alive, size = measure(browser, f"{address}/{lesson.stem}.html")
                rows.append([lesson.stem, f"{text:.2f}", f"{alive:.2f}", f"{size:.2f}"])
    table(
        "Web pages",
        ["page", "text s", "live slider s", "MB"],
        rows,
        "Each page once, with an empty cache, from a server on the same machine; MB without "
        "compression, all that is loaded before anything is moved.",
    )


if __name__ == "__main__":
    main()
