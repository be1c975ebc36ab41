"""Take a stage from nothing to running, or to the code of this checkout.

Builds the package, shows what CloudFormation would change and what it costs, asks, and carries it out. What fails is
rolled back. Choices are remembered by the stack: give one again only to change it.
"""

import argparse
import json
import re
import sys
from collections import Counter
from collections.abc import Sequence
from typing import Any

from chalicelib import settings
from chalicelib.alliance import actions, credentials
from ops import aws_clients, command, costs, deploying, invite, regions, seed
from ops.artifacts import Artifacts
from ops.cloudformation import Failed, Plan, Stack
from ops.packing import targets
from ops.packing.build import Built, build
from ops.stack import template
from ops.stack.options import PARAMETERS, Options

# The option of this command, and the parameter of the template it sets.
_CHOICES = {
    'egress': 'Egress',
    'relay': 'WeChatApi',
    'wecom_api': 'WeComApi',
    'domain': 'DomainName',
    'certificate': 'CertificateArn',
    'alarm_email': 'AlarmEmail',
}


def stack(stage: str) -> Stack:
    return Stack(aws_clients.client('cloudformation'), f'weilin-{stage}')


def main(argv: Sequence[str] | None = None) -> int:
    given = _parser().parse_args(argv)
    command.use(given.stage)
    try:
        return _deploy(given)
    except Failed as failed:
        print('CloudFormation did not do it; what it had begun is rolled back:', file=sys.stderr)
        for reason in failed.reasons:
            print(f'  {reason}', file=sys.stderr)
        return 1
    except targets.CannotBuild as problem:
        return command.refuse([str(problem)])


def _parser() -> argparse.ArgumentParser:
    parser = command.parser('deploy', __doc__)
    parser.add_argument('--egress', choices=('direct', 'nat', 'relay'), help='how WeChat sees one fixed address')
    parser.add_argument('--relay', help="base address of your relay to WeChat's API, with --egress relay")
    parser.add_argument('--wecom-api', help="base address of WeCom's API, if not its own")
    parser.add_argument('--domain', help='host name of pages and callback')
    parser.add_argument('--certificate', help="ARN of the domain's certificate in this region")
    parser.add_argument('--alarm-email', help='who gets the alarms')
    parser.add_argument('--architecture', choices=targets.ARCHITECTURES, help="the functions' CPU; at first x86_64")
    parser.add_argument('--admin', help='name of the first administrator, who gets an invitation')
    parser.add_argument('--admin-unit', default='370202', help='unit of the first administrator; the district')
    parser.add_argument('--yes', action='store_true', help='do not ask')
    return parser


def _deploy(given: argparse.Namespace) -> int:
    if problems := _problems(given):
        return command.refuse(problems)
    if not _in_the_right_country(given):
        return _nothing_done()
    target = stack(given.stage)
    architecture = given.architecture or deploying.architecture(target) or targets.DEFAULT
    if problems := _unlike_here(architecture):
        return command.refuse(problems)
    built = _built(architecture)
    if built.unfit and settings.aws_endpoint() is None:
        return command.refuse(built.unfit)
    artifacts = _artifacts()
    for release in deploying.releases(target, _template(given, built, artifacts)):
        print(f'\n{release.title}')
        key = artifacts.put_text(json.dumps(release.template), 'templates')
        plan = target.plan(artifacts.url(key), _parameters(given, target, release.template))
        if plan is None:
            print('  nothing changes')
            continue
        _show(plan, given)
        if lost := [change for change in plan.changes if deploying.loses_data(change)]:
            target.give_up(plan)
            return command.refuse(f'{change.name}: would be lost, with what residents wrote' for change in lost)
        if not given.yes and not command.confirmed('Go on?'):
            target.give_up(plan)
            return _nothing_done()
        target.carry_out(plan)
        print('  done')
    return _settle(given, target)


def _problems(given: argparse.Namespace) -> list[str]:
    problems = []
    if not re.fullmatch(PARAMETERS['Stage']['AllowedPattern'], given.stage):
        problems.append('--stage: 2 to 16 small letters and digits, a letter first')
    if given.egress == 'relay' and not given.relay:
        problems.append('--relay: missing; with --egress relay it says where the relay is')
    if bool(given.domain) != bool(given.certificate):
        problems.append('--domain, --certificate: one does not work without the other')
    return problems


