import os

import pytest

from browser.lab import chromium
from hub import machine


@pytest.fixture(scope="session")
def browser():
    with chromium() as browser:
        yield browser


@pytest.fixture(scope="session")
def hub():
    reason = machine.why_not()
    if reason:
        if os.environ.get("CI") and "is missing" in reason:
            pytest.fail(reason)
        pytest.skip(reason)
    with machine.running() as hub:
        yield hub
