import os
import sys

import pytest

# JupyterHub starts servers as users of a system that has them as Unix does.
collect_ignore_glob = ["test_*.py"] if sys.platform == "win32" else []


@pytest.fixture(scope="module")
def hub():
    from hub import machine

    reason = machine.why_not()
    if reason:
        if os.environ.get("CI") and "is missing" in reason:
            pytest.fail(reason)
        pytest.skip(reason)
    with machine.running() as hub:
        yield hub
