"""The stack as CloudFormation makes it: created, used by everybody, changed under way, and removed without a trace."""

import json
import re
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import BrowserContext, Page, expect

from chalicelib.bookings import actions as bookings
from chalicelib.inbox import actions as inbox
from chalicelib.insight import records as activity
from local.standin import publications
from ops import deploy, remove, units
from ops.stack import template
from ops.stack.options import Options
from tests import packed
from tests.e2e.deployed import STAGE, Deployed
from tests.e2e.test_story import XIANYOU, sign_in_by_link, test_the_story

__all__ = ['test_the_story']  # the whole of it, once more, on what is deployed

DISTRICT = '370202'
NEW_INDEXES = ('label', 'remark')
ROOT = Path(__file__).parents[2]
# A function that says where what it has loaded came from.
PROBE = """

@app.lambda_function()
def where(event, context):
    import sys
    return {name: module.__file__ for name, module in sys.modules.items() if getattr(module, '__file__', None)}
"""


@pytest.fixture(scope='module')
def product(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Deployed]:
    with Deployed(tmp_path_factory.mktemp('deployed')) as running:
        units.main(['--stage', STAGE, 'set', DISTRICT, '--duty', '1-7 00:00-24:00'])
        running.world.send_text('laozhou', DISTRICT, '路灯坏了')  # what the schedule will tell
        yield running


def waited(until: Callable[[], Any], seconds: float, what: str) -> Any:
    """What runs by itself on the other side of a process has no other sign than what it does."""
    ends = time.monotonic() + seconds
    while time.monotonic() < ends:
        if found := until():
            return found
        time.sleep(0.5)
    raise AssertionError(f'not within {seconds:.0f} s: {what}')


# As EventBridge sends it
TICK = {
    'version': '0', 'id': 'tick', 'detail-type': 'Scheduled Event', 'source': 'aws.events', 'account': '0',
    'time': '2026-11-25T00:00:00Z', 'region': 'cn-north-1', 'resources': [], 'detail': {},
}  # fmt: skip


def invoke(product: Deployed, function: str, event: object = TICK) -> tuple[Any, str | None]:
    """What it answers, and Lambda's word for how it failed."""
    answer = product.client('lambda').invoke(FunctionName=f'weilin-{STAGE}-{function}', Payload=json.dumps(event))
    return json.loads(answer['Payload'].read() or b'null'), answer.get('FunctionError')


def complaints(product: Deployed, function: str) -> list[str]:
    """The lines of its log that speak of something that went wrong."""
    group = f'/aws/lambda/weilin-{STAGE}-{function}'
    pages = product.client('logs').get_paginator('filter_log_events').paginate(logGroupName=group)
    lines = [event['message'] for page in pages for event in page['events']]
    return [line for line in lines if '"level": "ERROR"' in line or 'Traceback' in line or 'AccessDenied' in line]


def refusals(product: Deployed, function: str) -> int:
    return len(complaints(product, function))


@contextmanager
def without(product: Deployed, role_of: str, action: str) -> Iterator[None]:
    """The role of a function, with one action taken away."""
    iam = product.client('iam')
    role = product.client('lambda').get_function(FunctionName=f'weilin-{STAGE}-{role_of}')['Configuration']['Role']
    name = role.rpartition('/')[2]
    (policy,) = iam.list_role_policies(RoleName=name)['PolicyNames']
    before = iam.get_role_policy(RoleName=name, PolicyName=policy)['PolicyDocument']
    statements = [{**one, 'Action': [kept for kept in one['Action'] if kept != action]} for one in before['Statement']]
    assert statements != before['Statement'], f'{role_of} may not {action} anyhow'
    less = {**before, 'Statement': [one for one in statements if one['Action']]}
    iam.put_role_policy(RoleName=name, PolicyName=policy, PolicyDocument=json.dumps(less))
    try:
        yield
    finally:
        iam.put_role_policy(RoleName=name, PolicyName=policy, PolicyDocument=json.dumps(before))


def test_the_schedule_tells_the_staff_by_itself(product: Deployed) -> None:
    """Of a message from before the story; nobody but EventBridge has rung."""
    group = product.world.state.robots[DISTRICT].lines
    waited(lambda: group, 180, 'a message in the group of the staff')


