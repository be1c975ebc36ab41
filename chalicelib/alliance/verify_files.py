"""WeChat's files for our domain, kept with the accounts: what they are called, what is in them."""

import re

from chalicelib.alliance import actions

# As the console gives them (公众号设置 → 功能设置 → JS接口安全域名).
NAME = r'MP_verify_[A-Za-z0-9]{16}\.txt'
CONTENT = r'[A-Za-z0-9]{1,64}'


def find(name: str) -> str | None:
    """The content of a file kept with some account; of any other name None, and nothing is read for it."""
    if not re.fullmatch(NAME, name):
        return None
    kept = (account.verify_files or {} for account in actions.accounts())
    return next((str(files[name]) for files in kept if name in files), None)
