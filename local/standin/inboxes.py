"""Where the product reaches staff besides their chats: the groups its robots speak in, and text messages."""

from typing import Any

from flask import Blueprint, Response, jsonify, render_template, request

from local.standin import robots
from local.standin.api import world
from local.standin.people import Inbox
from local.standin.phones import clock_words, draw

pages = Blueprint('inboxes', __name__)


@pages.get('/robots/<unit>')
def group(unit: str) -> str:
    return _page(world().state.robots[unit], f'/robots/{unit}', robots.MOST)


@pages.get('/robots/<unit>/lines')
def group_lines(unit: str) -> Response:
    return _new(world().state.robots[unit], robots.MOST)


@pages.get('/sms')
def sms() -> str:
    return _page(world().state.sms, '/sms')


@pages.get('/sms/lines')
def sms_lines() -> Response:
    return _new(world().state.sms)


def _page(inbox: Inbox, url: str, most: int = 0) -> str:
    with world().lock:
        lines = list(inbox.lines)
    return draw('inbox', inbox=inbox, url=url, lines=lines, note=_note(inbox, most))


def _new(inbox: Inbox, most: int = 0) -> Response:
    """What is new since `after`, as phones ask for it."""
    after: Any = request.args.get('after', 0, int)
    with world().lock:
        found = list(inbox.lines)
    return jsonify(
        html=render_template('inbox_lines.html', lines=[line for line in found if line.number > after]),
        last=found[-1].number if found else 0,
        clock=clock_words(),
        allowance=_note(inbox, most),
        shape='',
    )


def _note(inbox: Inbox, most: int) -> str:
    if not most:
        return '所有手机收到的短信都在这里'
    return f'机器人这一分钟还可发 {robots.left(inbox, world())} 条，上限 {most} 条'
