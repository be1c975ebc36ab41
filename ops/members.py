"""See and change the staff. Every change but that of a mobile number signs the member out everywhere, at once."""

import argparse
import sys
from collections.abc import Callable, Sequence

from chalicelib import clock
from chalicelib.alliance import actions, audit, roles, signin
from chalicelib.alliance.records import Member, find_member
from chalicelib.storage import Transaction
from ops import command, mobiles


def main(argv: Sequence[str] | None = None) -> int:
    given = _parser().parse_args(argv)
    command.use(given.stage)
    try:
        return int(given.do(given))
    except signin.Unknown:
        return command.refuse([f'member: there is no member {given.member}; `list` shows all'])


def _parser() -> argparse.ArgumentParser:
    parser = command.parser('members', __doc__)
    does = parser.add_subparsers(required=True, metavar='what')
    shown = does.add_parser('list', help='everybody, or those of one unit')
    shown.add_argument('--unit', help='only members of this unit')
    shown.set_defaults(do=show)
    for name, do, words in (
        ('suspend', suspend, 'sign out everywhere and keep out until restored'),
        ('restore', restore, 'end a suspension'),
        ('remove', remove, 'sign out everywhere and forget; what they wrote stays'),
    ):
        change = does.add_parser(name, help=words)
        change.add_argument('member', help='id, as `list` shows it')
        change.set_defaults(do=do)
    moved = does.add_parser('units', help='give other units; the present ones are replaced')
    moved.add_argument('member', help='id, as `list` shows it')
    moved.add_argument('--unit', required=True, action='append', help='may be repeated')
    moved.set_defaults(do=move)
    given = does.add_parser('roles', help='give other roles; the present ones are replaced')
    given.add_argument('member', help='id, as `list` shows it')
    given.add_argument('--role', required=True, action='append', choices=roles.NAMES, help='may be repeated')
    given.set_defaults(do=give)
    does.add_parser('which-roles', help='all roles, and what each may do').set_defaults(do=explain)
    called = does.add_parser('mobile', help='the number by which they are called in a group and get text messages')
    called.add_argument('member', help='id, as `list` shows it')
    called.add_argument('number', nargs='?', help='11 digits; left out, the present number is forgotten')
    called.set_defaults(do=change_mobile)
    return parser


def show(given: argparse.Namespace) -> int:
    now = clock.now()
    print('id', 'name', 'state', 'roles', 'browsers', 'units', sep='\t')
    for member in actions.members():
        if given.unit in (None, *member.units):
            browsers = sum(session.expires_at > now for session in member.sessions)
            units = command.unit_names(member.units)
            print(member.id, member.name, member.state, ','.join(member.roles), browsers, units, sep='\t')
    return 0


def suspend(given: argparse.Namespace) -> int:
    signin.suspend(given.member, clock.now(), _audited('停用 '))
    return _say(given.member, 'is suspended and signed out everywhere')


def restore(given: argparse.Namespace) -> int:
    signin.restore(given.member, clock.now(), _audited('恢复 '))
    return _say(given.member, 'may work again')


def remove(given: argparse.Namespace) -> int:
    name = _name(actions.member(given.member))
    signin.remove(given.member, clock.now())
    print(f'{given.member} {name} is removed and signed out everywhere')
    return 0


def move(given: argparse.Namespace) -> int:
    if problems := command.unknown_units(given.unit):
        return command.refuse(problems)
    signin.change_units(given.member, given.unit, clock.now(), _audited('命令改了单位：'))
    return _say(given.member, f'now handles {command.unit_names(given.unit)} and has to sign in again')


def give(given: argparse.Namespace) -> int:
    signin.change_roles(given.member, given.role, clock.now(), _audited('命令改了角色：'))
    return _say(given.member, f'is now {", ".join(given.role)} and has to sign in again')


def explain(given: argparse.Namespace) -> int:
    print('id', 'english', 'chinese', 'may, beside seeing and answering what their units have', sep='\t')
    for role in roles.roles().values():
        print(role.id, role.english, role.name, role.may_english, sep='\t')
    return 0


def _audited(words: str) -> Callable[[Transaction, Member], None]:
    def also(tx: Transaction, member: Member) -> None:
        audit.keep(tx, member.units, audit.OPERATOR, f'{words}{member.name}', clock.now())

    return also


def change_mobile(given: argparse.Namespace) -> int:
    if problems := mobiles.problems('number', given.number):
        return command.refuse(problems)
    member = find_member(given.member)
    if member is None:
        raise signin.Unknown(given.member)
    mobiles.keep(member, given.number)
    return _say(given.member, 'has a new mobile number' if given.number else 'has no mobile number any more')


def _say(member_id: str, words: str) -> int:
    print(f'{member_id} {_name(actions.member(member_id))} {words}')
    return 0


def _name(member: Member | None) -> str:
    return member.name if member else ''


if __name__ == '__main__':
    sys.exit(main())
