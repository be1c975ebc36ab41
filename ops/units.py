"""Units: when each is at its desk, who has its duty, and how its staff are reached.

Hours are days and times, as in '1-5 08:30-12:00 13:30-17:30; 6 09:00-11:30', where 1 is Monday. Duty names after its
times whoever has it, by the ids that `python -m ops.members list` shows. What is not given stays; '' puts it back to
the usual.
"""

import argparse
import sys
from collections.abc import Sequence
from pathlib import Path

from chalicelib import aws, clock, hours, settings
from chalicelib.alliance import actions, audit, managing
from chalicelib.alliance.records import Unit
from chalicelib.alliance.rules import CHANNELS
from chalicelib.storage import Conflict
from ops import command, resources, secret_values, unit_fields, unit_sheet
from ops.secret_values import Unfit

FORMATS = {
    'robot': (r'[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}', 'the webhook of the robot, or what follows key= in it')
}


def main(argv: Sequence[str] | None = None) -> int:
    given = _parser().parse_args(argv)
    command.use(given.stage)
    try:
        return int(given.do(given))
    except Unfit as unfit:
        return command.refuse(unfit.problems)


def _parser() -> argparse.ArgumentParser:
    parser = command.parser('units', __doc__)
    does = parser.add_subparsers(required=True, metavar='what')
    does.add_parser('list', help='all units').set_defaults(do=show_all)
    shown = does.add_parser('show', help='all that is set for one unit')
    changed = does.add_parser('set', help='change what is given', allow_abbrev=False)
    # No abbreviations: `--secret x` must not be taken for --secrets-file, and its value printed as a name.
    keyed = does.add_parser('robot', help='the group robot of its staff: asks for the webhook', allow_abbrev=False)
    for each, do in ((shown, show), (changed, change), (keyed, set_robot)):
        each.add_argument('id', help='as `list` shows it')
        each.set_defaults(do=do)
    changed.add_argument('--work', help=f'working hours; {actions.USUAL_WORK} where nothing is set')
    changed.add_argument('--duty', help="evenings and weekends, and who has them: '1-5 18:00-22:30 <member id>'")
    changed.add_argument('--off', nargs='*', metavar='DAY', help='days without work, as 2026-10-01; replaces all')
    changed.add_argument('--extra', nargs='*', metavar='DAY', help='worked as a Monday is; replaces all')
    changed.add_argument('--channels', help=f'how staff are reached, in order, out of {",".join(CHANNELS)}')
    changed.add_argument('--responsible', help="of a district: the member who gets what is nobody's")
    changed.add_argument('--phone', help='the number residents are told')
    keyed.add_argument('--secrets-file', type=Path, help='JSON with robot instead of being asked')
    return parser


def show_all(given: argparse.Namespace) -> int:
    print('id', 'name', 'kind', 'work', 'duty', 'channels', sep='\t')
    for unit in actions.units():
        print(unit.id, unit.name, unit.kind, unit.work or 'usual', unit.duty or '-', _listed(unit.channels), sep='\t')
    return 0


def show(given: argparse.Namespace) -> int:
    unit = _unit(given.id)
    print(unit.id, unit.name, unit.kind)
    print('under     ', command.unit_names([unit.parent]) if unit.parent else '-')
    print('work      ', unit.work or f'{actions.USUAL_WORK} (usual)')
    print('duty      ', unit.duty or '-', _names(unit.duty or ''))
    print('off       ', _listed(unit.off_days))
    print('extra     ', _listed(unit.extra_days))
    print('channels  ', _listed(unit.channels))
    print('robot     ', 'there' if _has_robot(unit.id) else 'missing')
    print('place     ', unit.place or '-')
    print('area      ', unit.area or '-', f'{unit.area_km2} km²' if unit.area_km2 else '')
    if unit.kind == 'district':
        print("nobody's  ", _member(unit.responsible))
    print('phone     ', unit.phone or '-')
    return 0


def change(given: argparse.Namespace) -> int:
    unit = _unit(given.id)
    wanted = {name: getattr(given, name) for name in unit_fields.CHECKS if getattr(given, name) is not None}
    if problems := unit_fields.problems(wanted):
        raise Unfit(*problems)
    if not wanted:
        raise Unfit('nothing to change was given')
    if wanted.get('responsible') and unit.kind != 'district':
        raise Unfit('--responsible: only a district has one')
    changed = unit_fields.values(wanted)
    did = f'命令改了{"、".join(unit_sheet.SAID[name] for name in changed)}'
    try:
        managing.write_unit(unit, changed, audit.OPERATOR, did, clock.now())
    except Conflict:
        raise Unfit('id: somebody changed it this very moment; look with `show`, and set again') from None
    print(f'{unit.id} {unit.name}: {", ".join(wanted)} changed. Functions that are running know it within a minute.')
    return 0


def set_robot(given: argparse.Namespace) -> int:
    unit = _unit(given.id)
    webhook = secret_values.ask(('robot',), given.secrets_file, {'robot': (r'.+', FORMATS['robot'][1])})['robot']
    key = webhook.rpartition('key=')[2]
    if problems := secret_values.problems({'robot': key}, FORMATS):
        raise Unfit(*problems)
    resources.put_secret(settings.robot_parameter(unit.id), key)
    print(f'{unit.id} {unit.name}: the robot is stored. Functions that are running know it within five minutes.')
    if unit.channels and 'robot' not in unit.channels:
        print(f'It is used once robot is among the channels: set {unit.id} --channels …')
    return 0


def _unit(unit_id: str) -> Unit:
    found = actions.unit(unit_id)
    if found is None:
        raise Unfit(f'id: there is no unit {unit_id}; `list` shows all units')
    return found


def _has_robot(unit_id: str) -> bool:
    ssm = aws.client('ssm')
    try:
        ssm.get_parameter(Name=settings.robot_parameter(unit_id), WithDecryption=False)
    except ssm.exceptions.ParameterNotFound:
        return False
    return True


def _member(id: str | None) -> str:
    found = actions.member(id) if id else None
    return f'{found.name} ({found.id})' if found else id or 'nobody has it: set --responsible'


def _listed(values: Sequence[str]) -> str:
    return ','.join(values) or '-'


def _names(duty: str) -> str:
    """Who those are that the duty names."""
    ids = dict.fromkeys(member for span in hours.parse(duty) for member in span.members)
    members = [actions.member(member) for member in ids]
    return '、'.join(member.name for member in members if member)


if __name__ == '__main__':
    sys.exit(main())
