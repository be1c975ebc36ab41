"""WeCom's group robots (qyapi.weixin.qq.com): what a webhook takes, how often, and whom a message calls by name."""

import json
from datetime import timedelta
from typing import Any

from flask import Request

from chalicelib.wechat.limits import ROBOT_MESSAGES_A_MINUTE, ROBOT_TEXT_BYTES
from local.standin.call import part
from local.standin.ground import Ground
from local.standin.people import Inbox
from local.standin.refusals import Refusal

# developer.work.weixin.qq.com/document/path/91770: 「每个机器人发送的消息不能超过20条/分钟」, and the bytes.
# Doubt: whether the minute is the last sixty seconds, as here, or the clock's.
MOST = ROBOT_MESSAGES_A_MINUTE
WITHIN = timedelta(minutes=1)
BYTES = {'text': ROBOT_TEXT_BYTES, 'markdown': 4096}
EVERYBODY = '@all'


def send(world: Ground, request: Request) -> dict[str, Any]:
    robot = _robot(world, request.args.get('key', ''))
    kind, said = _message(request)
    with world.changed:
        if left(robot, world) < 1:
            raise Refusal(45009)
        world.post(robot, 'robot', said['content'], _called(world, said) if kind == 'text' else {})
    return {}


def left(robot: Inbox, world: Ground) -> int:
    """How many messages the robot may still send this minute."""
    return MOST - sum(line.at > world.now() - WITHIN for line in robot.lines)


def _robot(world: Ground, key: str) -> Inbox:
    for robot in list(world.state.robots.values()):
        if key and robot.key == key:
            return robot
    raise Refusal(93000)


def _message(request: Request) -> tuple[str, dict[str, Any]]:
    data = json.loads(request.get_data() or b'null')
    if not isinstance(data, dict):
        raise Refusal(47001)
    kind = str(data.get('msgtype'))
    if kind not in BYTES:
        raise Refusal(40008)
    said = part(data, kind)
    if not isinstance(said.get('content'), str) or not said['content']:
        raise Refusal(44004)
    if len(said['content'].encode()) > BYTES[kind]:
        raise Refusal(40058)
    return kind, said


def _called(world: Ground, said: dict[str, Any]) -> dict[str, Any]:
    """Whom the message calls. WeCom drops numbers of nobody in the group; the page says how many those were."""
    mobiles = [str(mobile) for mobile in said.get('mentioned_mobile_list') or []]
    owners = [world.owner_of(mobile) for mobile in mobiles if mobile != EVERYBODY]
    names = ['所有人'] if EVERYBODY in mobiles else []
    names += [owner.name for owner in owners if owner and owner.role == 'staff']
    return {'called': names, 'strangers': len(mobiles) - len(names)}
