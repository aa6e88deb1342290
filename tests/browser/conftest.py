import json

import pytest

from browser.lab import jupyterlab


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
