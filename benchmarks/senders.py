"""Parallel senders: each posts a letter, waits for the answer as WeChat does, and takes the next."""

import threading
import time
from http.client import HTTPConnection, HTTPException
from queue import Empty, SimpleQueue
from urllib.parse import urlencode, urlsplit

from benchmarks.letters import Delivery, Desk, Letter
from chalicelib import clock
from chalicelib.wechat.limits import ANSWER_WITHIN, DELIVERIES
from local.ports import HOST
from local.standin import wire

HEADERS = {'Content-Type': 'text/xml', 'User-Agent': 'Mozilla/4.0'}


class Load:
    """A fixed number of senders for a fixed time. What was refused or not answered is delivered again, three times
    in all, as WeChat does; here at once, which is harder on the product than WeChat's pauses."""

    def __init__(self, url: str, desk: Desk, senders: int, seconds: float) -> None:
        address = urlsplit(url)
        assert address.hostname == HOST, 'this load is for the product on this machine only'
        self._port = address.port
        self._desk, self._senders, self._seconds = desk, senders, seconds
        self._again: SimpleQueue[Letter] = SimpleQueue()
        self.letters: list[Letter] = []
        self._until = 0.0
        self.took = 0.0

    def warm_up(self) -> list[Letter]:
        """One letter to each account, which nobody measures."""
        connection, letters = self._connect(), self._desk.first_letters(clock.now())
        for letter in letters:
            letter.deliveries.append(_deliver(connection, letter))
        return letters

    def run(self) -> None:
        began = time.monotonic()
        self._until = began + self._seconds
        threads = [threading.Thread(target=self._send, daemon=True) for _ in range(self._senders)]
        try:
            for thread in threads:
                thread.start()
            for thread in threads:
                thread.join()
        finally:
            self._until = began  # Ctrl-C ends the senders too
        self.took = time.monotonic() - began

    def _connect(self) -> HTTPConnection:
        return HTTPConnection(HOST, self._port, timeout=ANSWER_WITHIN.total_seconds())

    def _send(self) -> None:
        connection = self._connect()
        while letter := self._next():
            delivery = _deliver(connection, letter)
            letter.deliveries.append(delivery)
            if delivery.status != 200 and letter.failures < DELIVERIES:
                self._again.put(letter)
            elif delivery.status == 200 and letter.again == 'after':
                letter.again = 'done'
                self._again.put(letter)
        connection.close()

    def _next(self) -> Letter | None:
        try:
            return self._again.get_nowait()
        except Empty:
            if time.monotonic() >= self._until:
                return None
        letter = self._desk.letter(clock.now())
        self.letters.append(letter)
        if letter.again == 'together':
            self._again.put(letter)  # another sender takes it while this one delivers it for the first time
        return letter


def _deliver(connection: HTTPConnection, letter: Letter) -> Delivery:
    """Sealed anew for every delivery; the time is from the first byte sent to the last received."""
    query, body = wire.post(letter.account, letter.openid, letter.message, clock.now())
    path = f'/wechat/{letter.account.id}?{urlencode(query)}'
    began = time.perf_counter()
    try:
        connection.request('POST', path, body, HEADERS)
        response = connection.getresponse()
        answer, status = response.read(), response.status
    except (OSError, HTTPException):
        connection.close()  # the next request connects again
        return Delivery(began, time.perf_counter() - began, None)
    return Delivery(began, time.perf_counter() - began, status, answer)
