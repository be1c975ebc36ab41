"""The stand-in's world: people with phones, the accounts they follow, and everything they do to each other."""

from collections.abc import Callable, Mapping
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from chalicelib.wechat.limits import CLICK_EVENTS
from local.standin import allowance, samples
from local.standin.deliver import Courier, Delivery, Letter
from local.standin.ground import Ground
from local.standin.people import Faults, NotFollowing
from local.standin.wire import Answer, BadAnswer

BROKEN = '该公众号提供的服务出现故障，请稍后再试'
# An answer to these is not shown.
UNANSWERED_EVENTS = ('unsubscribe', 'VIEW', 'view_miniprogram', 'LOCATION', 'TEMPLATESENDJOBFINISH')
POPUP, CHANGED = 'subscribe_msg_popup_event', 'subscribe_msg_change_event'


class World(Ground):
    """Everything a person can do with a phone becomes a message or an event on its way to the account's callback."""

    def __init__(
        self, folder: Path | None, now: Callable[[], datetime], move_clock: Callable[[timedelta], None],
        faults: Faults | None = None,
    ) -> None:  # fmt: skip
        super().__init__(folder, now, move_clock, faults)
        self.courier = Courier(now, self.faults, self._answered, self._failed)

    # what people do

    def follow(self, person: str, account: str, scene: str | None = None) -> None:
        with self.changed:
            state = self.chat_state(person, account)
            state.following, state.since, state.scene = True, self.now(), scene
        key = {'EventKey': f'qrscene_{scene}', 'Ticket': self.ticket(account, scene)} if scene else {'EventKey': ''}
        self.event(person, account, 'subscribe', key)

    def unfollow(self, person: str, account: str) -> None:
        with self.changed:
            self.event(person, account, 'unsubscribe', {'EventKey': ''})
            state = self.chat_state(person, account)
            state.following, state.grants = False, []
            self.note()

    def scan(self, person: str, account: str, scene: str | None = None) -> None:
        """A poster's QR code. Without a scene it is the account's own one, which is silent to its followers."""
        if not self.chat_state(person, account).following:
            self.follow(person, account, scene)
        elif scene:
            self.event(person, account, 'SCAN', {'EventKey': scene, 'Ticket': self.ticket(account, scene)})

    def send_text(self, person: str, account: str, text: str, bizmsgmenuid: str | None = None) -> int:
        """A typed text, or with `bizmsgmenuid` a tap on a choice in a message."""
        fields = {'Content': text} | ({'bizmsgmenuid': bizmsgmenuid} if bizmsgmenuid else {})
        return self._message(person, account, 'text', fields, text, trigger='click' if bizmsgmenuid else 'message')

    def send_image(self, person: str, account: str, content: bytes, content_type: str = 'image/jpeg') -> int:
        media_id = self.put_media(account, 'image', content, content_type)
        fields = {'PicUrl': f'{self.url}/picture/{media_id}', 'MediaId': media_id}
        return self._message(person, account, 'image', fields, media_id=media_id)

    def send_voice(self, person: str, account: str, content: bytes, format: str = 'amr') -> int:
        media_id = self.put_media(account, 'voice', content, f'audio/{format}')
        return self._message(person, account, 'voice', {'MediaId': media_id, 'Format': format}, media_id=media_id)

    def send_video(self, person: str, account: str, content: bytes, content_type: str = 'video/mp4') -> int:
        media_id = self.put_media(account, 'video', content, content_type)
        thumb = self.put_media(account, 'thumb', *samples.picture())
        return self._message(person, account, 'video', {'MediaId': media_id, 'ThumbMediaId': thumb}, media_id=media_id)

    def send_location(self, person: str, account: str, lat: float, lng: float, label: str) -> int:
        fields = {'Location_X': f'{lat:.6f}', 'Location_Y': f'{lng:.6f}', 'Scale': 16, 'Label': label}
        return self._message(person, account, 'location', fields, label)

    def send_link(self, person: str, account: str, title: str, description: str, url: str) -> int:
        return self._message(person, account, 'link', {'Title': title, 'Description': description, 'Url': url}, title)

    def click(self, person: str, account: str, key: str) -> None:
        self.event(person, account, 'CLICK', {'EventKey': key})

    def view(self, person: str, account: str, url: str) -> None:
        self.event(person, account, 'VIEW', {'EventKey': url, 'MenuId': 400000000})

    def agree(self, person: str, account: str, notification: str, accept: bool = True) -> None:
        """Somebody is asked on one of the account's pages whether they want a notification, and says so."""
        with self.changed:
            agreed = self.chat_state(person, account).agreed
            agreed[notification] = agreed.get(notification, 0) + 1 if accept else agreed.get(notification, 0)
            self.note()
        said = {'TemplateId': notification, 'SubscribeStatusString': 'accept' if accept else 'reject', 'PopupScene': 1}
        self.about_notifications(person, account, POPUP, {'SubscribeMsgPopupEvent': {'List': said}})

    def refuse(self, person: str, account: str, notification: str) -> None:
        """Somebody switches a notification off in their phone's settings."""
        with self.changed:
            self.chat_state(person, account).agreed.pop(notification, None)
            self.note()
        said = {'TemplateId': notification, 'SubscribeStatusString': 'reject'}
        self.about_notifications(person, account, CHANGED, {'SubscribeMsgChangeEvent': {'List': said}})

    def about_notifications(self, person: str, account: str, event: str, fields: Mapping[str, Any]) -> None:
        """An event of anybody, whether they follow or not."""
        with self.changed:
            letter = self._letter(person, account, 'event', {'Event': event, **fields}, False)
        self.courier.send(letter)

    def event(self, person: str, account: str, event: str, fields: Mapping[str, Any]) -> None:
        """Any event of a follower. What it allows the account to send opens by itself."""
        trigger = {'subscribe': 'follow', 'SCAN': 'scan'}.get(event, 'click' if event in CLICK_EVENTS else None)
        with self.changed:
            self._act(person, account, trigger)
            letter = self._letter(person, account, 'event', {'Event': event, **fields}, event not in UNANSWERED_EVENTS)
            self.note()
        self.courier.send(letter)

    def platform_event(self, account: str, event: str, fields: Mapping[str, Any]) -> None:
        """What WeChat itself tells an account: a finished mass job, a revoked authorisation, a certificate's end."""
        to = self.state.accounts[account]
        message = {
            'ToUserName': to.original_id, 'FromUserName': 'mphelper', 'CreateTime': int(self.now().timestamp()),
            'MsgType': 'event', 'Event': event, **fields,
        }  # fmt: skip
        self.courier.send(Letter(to, '', str(message['FromUserName']), message, shown=False))

    # what became of it

    @property
    def deliveries(self) -> list[Delivery]:
        return list(self.courier.deliveries)

    def wait_idle(self, timeout: float) -> None:
        """Come back when every delivery in flight is finished; raises TimeoutError."""
        self.courier.wait_idle(timeout)

    def close(self) -> None:
        self.courier.close()
        super().close()

    def _act(self, person: str, account: str, trigger: str | None) -> None:
        state = self.chat_state(person, account)
        if not state.following:
            raise NotFollowing(f'{person} does not follow {account}')
        if trigger:
            state.last_sign_at = self.now()
            state.grants = allowance.opened(state.grants, trigger, self.now())

    def _message(
        self, person: str, account: str, kind: str, fields: dict[str, Any], text: str = '',
        media_id: str | None = None, trigger: str = 'message',
    ) -> int:  # fmt: skip
        with self.changed:
            self._act(person, account, trigger)
            self.state.last_id = max(self.state.last_id + 1, int(self.now().timestamp() * 1_000_000))
            number = self.state.last_id
            letter = self._letter(person, account, kind, fields | {'MsgId': number}, True)
            self.show(person, account, 'me', kind, text, media_id, fields)
        self.courier.send(letter)
        return number

    def _letter(self, person: str, account: str, kind: str, fields: Mapping[str, Any], shown: bool) -> Letter:
        to, openid = self.state.accounts[account], self.openid(person, account)
        head = {'ToUserName': to.original_id, 'FromUserName': openid, 'CreateTime': int(self.now().timestamp())}
        return Letter(to, person, openid, {**head, 'MsgType': kind, **fields}, shown)

    def _answered(self, letter: Letter, answer: Answer) -> None:
        if answer.media_id and not self.usable_media(letter.account.id, answer.media_id):
            raise BadAnswer('no such media')
        if letter.shown and answer.kind != 'transfer_customer_service':
            self.show(
                letter.person, letter.account.id, 'account', answer.kind, answer.text, answer.media_id, answer.fields
            )

    def _failed(self, letter: Letter) -> None:
        if letter.shown:
            self.show(letter.person, letter.account.id, 'system', 'text', BROKEN)
