"""Whom a command is about: given by account and openid, or by the address of the page on which a clerk sees her."""

import argparse
import re
from typing import NamedTuple

from chalicelib.alliance import actions as alliance

_OPENID = r'[A-Za-z0-9_-]{1,64}'  # as WeChat writes them
_PAGE = re.compile(rf'(?:.*/desk/c/)?([A-Za-z0-9_-]{{1,64}})\.({_OPENID})(?:[/?#].*)?')  # as `Conversation.ref`


class Resident(NamedTuple):
    account: str
    openid: str

    @property
    def conversation(self) -> str:
        return f'{self.account}#{self.openid}'


class Unclear(Exception):
    """Nobody can be meant by it; one line for each reason."""

    def __init__(self, *problems: str) -> None:
        super().__init__('\n'.join(problems))
        self.problems = problems


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument('--account', help='id of the Official Account')
    parser.add_argument('--openid', help="the resident's openid there")
    parser.add_argument(
        '--conversation', metavar='REF', help='instead of both: the address of her page, …/desk/c/REF, or REF alone'
    )


def given_by(given: argparse.Namespace) -> Resident:
    """Raises `Unclear` with what is wrong."""
    if given.conversation:
        if given.account or given.openid:
            raise Unclear('--conversation: not together with --account and --openid')
        return _known(of_page(given.conversation))
    problems = [f'--{name}: missing' for name in ('account', 'openid') if not getattr(given, name)]
    if problems:
        raise Unclear(*problems, 'or give --conversation, the address of her page')
    return _known(Resident(given.account, given.openid))


def of_page(address: str) -> Resident:
    found = _PAGE.fullmatch(address.strip())
    if found is None:
        raise Unclear('--conversation: it looks like https://…/desk/c/370202013001.oAbc…')
    return Resident(found[1], found[2])


def _known(resident: Resident) -> Resident:
    problems = []
    if alliance.account(resident.account) is None:
        problems.append(f'--account: there is no account {resident.account}')
    if not re.fullmatch(_OPENID, resident.openid):
        problems.append('--openid: 1 to 64 letters, digits, - and _')
    if problems:
        raise Unclear(*problems)
    return resident
