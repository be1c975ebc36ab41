"""The first question: what it is to be. The popular services, all of them by category, or one she has named."""

from typing import TYPE_CHECKING

from chalicelib import address
from chalicelib.bookings import chat_heard, chat_times, rules
from chalicelib.bookings.chat_asked import ITEM, OPTION, SHELVES, WISH, Asked
from chalicelib.bookings.chat_saying import again, price, say, told, what
from chalicelib.bookings.making import mark
from chalicelib.services import actions as services

if TYPE_CHECKING:
    from chalicelib.chat.visit import Visit
    from chalicelib.inbox.receiving import Answer
    from chalicelib.services.records import Item, Option

_POPULAR = 7  # digits; 8 is all
_A_PAGE = 9
_ALL = '*'


def ask(visit: 'Visit') -> 'Answer':
    """What most people want, all else one digit away, and the page for who likes to look."""
    offered = _offered(visit)
    if not offered:
        return told(visit, say('item.none', unit=visit.unit.name))
    shown = ([item for item in offered if item.popular] or offered)[:_POPULAR]
    rows = [_row(digit, item) for digit, item in enumerate(shown, 1)]
    rows.append(say('item.all', digit=len(shown) + 1))
    asked = Asked(ITEM, (*(_entry(item) for item in shown), _ALL))
    return told(visit, say('item.ask'), *rows, _link(visit), asks=asked)


def named(visit: 'Visit', said: str) -> 'Answer | None':
    """A service by its name, or part of it; None where it is none, or not one that comes to her."""
    name, offered = chat_heard.service(said), _offered(visit)
    found = [item for item in offered if chat_heard.plain(item.name) == name]
    if not found and chat_heard.may_be_part(said):
        found = [item for item in offered if name in chat_heard.plain(item.name)]
    if not found:
        return None
    return choose(visit, _entry(found[0])) if len(found) == 1 else _list(visit, found, say('item.several'))


def digit(visit: 'Visit', asked: Asked, said: str) -> 'Answer | None':
    if said == '0' and asked.more:
        shelf, _, page = asked.more.partition('.')
        return _shelf(visit, shelf, int(page)) if shelf else _shelves(visit)
    picked = asked.pick(said)
    if asked.step == SHELVES:
        return _shelf(visit, picked) if picked else None
    if picked == _ALL:
        return _shelves(visit)
    return choose(visit, picked) if picked else None


def choose(visit: 'Visit', entry: str) -> 'Answer':
    """On to the second question, with the option that was shown."""
    item_id, _, option_id = entry.partition('.')
    item = services.item(item_id)
    if item is None or item.state != 'offered' or not item.options:
        return told(visit, say('item.withdrawn'))
    option = services.option(item, option_id)
    if option is None:
        return options(visit, item)
    if item.form == rules.BY_TIME:
        return chat_times.ask(visit, item, option)
    asked = Asked(WISH, item=item.id, option=option.id, mark=mark(option), more=_moment(visit))
    words = say('wish.ask', what=what(item, option), price=price(option))
    return told(visit, words, say('where.leave'), asks=asked)


def options(visit: 'Visit', item: 'Item') -> 'Answer':
    shown = list(item.options)[:_A_PAGE]
    if len(shown) == 1:
        return choose(visit, f'{item.id}.{shown[0].id}')
    rows = [say('option.row', digit=n, option=one.name, price=price(one)) for n, one in enumerate(shown, 1)]
    asked = Asked(OPTION, tuple(f'{item.id}.{one.id}' for one in shown))
    return told(visit, say('option.ask', item=item.name), *rows, asks=asked)


def unknown(visit: 'Visit', asked: Asked) -> 'Answer':
    """A digit that was not shown: the list stands above, it is not sent again."""
    return again(visit, asked, say('leave.no_such'))


def _shelves(visit: 'Visit') -> 'Answer':
    there = {item.category for item in _offered(visit)}
    shown = [category for category in services.categories() if category.id in there][:_A_PAGE]
    rows = [say('item.row', digit=n, name=one.name) for n, one in enumerate(shown, 1)]
    return told(visit, say('item.shelves'), *rows, asks=Asked(SHELVES, tuple(one.id for one in shown)))


def _shelf(visit: 'Visit', shelf: str, page: int = 0) -> 'Answer':
    items = [item for item in _offered(visit) if item.category == shelf]
    name = next((one.name for one in services.categories() if one.id == shelf), '')
    shown = items[page * _A_PAGE : (page + 1) * _A_PAGE]
    has_more = len(items) > (page + 1) * _A_PAGE
    more, words = (f'{shelf}.{page + 1}', say('item.more')) if has_more else ('.', say('item.back'))
    return _list(visit, shown, say('item.shelf', shelf=name), more, words)


def _list(visit: 'Visit', shown: 'list[Item]', head: str, more: str = '', more_words: str = '') -> 'Answer':
    rows = [say('item.row', digit=n, name=item.name) for n, item in enumerate(shown[:_A_PAGE], 1)]
    asked = Asked(ITEM, tuple(_entry(item) for item in shown[:_A_PAGE]), more=more)
    return told(visit, head, *rows, more_words, asks=asked)


def _offered(visit: 'Visit') -> 'list[Item]':
    return [item for item in services.items() if services.serves(item, visit.conversation.home_unit) and item.options]


def _entry(item: 'Item') -> str:
    """With the option it means: of a service by time the first, others are one digit away."""
    one = _first(item)
    return f'{item.id}.{one.id if one else ""}'


def _first(item: 'Item') -> 'Option | None':
    return item.options[0] if item.form == rules.BY_TIME or len(item.options) == 1 else None


def _row(digit: int, item: 'Item') -> str:
    one = _first(item)
    if one is None:
        return say('item.row', digit=digit, name=item.name)
    return say('item.row_option', digit=digit, name=item.name, option=one.name, price=services.price_words(one))


def _link(visit: 'Visit') -> str:
    """A service account knows by WeChat's word who opens its page; elsewhere the link says it, for an hour."""
    account, base = visit.account, address.base_url()
    if account.kind == 'service' and account.verified:
        return say('item.link_open', url=f'{base}/go/{account.id}/book')
    from chalicelib.residents import guests

    return say('item.link', url=f'{base}/s/{guests.link(visit.conversation.id, "book", visit.now)}')


def _moment(visit: 'Visit') -> str:
    return str(int(visit.message.at.timestamp()))
