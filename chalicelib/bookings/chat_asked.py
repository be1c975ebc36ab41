"""What we asked her last about bookings, as it is kept with the question: a digit means what she was shown. Pure."""

from typing import NamedTuple, Self

from chalicelib.inbox.receiving import Question

KIND = 'booking'

ITEM, SHELVES, OPTION, TIME, WISH, WHERE, SURE = 'item', 'shelves', 'option', 'time', 'wish', 'where', 'sure'
MINE, ONE, MOVE, CANCEL = 'mine', 'one', 'move', 'cancel'


class Asked(NamedTuple):
    """Ids and moments only: no word of hers, nothing by which she is found."""

    step: str
    shown: tuple[str, ...] = ()  # by digit: items as item.option, categories, options, moments, bookings
    item: str = ''
    option: str = ''
    mark: str = ''  # of the price she was shown
    booking: str = ''  # what is held for her, or what she has picked of hers
    contact: str = ''  # the row with what she has written of where to come
    more: str = ''  # where the list goes on: a category and a page, or a moment

    @classmethod
    def read(cls, about: str) -> Self:
        step, shown, *rest = about.split('|')
        return cls(step, tuple(shown.split(',')) if shown else (), *rest)

    @property
    def question(self) -> Question:
        return Question(KIND, '|'.join([self.step, ','.join(self.shown), *self[2:]]))

    def pick(self, said: str) -> str:
        """What was shown with this digit; '' for any other word."""
        if len(said) != 1 or not '1' <= said <= '9' or int(said) > len(self.shown):
            return ''
        return self.shown[int(said) - 1]