def _unlike_here(architecture: targets.Architecture) -> list[str]:
    here = targets.of_this_machine()
    if settings.aws_endpoint() is None or architecture == here:
        return []
    return [f'--architecture: the local AWS runs the functions on this machine, which is {here}, not {architecture}']


def _built(architecture: targets.Architecture) -> Built:
    print('Building the package …')
    built = build(architecture)
    print(f'  {built.code.stat().st_size / 1e6:.1f} MB for {architecture}, sha256 {built.code_hash[:12]}')
    return built


def _in_the_right_country(given: argparse.Namespace) -> bool:
    """Residents' data belongs to mainland China; elsewhere only invented residents may write."""
    region = settings.region()
    warning = regions.warning(region)
    if warning is None:
        return True
    print(warning)
    return bool(given.yes) or command.confirmed('Go on all the same?', region)


def _artifacts() -> Artifacts:
    made = Artifacts(aws_clients.client('s3'), aws_clients.account_number(), settings.region())
    made.prepare()
    return made


def _template(given: argparse.Namespace, built: Built, artifacts: Artifacts) -> dict[str, Any]:
    """Upload, and say what the stack shall be."""
    region = regions.known(settings.region())
    options = Options(
        stage=given.stage,
        tracing=region is None or region.tracing,
        tls=not str(settings.aws_endpoint()).startswith('http:'),
        code_bucket=artifacts.bucket,
        code_key=artifacts.put(built.code, 'code'),
        layer_key=artifacts.put(built.layer, 'layers'),
    )
    return template.build(built.sam, options)


def _parameters(given: argparse.Namespace, target: Stack, wanted: dict[str, Any]) -> dict[str, str | None]:
    """Of those the template knows: what was given, else as it is, else the template's default."""
    chosen = {name: getattr(given, option) for option, name in _CHOICES.items() if getattr(given, option) is not None}
    chosen['Stage'] = given.stage
    there = {one['ParameterKey'] for one in (target.describe() or {}).get('Parameters', ())}
    return {name: chosen.get(name) for name in wanted['Parameters'] if name in chosen or name in there}


def _show(plan: Plan, given: argparse.Namespace) -> None:
    counted = Counter((change.action, change.kind, change.replaced) for change in plan.changes)
    for (action, kind, replaced), number in sorted(counted.items()):
        print(f'  {action.lower()} {number} × {kind.removeprefix("AWS::")}{" (replaced)" if replaced else ""}')
    if plan.creates:
        print(costs.summary(settings.region(), 1, given.egress or 'direct'))


def _nothing_done() -> int:
    print('Nothing was done.')
    return 1


def _settle(given: argparse.Namespace, target: Stack) -> int:
    """What the template cannot make: units, the first administrator."""
    stage = ['--stage', given.stage]
    actions.forget()
    failed = seed.main(stage)
    if given.admin:
        who = ['--name', given.admin, '--unit', given.admin_unit, '--role', 'operator', '--role', 'lead']
        failed = failed or invite.main([*stage, *who])
    _say_addresses(target.outputs())
    return failed


def _say_addresses(outputs: dict[str, str]) -> None:
    print(f'\nStaff sign in at {outputs["BaseUrl"]}/desk')
    print(f'For commands that need files: export WEILIN_MEDIA_BUCKET={outputs["MediaBucket"]}')
    if address := outputs.get('EgressAddress'):
        print(f"Put this address on each account's IP 白名单: {address}")
    known = actions.accounts()
    if not known:
        print(f'There are no accounts yet: python -m ops.accounts --stage {settings.stage()} add --help')
    for account in known:
        url = f'{outputs["BaseUrl"]}/wechat/{account.id}'
        try:
            print(f'{account.name}: URL {url}  Token {credentials.credentials(account.id).token}')
        except credentials.Unknown:
            print(f'{account.name}: URL {url}  its secrets are missing')


if __name__ == '__main__':
    sys.exit(main())
