"""WeChat knows from which addresses an account's calls may come (IP 白名单), and names the one it refuses."""

import re
from collections.abc import Callable

REFUSED = 40164
# `invalid ip 1.2.3.4 ipv6 ::ffff:1.2.3.4, not in whitelist rid: …`, the second address not always.
_ADDRESS = r'invalid ip ([0-9a-fA-F.:]{2,45})'

# Called as (app id, address) wherever WeChat refuses ours; filled by app.py, which knows who tells the operators.
TOLD: list[Callable[[str, str], None]] = []


def refused_address(said: str) -> str:
    """The address WeChat saw; '' where its words name none."""
    found = re.search(_ADDRESS, said)
    return found[1] if found else ''
