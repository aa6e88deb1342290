"""A real JupyterLab in a real Chromium, for the browser tests and the benchmarks."""

import contextlib
import functools
import hashlib
import http.server
import os
import secrets
import shutil
import socket
import subprocess
import sys
import threading
import time
import urllib.error
import urllib.request

import nbformat
import numpy as np
from nbformat.sign import NotebookNotary

BROWSERS = (
    *("chromium", "google-chrome", "chromium-browser", "chrome"),
    "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome",
    r"C:\Program Files\Google\Chrome\Application\chrome.exe",
)
CHROMIUM = next(filter(None, map(shutil.which, BROWSERS)), None)
FLAGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--disable-background-networking",
    "--disable-component-update",
    # the lists below the address bar, half a second for each window; and, since only the last such
    # list counts, what matters here of the one that Playwright gives
    "--disable-features=WebUIOmniboxPopup,WebUIOmniboxAimPopup,DestroyProfileOnBrowserClose,"
    "HttpsUpgrades,MediaRouter,OptimizationHints,PaintHolding,NetworkTimeServiceQuerying",
]

# Run before the page's own scripts: keeps an account of what is painted and of what is decoded.
ACCOUNT = """
window.account = {paints: [], decoded: 0, most: 0};
const drawImage = CanvasRenderingContext2D.prototype.drawImage;
CanvasRenderingContext2D.prototype.drawImage = function (...args) {
  if (this.canvas.isConnected) account.paints.push(performance.now());
  return drawImage.apply(this, args);
};
const create = window.createImageBitmap;
window.createImageBitmap = async (...args) => {
  const bitmap = await create(...args);
  const bytes = bitmap.width * bitmap.height * 4;
  account.decoded += bytes;
  account.most = Math.max(account.most, account.decoded);
  const close = bitmap.close.bind(bitmap);
  bitmap.close = () => { account.decoded -= bytes; close(); };
  return bitmap;
};
"""


@contextlib.contextmanager
def jupyterlab(folder):
    """Serve `folder`; gives the address of the server and its token."""
    for attempt in range(4):
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            port = free.getsockname()[1]
        token = secrets.token_hex(16)
        server = start(folder, port, token)
        try:
            if answers(server, f"http://127.0.0.1:{port}/api?token={token}"):
                yield f"http://127.0.0.1:{port}", token
                return
        finally:
            server.terminate()
            try:
                server.wait(20)
            except subprocess.TimeoutExpired:
                server.kill()
        said = (folder / "jupyterlab.log").read_text()
        # somebody else was quicker at the free port: take another one
        if "already in use" not in said or attempt == 3:
            raise RuntimeError(f"JupyterLab did not start.\n{said}")


def start(folder, port, token):
    """Start a JupyterLab that keeps everything of its own in `folder`."""
    settings = folder / ".jupyter/settings/@jupyterlab/apputils-extension"
    settings.mkdir(parents=True, exist_ok=True)
    (settings / "notification.jupyterlab-settings").write_text('{"fetchNews": "false"}')
    environment = dict(
        os.environ,
        JUPYTER_CONFIG_DIR=str(folder / ".jupyter"),
        JUPYTERLAB_SETTINGS_DIR=str(folder / ".jupyter/settings"),
        JUPYTERLAB_WORKSPACES_DIR=str(folder / ".jupyter/workspaces"),
        JUPYTER_DATA_DIR=str(folder / ".jupyter/data"),
        JUPYTER_RUNTIME_DIR=str(folder / ".jupyter/runtime"),
        IPYTHONDIR=str(folder / ".jupyter/ipython"),
    )
    command = [sys.executable, "-m", "jupyterlab", "--no-browser", "--allow-root"]
    options = {
        "ServerApp.root_dir": folder,
        "ServerApp.port": port,
        "ServerApp.port_retries": 0,
        "IdentityProvider.token": token,
        "LabApp.expose_app_in_browser": True,
        "LabApp.check_for_updates_class": "jupyterlab.NeverCheckForUpdate",
    }
    command += [f"--{name}={value}" for name, value in options.items()]
    with open(folder / "jupyterlab.log", "w") as log:
        return subprocess.Popen(command, env=environment, stdout=log, stderr=log)