def test_the_desk_does_all_else_too(product: Deployed, phone: BrowserContext) -> None:
    """Each of these asks tables and indexes of its own; what the door's role lacks shows as a page that failed."""
    product.world.send_text('zhang', XIANYOU, '楼道灯又不亮了')
    product.world.wait_idle(20)
    openid = product.world.openid('zhang', XIANYOU)
    page, at = phone.new_page(), f'{product.url}/desk/c/{XIANYOU}.{openid}'
    sign_in_by_link(product, page, 'chenjing')
    page.goto(at)
    page.get_by_role('button', name='已接手，我来办').click()
    expect(page.locator('main')).to_contain_text('陈静已接手')
    page.goto(f'{at}/resident')
    page.locator('input[type=tel]').fill('13800000001')
    page.get_by_role('button', name='保存').click()
    expect(page.locator('main')).to_contain_text('已记下')
    page.goto(f'{at}/resident')
    page.get_by_label('这位居民住在').select_option('370202013002')
    page.get_by_role('button', name='改居住地').click()
    expect(page.locator('main')).to_contain_text('居住地已更正')
    page.goto(f'{at}/history')
    expect(page.locator('main')).to_contain_text('陈静')
    for words in ('楼道灯', '00000001'):
        page.goto(f'{product.url}/desk/search')
        page.get_by_label('要找的字').fill(words)
        page.get_by_role('button', name='查找').click()
    page.goto(f'{product.url}/desk/unit/hours')
    page.get_by_role('button', name='保存').first.click()
    expect(page.locator('main')).not_to_contain_text('没有办成')
    page.goto(f'{product.url}/desk/accounts')
    expect(page.locator('main')).to_contain_text('仙游路社区')
    page.goto(f'{at}/hand-over')
    page.get_by_label('转给').select_option('chengguan')
    page.get_by_label('为什么转交').fill('路灯归城管')
    page.get_by_role('button', name='转交').click()
    expect(page.locator('main')).to_contain_text('转出去，还没有人接手')


def test_services_are_booked_too(product: Deployed, phone: BrowserContext, desktop: BrowserContext) -> None:
    """On the page by a link, by digits and by a clerk; taken by a company, called off, rated; each under its role."""
    number = book_by_link(product, phone)
    company = company_page(product, desktop)
    company.goto(f'{product.url}/jobs/{number}')
    company.get_by_role('button', name='接单').click()
    expect(company.locator('main')).to_contain_text('仙游路 15 号')
    for path in ('/jobs', '/jobs/figures', '/jobs/sheet', '/jobs/crews', '/desk/crews'):
        company.goto(product.url + path)
        expect(company.locator('main')).not_to_contain_text('没有办成')
    company.goto(f'{product.url}/jobs/crews')
    company.get_by_role('button', name='生成日历地址').first.click()
    company.goto(f'{product.url}/jobs/{number}')
    company.locator('summary', has_text='来不了了').click()
    company.locator('#do-give_up').get_by_label('为什么').fill('车坏了')
    company.locator('#do-give_up').get_by_role('button').click()
    assert '已改请' in told(product, 'zhangli') or '来不了' in told(product, 'zhangli')
    for words in ('我的预约', '1', '2', '1'):
        product.world.send_text('zhangli', XIANYOU, words)
        product.world.wait_idle(20)
    assert '已取消' in told(product, 'zhangli')
    assert bookings.find(number).state == 'cancelled'
    clerks_page(product, phone)
    assert invoke(product, 'sweep') == (None, None)


def told(product: Deployed, person: str) -> str:
    return '\n'.join(line.text for line in product.world.chat(person, XIANYOU) if line.who == 'account')


def book_by_link(product: Deployed, phone: BrowserContext) -> str:
    product.world.send_text('zhangli', XIANYOU, '预约')
    product.world.wait_idle(20)
    page, links = phone.new_page(), re.findall(r'http\S+/s/\S+', told(product, 'zhangli'))
    page.goto(links[-1])
    page.get_by_role('link', name='日常保洁').first.click()
    page.locator('.days summary').last.click()
    page.locator('.days button').last.click()
    page.get_by_label('怎么称呼').fill('王阿姨')
    page.get_by_label('电话').fill('13800000009')
    page.get_by_label('地址').fill('仙游路 15 号 2 单元')
    page.get_by_role('button', name='就这样订').click()
    expect(page.locator('main')).to_contain_text('等公司确认')
    expect(page.locator('main')).not_to_contain_text('仙游路 15 号')
    return page.locator('.number').inner_text().strip()


