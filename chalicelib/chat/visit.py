"""What an answerer is handed: who writes, what, to whom, and what we know of her already."""

from collections.abc import Callable
from datetime import datetime
from typing import TYPE_CHECKING, NamedTuple

from chalicelib.inbox.receiving import Answer
from chalicelib.wechat.message import Inbound

if TYPE_CHECKING:
    from chalicelib.alliance.records import Account, Member, Unit
    from chalicelib.inbox.records import Conversation


class Visit(NamedTuple):
    account: 'Account'
    unit: 'Unit'
    member: 'Member | None'
    conversation: 'Conversation'
    message: Inbound
    now: datetime
    proven: bool = True  # the signature covered the message: nobody else can have written it
    late: bool = False  # it waited in the queue `late`: WeChat takes no answer to it any more

    @property
    def text(self) -> str:
        """The words of a text message without the space around them; nothing for any other kind."""
        return self.message.text.strip() if self.message.kind == 'text' else ''


Answerer = Callable[[Visit], Answer | None]
