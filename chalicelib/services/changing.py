"""Changes of the catalogue and of crews: checked by their versions, written down in the same transaction."""

from collections.abc import Iterable, Sequence
from datetime import datetime

from chalicelib.alliance import audit
from chalicelib.services import actions
from chalicelib.services.records import Category, Crew, Item, all_now, find_crew, find_item
from chalicelib.storage import Transaction, commit

Row = Category | Item | Crew
# A transaction takes 100 items; the rest of it is for the lines of what was changed.
ROWS_A_TRANSACTION = 100 - audit.MOST_UNITS


def current_item(item_id: str) -> Item | None:
    """As it is now: what is changed has to be what was shown."""
    return find_item(item_id)


def current_crew(crew_id: str) -> Crew | None:
    return find_crew(crew_id)


def everything() -> tuple[list[Category], list[Item], list[Crew]]:
    """All there is, as it is now."""
    return all_now()


def put(row: Row, units: Iterable[str], who: audit.By, did: str, now: datetime) -> None:
    """Store a row that was read and changed. Raises `Conflict` where somebody else was faster."""
    put_all([row], units, who, did, now)


def put_all(rows: Sequence[Row], units: Iterable[str], who: audit.By, did: str, now: datetime) -> None:
    """So many at a time, all or none of them; `did` is said with each."""
    told = list(units)
    try:
        for first in range(0, len(rows), ROWS_A_TRANSACTION):
            _put(rows[first : first + ROWS_A_TRANSACTION], told, who, did, now)
    finally:
        actions.forget()


def _put(rows: Sequence[Row], units: Sequence[str], who: audit.By, did: str, now: datetime) -> None:
    def write(tx: Transaction) -> None:
        for row in rows:
            tx.save(row)
        audit.keep(tx, units, who, did, now)

    commit(write)
