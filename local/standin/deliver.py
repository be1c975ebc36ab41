"""Brings what people do to the accounts' callbacks: five seconds, three tries in all, several in flight together."""

import logging
import random
import time
from collections import deque
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import datetime
from threading import Condition
from typing import Any
from urllib.parse import urlencode

import urllib3

from chalicelib.wechat.limits import ANSWER_WITHIN, DELIVERIES
from local.standin import wire
from local.standin.people import Account, Faults

IN_FLIGHT = 16
REMEMBERED = 10_000

log = logging.getLogger('weilin.standin')


@dataclass(frozen=True)
class Letter:
    """One message or event on its way. `shown` says whether the phone shows an answer, or that there was none."""

    account: Account
    person: str
    openid: str
    message: dict[str, Any]
    shown: bool

    @property
    def key(self) -> str:
        """MsgId of a message; name of an event."""
        return str(self.message.get('MsgId') or self.message.get('Event'))


@dataclass(frozen=True)
class Delivery:
    """One try to deliver. `status` None: no answer came in time. `fault` says what was wrong with the answer."""

    account: str
    person: str
    key: str
    attempt: int
    status: int | None
    seconds: float
    fault: str = ''


class Courier:
    """Delivers on a small pool. `answered(letter, answer)` gets the reply to show and may raise
    `BadAnswer`; `failed(letter)` hears that there is none."""

    def __init__(
        self,
        now: Callable[[], datetime],
        faults: Faults,
        answered: Callable[[Letter, wire.Answer], None],
        failed: Callable[[Letter], None],
    ) -> None:
        self.answer_within = ANSWER_WITHIN.total_seconds()  # tests are more impatient
        self.deliveries: deque[Delivery] = deque(maxlen=REMEMBERED)
        self._now, self._faults, self._answered, self._failed = now, faults, answered, failed
        self._pool = ThreadPoolExecutor(IN_FLIGHT, 'standin-courier')
        self._http = urllib3.PoolManager(maxsize=IN_FLIGHT, retries=False)
        self._idle, self._in_flight, self._closing = Condition(), 0, False

    def send(self, letter: Letter) -> None:
        with self._idle:
            self._in_flight += 1
        self._pool.submit(self._carry, letter)

    def wait_idle(self, timeout: float) -> None:
        """Come back when nothing is in flight; raises TimeoutError."""
        with self._idle:
            if not self._idle.wait_for(lambda: not self._in_flight, timeout):
                raise TimeoutError(f'{self._in_flight} deliveries are still in flight')

    def close(self) -> None:
        self._closing = True
        self._pool.shutdown(wait=False, cancel_futures=True)

    def _carry(self, letter: Letter) -> None:
        try:
            for attempt in range(1, DELIVERIES + 1):
                delivery = self._try(letter, attempt)
                self.deliveries.append(delivery)
                if not delivery.fault:
                    return
                if self._closing or (delivery.status and not self._faults.repeat_bad):
                    break
            self._failed(letter)
        except Exception:  # the pool would swallow it
            log.exception('the stand-in could not deliver to %s', letter.account.id)
        finally:
            with self._idle:
                self._in_flight -= 1
                self._idle.notify_all()

    def _try(self, letter: Letter, attempt: int) -> Delivery:
        started, status, fault = time.monotonic(), None, ''
        try:
            response = self._post(letter)
            if time.monotonic() - started > self.answer_within:
                raise TimeoutError
            status = response.status
            self._take(letter, response, last=attempt == DELIVERIES)
        except (urllib3.exceptions.HTTPError, TimeoutError) as error:
            fault = type(error).__name__
        except wire.BadAnswer as error:
            fault = str(error)
        seconds = time.monotonic() - started
        return Delivery(letter.account.id, letter.person, letter.key, attempt, status, seconds, fault)

    def _take(self, letter: Letter, response: urllib3.BaseHTTPResponse, last: bool) -> None:
        if response.status != 200:
            raise wire.BadAnswer(f'status {response.status}')
        answer = wire.read(letter.account, letter.openid, response.data)
        if not last and random.random() < self._faults.lose_callback_share:
            raise wire.BadAnswer('lost on the way')
        if answer:
            self._answered(letter, answer)

    def _post(self, letter: Letter) -> urllib3.BaseHTTPResponse:
        query, body = wire.post(letter.account, letter.openid, letter.message, self._now())
        url = f'{letter.account.callback_url}?{urlencode(query)}'
        limit = urllib3.Timeout(total=self.answer_within)
        return self._http.request(
            'POST', url, body=body, timeout=limit, headers={'Content-Type': 'text/xml', 'User-Agent': 'Mozilla/4.0'}
        )
