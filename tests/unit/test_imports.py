"""A helper loads no more than it needs: an import too many makes every lesson wait for seconds."""

import subprocess
import sys

import pytest

HEAVY = {"tensorflow", "keras", "sklearn", "matplotlib", "numpy"}


@pytest.mark.parametrize(
    ("module", "needs"),
    [
        ("helpers", set()),
        ("helpers.quiet", set()),
        ("helpers.activations", {"numpy"}),
        ("helpers.characters", {"numpy", "matplotlib"}),
        ("helpers.data", {"numpy"}),
        ("helpers.network", {"numpy"}),
        pytest.param("helpers.losses", HEAVY, marks=pytest.mark.slow),
        ("helpers.optimizers", {"numpy"}),
        ("helpers.plotting", {"numpy", "matplotlib"}),
        ("helpers.live", {"numpy", "matplotlib"}),
    ],
)
def test_a_helper_loads_only_what_it_needs(module, needs, tmp_path):
    code = f"import sys, {module}; print(*sys.modules)"
    command = [sys.executable, "-c", code]
    # From a folder elsewhere: the helpers are an installed package.
    loaded = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, check=True)
    assert HEAVY & set(loaded.stdout.split()) == needs