def company_page(product: Deployed, browser: BrowserContext) -> Page:
    """The dispatcher's, signed in by the link from the district's chat."""
    product.world.send_text('wudiao', DISTRICT, '登录')
    product.world.wait_idle(20)
    page, chat = browser.new_page(), product.world.chat('wudiao', DISTRICT)
    page.goto(re.findall(r'http\S+', '\n'.join(line.text for line in chat if line.who == 'account'))[-1])
    page.get_by_role('button', name='登录').click()
    page.wait_for_url(re.compile('/(desk|jobs)'))
    return page


def clerks_page(product: Deployed, phone: BrowserContext) -> None:
    """For somebody who has written."""
    product.world.send_text('zhangli', XIANYOU, '想请人打扫一下')
    product.world.wait_idle(20)
    at, page = f'{product.url}/desk/c/{XIANYOU}.{product.world.openid("zhangli", XIANYOU)}', phone.new_page()
    sign_in_by_link(product, page, 'wangmin')
    page.goto(f'{at}/book/richang-baojie')
    page.locator('button[name=at]').locator('visible=true').last.click()
    expect(page.locator('main')).to_contain_text('保留到')
    page.get_by_label('电话').fill('13800000009')
    page.get_by_label('地址').fill('仙游路 15 号')
    page.get_by_role('button', name='确认预约').click()
    expect(page.locator('main')).to_contain_text('等公司确认')
    for path in ('/desk/calls', '/desk/bookings'):
        page.goto(product.url + path)
        expect(page.locator('main')).not_to_contain_text('没有办成')


def test_no_role_lacks_what_the_story_needs(product: Deployed) -> None:
    """Also where what was refused is passed over, and the story goes on without it."""
    functions = [one['FunctionName'] for one in product.client('lambda').list_functions()['Functions']]
    assert len(functions) == 8
    said = [line for name in functions for line in complaints(product, name.removeprefix(f'weilin-{STAGE}-'))]
    # Refused, it is an error of botocore or PynamoDB; too late on a busy machine, it is Unavailable.
    assert [line for line in said if re.search(r'AccessDenied|"error": "\w*Error"', line)] == []


def test_an_alarm_arrives_through_the_encrypted_topic(product: Deployed) -> None:
    """Heard by a queue in the place of somebody's mail. The local AWS makes the key, but encrypts nothing with it."""
    stack = {'StackName': f'weilin-{STAGE}', 'LogicalResourceId': 'AlarmKey'}
    key = product.client('cloudformation').describe_stack_resource(**stack)['StackResourceDetail']['PhysicalResourceId']
    described = product.client('kms').describe_key(KeyId=key)['KeyMetadata']
    assert (described['KeyState'], described['Description']) == ('Enabled', f'Weilin {STAGE}: the topic of its alarms')
    sns, sqs, topic = product.client('sns'), product.client('sqs'), product.outputs['AlarmTopic']
    queue = sqs.create_queue(QueueName='alarms-heard')['QueueUrl']
    arn = sqs.get_queue_attributes(QueueUrl=queue, AttributeNames=['QueueArn'])['Attributes']['QueueArn']
    from_topic = {'Effect': 'Allow', 'Principal': {'Service': 'sns.amazonaws.com'}, 'Action': 'sqs:SendMessage'}
    policy = json.dumps({'Version': '2012-10-17', 'Statement': [{**from_topic, 'Resource': arn}]})
    sqs.set_queue_attributes(QueueUrl=queue, Attributes={'Policy': policy})
    sns.subscribe(TopicArn=topic, Protocol='sqs', Endpoint=arn)
    alarm = f'weilin-{STAGE}-media-dead'
    product.client('cloudwatch').set_alarm_state(AlarmName=alarm, StateValue='ALARM', StateReason='a trial')
    heard = waited(lambda: sqs.receive_message(QueueUrl=queue).get('Messages'), 20, 'the alarm')
    assert alarm in heard[0]['Body']


