"""All HTTP to WeChat: wechatpy's client with our own token, patience, errors and downloads. `client` imports it."""

import json
import logging
import random
import re
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from threading import Lock
from typing import Any, NamedTuple, TypeVar

import requests
from urllib3.exceptions import HTTPError, NewConnectionError
from wechatpy.client import WeChatClient

from chalicelib import settings
from chalicelib.wechat import egress, strict_xml
from chalicelib.wechat.client import Download
from chalicelib.wechat.credentials import Credentials
from chalicelib.wechat.errors import Action, NotSent, OutcomeUnknown, Refused, TooLarge

T = TypeVar('T')

log = logging.getLogger('weilin')

# Seconds.
_TIMEOUTS = (2.0, 6.0)  # to connect, to wait for each piece of the answer
_PAUSES = (0.3, 0.9)  # about so long before the second and the third try, where WeChat is busy
_TOKEN_SPARE = 60  # a token is not used in its last minute
_KEPT_ALIVE = 60  # NAT gateways forget idle connections without a word; a message sent into one has no known outcome

_BUSY = -1
# Whoever answers so has not begun (RFC 6585, 9110). Doubt for 503: a proxy may say it after the call was passed on.
_NOT_TAKEN = frozenset({requests.codes.too_many_requests, requests.codes.service_unavailable})
_CHUNK = 64 * 1024
_RID = re.compile(r'rid: ?([\w-]+)')
_FILE_NAME = re.compile(r'filename="?([^";]+)')
_JSON_TYPES = frozenset({'application/json', 'text/json', 'text/plain'})  # errors of media/get come as text/plain


class _Token(NamedTuple):
    value: str
    ends: float