def trust(folder, name):
    """Have JupyterLab trust a notebook of its folder: what it stores may run, as after a run."""
    data = folder / ".jupyter/data"
    data.mkdir(parents=True, exist_ok=True)
    notary = NotebookNotary(data_dir=str(data))
    notary.sign(nbformat.read(folder / name, as_version=4))


def answers(server, url):
    """Wait until the server answers (True) or has ended or takes longer than a minute (False)."""
    for _ in range(300):
        with contextlib.suppress(OSError, urllib.error.URLError):
            urllib.request.urlopen(url, timeout=2).read()
            return server.poll() is None
        if server.poll() is not None:
            return False
        time.sleep(0.2)
    return False


class Quiet(http.server.SimpleHTTPRequestHandler):
    def log_message(self, *arguments):
        pass


@contextlib.contextmanager
def served(folder):
    """Serve the files of `folder`; gives the address."""
    handler = functools.partial(Quiet, directory=folder)
    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), handler) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{server.server_port}"
        server.shutdown()


@contextlib.contextmanager
def chromium():
    """Start Chromium; gives Playwright's browser."""
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=FLAGS)
        try:
            yield browser
        finally:
            browser.close()


def notebook(folder, name, *cells):
    """Write a notebook with these cells of code."""
    book = nbformat.v4.new_notebook(cells=[nbformat.v4.new_code_cell(cell) for cell in cells])
    book.metadata.kernelspec = {"name": "python3", "display_name": "Python 3", "language": "python"}
    nbformat.write(book, folder / name)


LIGHT = "css:light="  # begins a selector that does not look into shadow trees, which takes long
IDLE = {}  # of a browser and a JupyterLab: the tabs that show no notebook


