"""Faults no emulator shows, put in where botocore calls: conflicts, throttling, silence, a lost answer."""

from collections import Counter
from collections.abc import Callable
from typing import Any

from botocore.awsrequest import AWSResponse
from botocore.exceptions import ReadTimeoutError

from chalicelib import aws, storage

Answer = tuple[AWSResponse, dict[str, Any]]
Fault = Callable[[], Answer]


class Wire:
    """Between the product and its store: counts what is sent, and meets the next calls with the faults it is given."""

    tapped = False  # some test of this process listens to the session's clients

    def __init__(self) -> None:
        Wire.tapped = True
        self.sent: Counter[str] = Counter()
        self.faults: dict[str, list[Fault]] = {}
        self.answers_lost = 0
        storage.forget()
        aws.session().register('before-call.dynamodb.*', self._before_call)
        aws.session().register('before-send.dynamodb.*', self._before_send)

    def meet(self, operation: str, *faults: Fault) -> None:
        """Meet the next calls of this operation with these faults, one each."""
        self.faults.setdefault(operation, []).extend(faults)

    def requests(self) -> int:
        return sum(self.sent.values())

    def _before_call(self, model: Any, **_: Any) -> Answer | None:
        waiting = self.faults.get(model.name)
        return waiting.pop(0)() if waiting else None

    def _before_send(self, request: Any, event_name: str, **_: Any) -> None:
        operation = event_name.rsplit('.', 1)[-1]
        self.sent[operation] += 1
        if operation == 'TransactWriteItems' and self.answers_lost:
            self.answers_lost -= 1
            _carry_out(request)
            raise ReadTimeoutError(endpoint_url=request.url)


def cancelled(*reasons: str) -> Fault:
    """The transaction is cancelled; one reason for each item: None, TransactionConflict, ThrottlingError …"""
    return _refused('TransactionCanceledException', CancellationReasons=[{'Code': reason} for reason in reasons])


def throttled() -> Fault:
    return _refused('ProvisionedThroughputExceededException')


def silent() -> Answer:
    """No answer, and nothing was done."""
    raise ReadTimeoutError(endpoint_url='http://store')


def _refused(code: str, **more: Any) -> Fault:
    def answer() -> Answer:
        return AWSResponse('http://store', 400, {}, None), {'Error': {'Code': code, 'Message': code}, **more}

    return answer


def _carry_out(request: Any) -> None:
    from moto.core.models import botocore_stubber

    botocore_stubber('before-send.dynamodb.TransactWriteItems', request)
