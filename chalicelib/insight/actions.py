"""What the rooms above ask of the accounts' life."""

from typing import TYPE_CHECKING

from chalicelib.insight import records

if TYPE_CHECKING:
    from chalicelib.insight.records import Known


def known() -> 'Known':
    """All that is known of all accounts, in one read; what is not there is not known."""
    return records.everything()
