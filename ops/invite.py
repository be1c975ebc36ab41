"""Invite somebody to the staff: prints a code, good for seven days and once, and what to do with it."""

import sys
from collections.abc import Sequence

from chalicelib import clock
from chalicelib.alliance import actions, invitations, roles, signin
from ops import command, mobiles

_WORDS = """\
Member {id}: {name}, {roles} of {units}; invited, not yet active.
Give this to {name} and to nobody else, by a way you know to be theirs. It is shown only now:

    {name}，您好。请在微信里打开公众号「{account}」，把下面这行邀请码发给它：
    {code}
    邀请码只能用一次，{until} 前有效。

If it is lost: python -m ops.members --stage {stage} remove {id}, then invite again.
"""


def main(argv: Sequence[str] | None = None) -> int:
    parser = command.parser('invite', __doc__)
    parser.add_argument('--name', required=True, help='as colleagues and the log of a conversation will show it: 王敏')
    parser.add_argument('--unit', required=True, action='append', help='whose residents they answer; may be repeated')
    parser.add_argument('--role', action='append', choices=roles.NAMES, help='may be repeated; clerk if not given')
    parser.add_argument('--mobile', help='to be called by in a group and to get text messages; 11 digits')
    given = parser.parse_args(argv)
    command.use(given.stage)
    return invite(given.stage, given.name.strip(), given.unit, given.role or ['clerk'], given.mobile)


def invite(stage: str, name: str, units: Sequence[str], given_roles: Sequence[str], mobile: str | None = None) -> int:
    problems = [*command.unknown_units(units), *mobiles.problems('--mobile', mobile)]
    if not 1 <= len(name) <= 20:
        problems.append('--name: 1 to 20 characters')
    if problems:
        return command.refuse(problems)
    now = clock.now()
    member, code = signin.invite(name, units, given_roles, now)
    if mobile:
        mobiles.keep(member, mobile)
    print(_WORDS.format(
        id=member.id, name=name, roles=', '.join(given_roles), units=command.unit_names(units), stage=stage, code=code,
        account=_account_name(units), until=clock.spoken_time(now + invitations.LASTS, now),
    ))  # fmt: skip
    return 0


def _account_name(units: Sequence[str]) -> str:
    """The account of their own unit; where it has none, as a street, any account of the alliance will do."""
    accounts = actions.accounts()
    own = [account for account in accounts if account.unit in units]
    return next((account.name for account in [*own, *accounts]), '（任一公众号）')


if __name__ == '__main__':
    sys.exit(main())
