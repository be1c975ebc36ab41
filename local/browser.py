"""The browser of the tests: the system's own Chromium, since Playwright's download does not work everywhere."""

import os
import shutil

ARGUMENTS = [
    '--no-sandbox',  # tests also run as root, in containers
    '--disable-quic',
    '--no-first-run',
    '--disable-background-networking',
    '--disable-component-update',
    '--disable-sync',
]


def executable() -> str:
    """Path of the browser: $CHROMIUM, else chromium, else google-chrome; `local/setup.sh browser` sees to it."""
    for name in (os.environ.get('CHROMIUM'), 'chromium', 'google-chrome'):
        found = shutil.which(name) if name else None
        if found:
            return found
    raise FileNotFoundError('There is no Chromium. Please run: local/setup.sh browser')