class Lab:
    """One browser tab with one notebook open in JupyterLab.

    A tab is used again for another notebook: to load JupyterLab takes longer than most tests.
    """

    reused = True

    def __init__(self, browser, server, notebook, dark=False, width=1280, height=900):
        size = {"width": width, "height": height}
        self.idle = IDLE.setdefault((browser, server), [])
        self.page = self.idle.pop() if self.idle and self.reused else self.new_tab(browser, server)
        self.page.set_viewport_size(size)
        self.dark, self.problems = dark, []
        self.page.on("pageerror", self.note)
        if dark:
            self.command("apputils:change-theme", theme="JupyterLab Dark")
        self.notebook = notebook
        self.open()

    def open(self):
        self.page.evaluate(
            """async path => {
                account.paints = [];
                account.most = account.decoded;
                window.panel = await jupyterapp.commands.execute('docmanager:open', {path});
                await panel.context.ready;
            }""",
            self.notebook,
        )
        self.page.wait_for_selector(".jp-Notebook .jp-Cell", timeout=60_000)
        self.wait_for_kernel()

    def new_tab(self, browser, server):
        address, token = server
        page = browser.new_page()
        page.add_init_script(ACCOUNT)
        workspace = secrets.token_hex(4)
        page.goto(f"{address}/lab/workspaces/{workspace}?token={token}&reset")
        page.wait_for_function("window.jupyterapp !== undefined", timeout=60_000)
        page.evaluate("() => jupyterapp.restored")
        page.evaluate("() => jupyterapp.shell.collapseLeft()")
        return page

    def note(self, error):
        self.problems.append(str(error))

    def wait_for_kernel(self):
        self.page.wait_for_function(
            "panel.sessionContext.session?.kernel?.status === 'idle'",
            timeout=60_000,
            polling=50,
        )

    def command(self, name, **arguments):
        """Run one of JupyterLab's commands and wait for it; gives its answer."""
        return self.page.evaluate(
            "([name, arguments]) => jupyterapp.commands.execute(name, arguments)", [name, arguments]
        )

    def run_all(self):
        """Run every cell and wait until all have run; gives whether none failed."""
        done = self.command("notebook:run-all-cells")
        return self.wait_for_figures() and done

    def wait_for_stored_figures(self, count):
        """Wait for the figures of a notebook that was stored with the states of its widgets.

        The widget manager restores twice where the kernel connects early: from the kernel only, and
        from the notebook as well. Where the first of them is done first, it tells each figure that
        its model was not found, and the figure asks no more. So the notebook is opened again.
        """
        for _ in range(5):
            if self.wait_for_figures(count):
                return
            self.close_notebook()
            self.open()
        raise AssertionError("JupyterLab did not restore the figures of the notebook")

    def wait_for_figures(self, count=0):
        """Wait until there are `count` live figures or more, and every one has all its frames.

        Gives whether it is so; False once JupyterLab says that one cannot be shown. It attaches
        cells out of view while the browser is idle, and every three seconds where it never is;
        `update` has it go on at once.
        """
        told = self.page.wait_for_function(
            """count => {
                panel.content.update();
                const outputs = [...document.querySelectorAll('.jp-OutputArea-output')];
                const lost = 'Error displaying widget: model not found';
                if (outputs.some(node => node.textContent === lost)) return 'lost';
                const said = [...document.querySelectorAll('.live-progress')];
                return said.length >= count && said.every(node => node.textContent === '');
            }""",
            arg=count,
            timeout=240_000,
            polling=50,
        )
        return told.json_value() is True

    def figures(self):
        """The live figures on the page, in order."""
        return self.page.locator(f"{LIGHT}.live-figure").all()

    def close(self):
        if self.dark:  # JupyterLab remembers it
            self.command("apputils:change-theme", theme="JupyterLab Light")
        self.close_notebook()
        self.page.remove_listener("pageerror", self.note)
        if self.reused:
            self.idle.append(self.page)
        else:
            self.page.close()

    def close_notebook(self):
        self.page.evaluate(
            """async () => {
                await panel.sessionContext.shutdown().catch(() => {});
                panel.context.model.dirty = false; // nobody is asked whether to save
                panel.close();
            }"""
        )
        self.page.wait_for_selector(".jp-Notebook", state="detached")


SOON = 10  # seconds
FINGERPRINT = """async canvas => {
    const {data} = canvas.getContext('2d').getImageData(0, 0, canvas.width, canvas.height);
    const digest = new Uint8Array(await crypto.subtle.digest('SHA-256', data));
    return [...digest].map(byte => byte.toString(16).padStart(2, '0')).join('');
}"""


def painted(figure):
    """A text that tells apart what the canvas of a live figure may hold."""
    return figure.locator("canvas").evaluate(FINGERPRINT)


def changes(figure, before):
    """Whether the canvas of a live figure holds, now or soon, something else than that text."""
    end = time.monotonic() + SOON
    while painted(figure) == before and time.monotonic() < end:
        figure.page.wait_for_timeout(50)
    return painted(figure) != before


def fingerprint(rgb):
    """The same text of pixels: (height, width, 3), uint8."""
    opaque = np.full((*rgb.shape[:2], 1), 255, np.uint8)
    return hashlib.sha256(np.concatenate([rgb, opaque], axis=2).tobytes()).hexdigest()


def shows(figure, rgb):
    """Whether the canvas of a live figure holds just these pixels, now or soon."""
    return figure.locator("canvas").evaluate(
        f"""async (canvas, [wanted, milliseconds]) => {{
            const end = performance.now() + milliseconds;
            while (await ({FINGERPRINT})(canvas) !== wanted) {{
                if (performance.now() > end) return false;
                await new Promise(requestAnimationFrame);
            }}
            return true;
        }}""",
        [fingerprint(rgb), 1000 * SOON],
    )
