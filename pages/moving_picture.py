"""Makes the moving picture of the README: a slider of a lesson, moved by key in a real JupyterLab.

python pages/moving_picture.py
"""

import io
import shutil
import sys
import tempfile
from pathlib import Path

from PIL import Image

sys.path.insert(0, str(Path(__file__).parents[1] / "tests"))

from build import ROOT, SHOWN

from browser.lab import Lab, chromium, jupyterlab

LESSON, FIGURE = SHOWN
PICTURE = ROOT / "pages" / "slider.webp"
STEP, REST = 260, 1400  # milliseconds


def main():
    with tempfile.TemporaryDirectory() as folder:
        shutil.copy(ROOT / "notebooks" / f"{LESSON}.ipynb", folder)
        with jupyterlab(Path(folder)) as server, chromium() as browser:
            lab = Lab(browser, server, f"{LESSON}.ipynb", width=1100)
            if not lab.run_all():
                raise SystemExit("A cell of the lesson failed.")
            figure = lab.figures()[FIGURE]
            figure.scroll_into_view_if_needed()
            slider = figure.locator("input")
            slider.press("Home")
            pictures = []
            for _ in range(int(slider.get_attribute("max")) + 1):
                lab.page.wait_for_timeout(150)
                pictures.append(Image.open(io.BytesIO(figure.screenshot())).convert("RGB"))
                slider.press("ArrowRight")
    times = [STEP] * len(pictures)
    times[0] = times[-1] = REST
    pictures[0].save(
        PICTURE, save_all=True, append_images=pictures[1:], duration=times, loop=0, quality=80
    )
    print(f"{PICTURE.relative_to(ROOT)}: {PICTURE.stat().st_size / 1000:.0f} KB")


if __name__ == "__main__":
    main()
