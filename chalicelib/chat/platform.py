"""What WeChat tells us that is not a resident speaking: kept where later features pick it up."""

from datetime import datetime

from chalicelib.alliance import actions as alliance
from chalicelib.wechat.message import Inbound

# Events in which a resident does something we answer or must know.
RESIDENT_EVENTS = frozenset({'subscribe', 'unsubscribe', 'SCAN', 'CLICK', 'scancode_push', 'scancode_waitmsg'})
# Told to us anyway, never needed: where a phone is every five seconds, which link was opened, and what the photo and
# place buttons do before the photo or place itself arrives. Collect little: these are not stored.
PASSING_EVENTS = frozenset(
    {
        'LOCATION', 'VIEW', 'view_miniprogram', 'pic_sysphoto', 'pic_photo_or_album', 'pic_weixin', 'location_select',
    }
)  # fmt: skip
# An account has published, or tried to. WeChat's repeats are heard too: the first may have failed half way.
PUBLISHING_EVENTS = frozenset({'PUBLISHJOBFINISH', 'MASSSENDJOBFINISH'})
# What became of a template or a notification, and which of these a resident agrees to.
TELLING_EVENTS = frozenset(
    {
        'TEMPLATESENDJOBFINISH', 'subscribe_msg_popup_event', 'subscribe_msg_change_event', 'subscribe_msg_sent_event',
    }
)  # fmt: skip


def keep_event(account: str, inbound: Inbound, now: datetime) -> None:
    """Mass jobs, template jobs, publishing, subscriptions, authorisations, verification: once each, as sent."""
    if inbound.event not in PASSING_EVENTS:
        from chalicelib.platform import actions as account_events  # a few a day

        account_events.keep(account, inbound, now)
    if inbound.event in PUBLISHING_EVENTS:
        _published(account, inbound, now)
    if inbound.event in TELLING_EVENTS:
        from chalicelib.outreach import actions as outreach  # a few a day, too

        outreach.heard(account, inbound, now)


def _published(account_id: str, inbound: Inbound, now: datetime) -> None:
    from chalicelib.insight import publishing  # a few a day; no message of a resident needs it

    account = alliance.account(account_id)
    if account:
        publishing.heard(account, inbound, now)


def keep_unreadable(account: str, xml: bytes, now: datetime) -> None:
    """A message that is WeChat's beyond doubt and that we cannot read is kept for the operator."""
    from chalicelib.platform import actions as account_events

    account_events.keep_unreadable(account, xml, now)