@pytest.mark.parametrize(
    ('function', 'action'),
    [
        ('sweep', 'dynamodb:Query'),
        ('watch', 'dynamodb:Query'),
        ('watch', 'dynamodb:UpdateItem'),
        ('reconcile', 'dynamodb:Query'),
        ('read_publications', 'dynamodb:Scan'),
    ],
)
def test_a_function_cannot_do_without_what_its_role_allows(product: Deployed, function: str, action: str) -> None:
    before = refusals(product, function)
    assert invoke(product, function) == (None, None)
    assert refusals(product, function) == before
    with without(product, function, action):
        _, failed = invoke(product, function)
        assert failed or refusals(product, function) > before


def test_the_nights_reading_may_store_what_it_read(product: Deployed) -> None:
    """It goes on to the next account where one fails: only the row shows that its role was enough."""
    publications.publish(product.world, XIANYOU, '停水通知', told=False)
    assert invoke(product, 'read_publications') == (None, None)
    found = activity.activity(XIANYOU)
    assert found
    assert (found.source, found.trouble) == ('list', '')


def test_a_message_the_door_may_not_store_comes_in_late(product: Deployed) -> None:
    with without(product, 'api_handler', 'dynamodb:PutItem'):
        product.world.send_text('laozhou', XIANYOU, '水管漏水')
        product.world.wait_idle(20)
    openid = product.world.openid('laozhou', XIANYOU)
    waited(lambda: inbox.conversation(f'{XIANYOU}#{openid}'), 60, 'the late message')
    assert refusals(product, 'api_handler')


@pytest.fixture
def changed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """This checkout with one function and two indexes more."""
    packed.clone(tmp_path)
    with (tmp_path / 'app.py').open('a') as app:
        app.write(PROBE)
    monkeypatch.setattr(deploy, 'build', lambda _: packed.build_of(tmp_path))
    whole = template.build

    def with_indexes(sam: Any, options: Options) -> dict[str, Any]:
        made = whole(sam, options)
        properties = made['Resources']['ConversationsTable']['Properties']
        for name in NEW_INDEXES:
            properties['AttributeDefinitions'].append({'AttributeName': name, 'AttributeType': 'S'})
            properties['GlobalSecondaryIndexes'].append({
                'IndexName': f'by_{name}',
                'KeySchema': [{'AttributeName': name, 'KeyType': 'HASH'}],
                'Projection': {'ProjectionType': 'KEYS_ONLY'},
            })  # fmt: skip
        return made

    monkeypatch.setattr(template, 'build', with_indexes)


def test_an_update_keeps_what_was_there_and_runs_the_new_code(
    product: Deployed, changed: None, capsys: pytest.CaptureFixture[str]
) -> None:
    table = f'weilin-{STAGE}-conversations'
    before = product.client('dynamodb').describe_table(TableName=table)['Table']
    product.deploy()
    after = product.client('dynamodb').describe_table(TableName=table)['Table']
    assert after['TableId'] == before['TableId']
    assert after['ItemCount'] >= before['ItemCount'] > 0
    had, has = ({index['IndexName'] for index in table['GlobalSecondaryIndexes']} for table in (before, after))
    assert has - had == {f'by_{name}' for name in NEW_INDEXES}
    told = capsys.readouterr().out
    assert told.count('An index, with the code that runs') == len(NEW_INDEXES)  # one at a time, as AWS wants it
    modules, failed = invoke(product, 'where')
    assert failed is None
    ours = {name: file for name, file in modules.items() if name.partition('.')[0] in ('chalicelib', 'app')}
    assert ours
    # ministack's own environment puts one module into every Python of its: nothing of ours asks for it
    del modules['_distutils_hack']
    foreign = [file for file in modules.values() if re.search(r'/(\.venv[^/]*|site-packages)/', file)]
    assert foreign == []
    assert not [file for file in ours.values() if file.startswith(str(ROOT))]


def test_removed_is_gone(product: Deployed) -> None:
    assert remove.main(['--stage', STAGE, '--yes']) == 0
    assert product.client('dynamodb').list_tables()['TableNames'] == []
    assert product.client('lambda').list_functions()['Functions'] == []
    assert product.client('ssm').get_parameters_by_path(Path=f'/weilin/{STAGE}', Recursive=True)['Parameters'] == []
    buckets = [one['Name'] for one in product.client('s3').list_buckets()['Buckets']]
    assert not any(name.startswith(f'weilin-{STAGE}-') for name in buckets)
    assert not product.client('sqs').list_queues(QueueNamePrefix=f'weilin-{STAGE}').get('QueueUrls')
