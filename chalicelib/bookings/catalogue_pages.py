"""The catalogue for everybody: it may be shared, and knows nobody."""

from typing import TYPE_CHECKING, Any

from chalicelib.alliance import actions as alliance
from chalicelib.bookings import catalogue_view
from chalicelib.bookings.routes import pages
from chalicelib.residents import authorising, refusals
from chalicelib.services import actions as catalogue
from chalicelib.web import render
from chalicelib.web import request as web
from chalicelib.web.session import BIG

if TYPE_CHECKING:
    from chalice.app import Response

    from chalicelib.alliance.records import Account


def services(account: str) -> 'Response':
    found = alliance.account(account)
    if found is None:
        return refusals.no_page(pages.current_request)
    offered = catalogue_view.offered(found.unit)
    return _show(
        'catalogue.html', found, f'/services/{found.id}', shelves=catalogue_view.shelves(offered),
        popular=catalogue_view.popular(offered), items=f'/services/{found.id}/', mine=None,
    )  # fmt: skip


def service(account: str, item: str) -> 'Response':
    """One item, with how it is booked here."""
    found, one = alliance.account(account), catalogue.item(item)
    if found is None or one is None:
        return refusals.no_page(pages.current_request)
    return _show(
        'service.html', found, f'/services/{found.id}/{one.id}', item=one, offered=one.state == 'offered',
        choices=[catalogue_view.choice(option) for option in one.options], facts=catalogue_view.facts(one),
    )  # fmt: skip


def _show(template: str, account: 'Account', path: str, **context: Any) -> 'Response':
    return render.page(
        f'bookings/{template}', big=BIG in web.cookies(pages.current_request), path=path,
        home=f'/services/{account.id}', account=account, by_oauth=authorising.possible(account), **context,
    )  # fmt: skip
