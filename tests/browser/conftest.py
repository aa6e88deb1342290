import json
import os

import pytest

from browser.lab import CHROMIUM, chromium, jupyterlab


@pytest.fixture(scope="session")
def browser():
    """Chromium, driven by Playwright."""
    if CHROMIUM is None:
        why = "no browser: install Chromium or Google Chrome to run the tests of the live figures"
        if os.environ.get("CI"):
            pytest.fail(why)
        pytest.skip(why)
    with chromium() as browser:
        yield browser


@pytest.fixture(scope="session")
def folder(tmp_path_factory):
    """The folder that the JupyterLab of this process shows; it saves the states of widgets."""
    folder = tmp_path_factory.mktemp("lab")
    settings = folder / ".jupyter/settings/@jupyter-widgets/jupyterlab-manager"
    settings.mkdir(parents=True)
    (settings / "plugin.jupyterlab-settings").write_text(json.dumps({"saveState": True}))
    return folder


@pytest.fixture(scope="session")
def server(folder):
    """One JupyterLab for all tests of this process."""
    with jupyterlab(folder) as server:
        yield server
