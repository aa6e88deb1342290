import os

import pytest

from browser.lab import CHROMIUM, chromium


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