class Client(WeChatClient):  # type: ignore[misc]  # wechatpy publishes no types
    """One account's way out. Every method raises `Refused`, `NotSent` or `OutcomeUnknown` of `errors`."""

    def __init__(
        self,
        credentials: Credentials,
        timeouts: tuple[float, float] = _TIMEOUTS,
        pauses: tuple[float, ...] = _PAUSES,
    ) -> None:
        # wechatpy's own retry has no end on a lasting 40001, and sends uploads again as empty files.
        super().__init__(credentials.app_id, credentials.secret, timeout=timeouts, auto_retry=False)
        self._http.trust_env = False  # the environment has one reader, and it is `settings`
        self._pauses = pauses
        self._used_at = 0.0
        self._token: _Token | None = None
        self._token_lock = Lock()

    def send_text(self, openid: str, words: str) -> None:
        self.message.send_text(openid, strict_xml.carriable(words))

    def send_image(self, openid: str, media_id: str) -> None:
        self.message.send_image(openid, media_id)

    def send_voice(self, openid: str, media_id: str) -> None:
        self.message.send_voice(openid, media_id)

    def send_template(self, openid: str, template_id: str, url: str, values: dict[str, str]) -> str:
        """A notice by one of a service account's templates; `values` are by the name of the field.

        Returns WeChat's id of it, by which TEMPLATESENDJOBFINISH says what became of it; '' where there is none.
        """
        answer = self.message.send_template(openid, template_id, _template_data(values), url=url)
        return str(answer.get('msgid', ''))

    def send_subscription(self, openid: str, template_id: str, page: str, values: dict[str, str]) -> str:
        """A notification she has subscribed to (订阅通知); `page` opens with it. Returns as `send_template` does."""
        message = {'touser': openid, 'template_id': template_id, 'data': _template_data(values)}
        answer = self.post('message/subscribe/bizsend', data=message | ({'page': page} if page else {}))
        return str(answer.get('msgid', ''))

    def upload(self, kind: str, name: str, content: bytes, content_type: str) -> str:
        """The media_id under which WeChat keeps a temporary image, voice, video or thumb."""
        # Bytes and not a file: a second try sends them whole again.
        answer = self.media.upload(kind, (name, content, content_type))
        media_id = answer.get('media_id') or answer.get('thumb_media_id')
        if not media_id:
            raise OutcomeUnknown('no media_id in the answer')
        return str(media_id)

    def download(self, media_id: str, most_bytes: int) -> Download:
        """A resident's medium, in the three days that WeChat keeps it; `TooLarge` if it is more than `most_bytes`."""
        found = self._with_token(lambda token: self._medium(token, media_id, most_bytes))
        return found if isinstance(found, Download) else self._stream(found, {}, most_bytes)

    def create_menu(self, menu: dict[str, Any]) -> None:
        self.menu.create(menu)

    def exchange(self, code: str) -> dict[str, Any]:
        """What WeChat says of whoever brought this OAuth code, once; it needs no token."""
        asked = {'appid': self.appid, 'secret': self.secret, 'code': code, 'grant_type': 'authorization_code'}
        return self._patiently(lambda: self._exchange('get', '/sns/oauth2/access_token', asked))

    def check(self) -> None:
        """Ask for a token: shows whether app id, secret and the list of allowed addresses are right."""
        with self._token_lock:
            self._token = self.fetch_access_token()

    # The token

    @property
    def access_token(self) -> str:
        with self._token_lock:
            if self._token is None or self._token.ends <= time.time():
                self._token = self.fetch_access_token()
            return self._token.value

    def fetch_access_token(self) -> _Token:
        """A token that works; nothing has gone out if this fails, whatever the reason."""
        asked = {'grant_type': 'client_credential', 'appid': self.appid, 'secret': self.secret}
        try:
            answer = self._patiently(lambda: self._exchange('post', 'stable_token', {}, data=asked))
            return _Token(answer['access_token'], time.time() + int(answer['expires_in']) - _TOKEN_SPARE)
        except (OutcomeUnknown, KeyError, ValueError, TypeError):
            raise NotSent('no token') from None

    def _with_token(self, call: Callable[[str], T]) -> T:
        """Make a call, and once more with a new token if it was refused for the token."""
        token = self.access_token
        try:
            return self._patiently(lambda: call(token))
        except Refused as refused:
            if refused.reaction.action is not Action.REFRESH_TOKEN:
                raise
        renewed = self._renewed(token)
        return self._patiently(lambda: call(renewed))

    def _renewed(self, refused: str) -> str:
        with self._token_lock:
            if self._token and self._token.value == refused:  # else another thread was here first
                self._token = None
        return self.access_token

    # One call

    def _request(self, method: str, url_or_endpoint: str, **kwargs: Any) -> dict[str, Any]:
        """Where all calls of wechatpy's methods come through."""
        params = kwargs.pop('params', {})
        return self._with_token(
            lambda token: self._exchange(method, url_or_endpoint, params | {'access_token': token}, **kwargs)
        )

    def _patiently(self, call: Callable[[], T]) -> T:
        for pause in self._pauses:
            try:
                return call()
            except Refused as refused:
                if refused.code != _BUSY:
                    raise
            time.sleep(pause * random.uniform(0.5, 1.5))
        return call()

    def _exchange(
        self,
        method: str,
        path: str,
        params: dict[str, str],
        data: dict[str, Any] | None = None,
        files: dict[str, tuple[str, bytes, str]] | None = None,
    ) -> dict[str, Any]:
        # WeChat refuses \u escapes with 40033.
        body = None if data is None else json.dumps(data, ensure_ascii=False).encode()
        headers = {} if data is None else {'Content-Type': 'application/json; charset=utf-8'}
        with _outcome():
            response = self._fresh().request(
                method, _address(path), params=params, data=body, headers=headers, files=files,
                timeout=self.timeout, allow_redirects=False,
            )  # fmt: skip
        if response.status_code in _NOT_TAKEN:
            raise NotSent(f'HTTP {response.status_code}')
        if response.status_code != requests.codes.ok:
            raise OutcomeUnknown(f'HTTP {response.status_code}')
        return self._answered(path, response.content)

    def _answered(self, path: str, content: bytes) -> dict[str, Any]:
        try:
            return _answer(path, content)
        except Refused as refused:
            if refused.code == egress.REFUSED:
                for tell in egress.TOLD:
                    tell(self.appid, refused.address)
            raise

    def _medium(self, token: str, media_id: str, most_bytes: int) -> Download | str:
        """The medium, or the address where it is."""
        params = {'access_token': token, 'media_id': media_id}
        medium = self._stream(_address('media/get'), params, most_bytes)
        if medium.content_type not in _JSON_TYPES or not medium.content.startswith(b'{'):
            return medium
        address = self._answered('media/get', medium.content).get('video_url')
        if not isinstance(address, str):
            raise OutcomeUnknown('no medium in the answer')
        return address

    def _stream(self, address: str, params: dict[str, str], most_bytes: int) -> Download:
        content = bytearray()
        with _outcome(), self._fresh().get(address, params=params, timeout=self.timeout, stream=True) as response:
            if response.status_code != requests.codes.ok:
                raise OutcomeUnknown(f'HTTP {response.status_code}')
            for chunk in response.iter_content(_CHUNK):
                content += chunk
                if len(content) > most_bytes:
                    raise TooLarge(f'more than {most_bytes} bytes')
        content_type = response.headers.get('Content-Type', '').partition(';')[0].strip().lower()
        name = _FILE_NAME.search(response.headers.get('Content-Disposition', ''))
        return Download(bytes(content), content_type, name[1] if name else None)

    def _fresh(self) -> requests.Session:
        """The session, without connections that may have died in the meantime."""
        now = time.time()
        if now - self._used_at > _KEPT_ALIVE:
            self._http.close()  # drops idle connections only; the session goes on
        self._used_at = now
        session: requests.Session = self._http
        return session


def _template_data(values: dict[str, str]) -> dict[str, dict[str, str]]:
    return {field: {'value': strict_xml.carriable(value)} for field, value in values.items()}


def _address(path: str) -> str:
    return f'{settings.wechat_api()}{path}' if path.startswith('/') else f'{settings.wechat_api()}/cgi-bin/{path}'


@contextmanager
def _outcome() -> Iterator[None]:
    """Turn what HTTP can raise into what it means; their own texts hold addresses with tokens in them."""
    try:
        yield
    except (requests.RequestException, HTTPError) as error:
        kind = type(error).__name__
        raise (NotSent(kind) if _never_arrived(error) else OutcomeUnknown(kind)) from None


def _never_arrived(error: Exception) -> bool:
    reason = getattr(error.args[0], 'reason', None) if error.args else None
    return isinstance(error, requests.ConnectTimeout) or isinstance(reason, NewConnectionError)


def _answer(path: str, content: bytes) -> dict[str, Any]:
    try:
        answer = json.loads(content.decode(errors='replace'), strict=False)
        code = int(answer.get('errcode', 0))
    except (ValueError, TypeError, AttributeError):
        raise OutcomeUnknown('the answer is not what WeChat answers') from None
    if code == 0:
        return dict(answer)
    said = str(answer.get('errmsg', ''))
    rid = _RID.search(said)
    refused = Refused(code, rid[1] if rid else None, egress.refused_address(said))
    told = (path, code, refused.reaction.meaning, refused.rid)
    log.warning('WeChat refused a call path=%s code=%s meaning=%s rid=%s', *told)
    raise refused
