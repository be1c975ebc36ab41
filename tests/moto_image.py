"""What moto holds, as bytes: a world furnished once is put back for each test, instead of being asked for again.

To create our tables, queues and bucket takes ninety requests, which cost more than most tests do by themselves.
"""

import copyreg
import pickle
from io import BytesIO
from threading import RLock
from typing import Any

from moto.core.base_backend import BackendDict, BaseBackend

Place = tuple[int, str, str]  # service, account, region


class Image:
    """Everything moto holds at this moment."""

    def __init__(self) -> None:
        self._services = list(BackendDict._instances)
        places = {
            id(backend): (number, account, region)
            for number, service in enumerate(self._services)
            for account, region, backend in service.iter_backends()
        }
        states = [(place, vars(self._backend(place))) for place in places.values()]
        indexes = [vars(service) for service in self._services]  # S3 has one of all buckets
        file = BytesIO()
        _Writer(file, places).dump((states, indexes))
        self._bytes = file.getvalue()

    def restore(self) -> None:
        """Put it into a moto that has just been started, and is empty."""
        reader = pickle.Unpickler(BytesIO(self._bytes))
        reader.persistent_load = self._backend
        states, indexes = reader.load()
        for service, index in zip(self._services, indexes, strict=True):
            vars(service).update(index)
        for place, state in states:
            vars(self._backend(place)).update(state)

    def _backend(self, place: Place) -> BaseBackend:
        number, account, region = place
        return self._services[number][account][region]


class _Writer(pickle.Pickler):
    """Backends are named, not copied: moto knows each by its place. Of a lock only that it is one."""

    dispatch_table = copyreg.dispatch_table | {type(RLock()): lambda lock: (RLock, ())}

    def __init__(self, file: BytesIO, places: dict[int, Place]) -> None:
        super().__init__(file)
        self._places = places

    def persistent_id(self, value: Any) -> Place | None:
        return self._places.get(id(value)) if isinstance(value, BaseBackend) else None
