"""Bounds of what may stand in the catalogue: data. OURS unless a source is named."""

from typing import Final

LONGEST: Final = {  # characters
    'id': 40,
    'name': 20,
    'description': 300,
    'venue': 60,
    'prepare': 300,
    'per': 6,
    'option name': 16,
    'crew name': 30,
}
CELL_MINUTES: Final = 15  # all times of jobs are multiples of it
MOST_MINUTES: Final = 480  # of one job: a working day
MOST_STEP: Final = 240
MOST_BUFFER: Final = 120
MOST_CAPACITY: Final = 50
MOST_FEN: Final = 2_000_000  # 20,000 yuan: above that somebody typed a nought too many
MOST_OPTIONS: Final = 9  # one digit chooses
MOST_ORDER: Final = 9999
MOST_LEAD_MINUTES: Final = 14 * 24 * 60
MOST_HORIZON_DAYS: Final = 60
MOST_CANCEL_HOURS: Final = 7 * 24
MOST_DAYS: Final = 200  # days off, or extra ones, of one crew
OFFERING_KINDS: Final = ('partner', 'community')
