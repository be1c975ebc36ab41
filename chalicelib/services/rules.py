"""What an item, a category and a crew must be: every field, and what must fit together. Pure."""

from collections.abc import Collection, Iterator, Mapping
from typing import TYPE_CHECKING, Any

from chalicelib import hours
from chalicelib.services import limits, problems
from chalicelib.services.limits import CELL_MINUTES, LONGEST
from chalicelib.services.problems import Problem, problem

if TYPE_CHECKING:
    from chalicelib.services.records import Category, Crew, Item, Option

FORMS = TIME, REQUEST = 'time', 'request'
PLACES = HOME, VENUE = 'home', 'venue'
STATES = OFFERED, WITHDRAWN = 'offered', 'withdrawn'


def category_problems(category: 'Category', pictures: Collection[str]) -> list[Problem]:
    of = category.id
    return [
        *_id(of),
        *problems.number(of, 'order', category.order, 0, limits.MOST_ORDER),
        *problems.words(of, 'name', category.name, LONGEST['name']),
        *_picture(of, category.picture, pictures),
    ]


def item_problems(
    item: 'Item', categories: Collection[str], units: Mapping[str, str], pictures: Collection[str]
) -> list[Problem]:
    """`units`: the kind of each unit there is; `pictures`: those that are bundled."""
    of = item.id
    return [
        *_id(of),
        *([] if item.category in categories else [problem(of, 'category', 'unknown', value=item.category)]),
        *problems.number(of, 'order', item.order, 0, limits.MOST_ORDER),
        *_item_words(item),
        *_picture(of, item.picture, pictures),
        *_place(item),
        *_options(item),
        *_times(item),
        *_units(of, 'area', item.area, units),
        *_units(of, 'offered_by', item.offered_by, units, limits.OFFERING_KINDS),
        *problems.one_of(of, 'state', item.state, STATES),
        *problems.flag(of, 'sample', item.sample),
        *problems.flag(of, 'popular', item.popular),
    ]


def crew_problems(
    crew: 'Crew', items: 'Collection[Item]', units: Mapping[str, str], members: Mapping[str, Collection[str]]
) -> list[Problem]:
    """`items`: all of the catalogue; `members`: the units of each one of the staff."""
    of = crew.id
    return [
        *_id(of),
        *_units(of, 'unit', [crew.unit], units, limits.OFFERING_KINDS),
        *problems.words(of, 'name', crew.name, LONGEST['crew name']),
        *_crew_items(crew, items),
        *_work(crew),
        *problems.days(of, 'off_days', crew.off_days, limits.MOST_DAYS),
        *problems.days(of, 'extra_days', crew.extra_days, limits.MOST_DAYS),
        *problems.flag(of, 'on_holidays', crew.on_holidays),
        *problems.number(of, 'buffer_minutes', crew.buffer_minutes, 0, limits.MOST_BUFFER, CELL_MINUTES),
        *problems.number(of, 'capacity', crew.capacity, 1, limits.MOST_CAPACITY),
        *_crew_members(crew, members),
    ]


def _id(of: Any) -> Iterator[Problem]:
    if not problems.is_id(of):
        yield problem(str(of), 'id', 'not_id', most=LONGEST['id'])


def _picture(of: str, picture: str | None, pictures: Collection[str]) -> Iterator[Problem]:
    if picture is not None and picture not in pictures:
        yield problem(of, 'picture', 'unknown', value=picture)


def _item_words(item: 'Item') -> Iterator[Problem]:
    yield from problems.words(item.id, 'name', item.name, LONGEST['name'])
    yield from problems.words(item.id, 'description', item.description, LONGEST['description'])
    yield from problems.words(item.id, 'prepare', item.prepare, LONGEST['prepare'], needed=False)


def _place(item: 'Item') -> Iterator[Problem]:
    yield from problems.one_of(item.id, 'form', item.form, FORMS)
    yield from problems.one_of(item.id, 'where', item.where, PLACES)
    if item.where == VENUE:
        yield from problems.words(item.id, 'venue', item.venue, LONGEST['venue'])
    elif item.venue is not None:
        yield problem(item.id, 'venue', 'only_at_venue')


def _options(item: 'Item') -> Iterator[Problem]:
    if not item.options:
        yield problem(item.id, 'options', 'missing')
    if len(item.options) > limits.MOST_OPTIONS:
        yield problem(item.id, 'options', 'too_many', most=limits.MOST_OPTIONS)
    yield from problems.no_twin(item.id, 'options', [option.id for option in item.options])
    yield from problems.no_twin(item.id, 'options', [option.name for option in item.options])
    for option in item.options:
        yield from _option(item, option)


def _option(item: 'Item', option: 'Option') -> Iterator[Problem]:
    of, at = item.id, f'options.{option.id}'
    if not problems.is_id(option.id):
        yield problem(of, f'{at}.id', 'not_id', most=LONGEST['id'])
    yield from problems.words(of, f'{at}.name', option.name, LONGEST['option name'])
    yield from problems.words(of, f'{at}.per', option.per, LONGEST['per'])
    yield from _minutes(of, f'{at}.minutes', item.form, option.minutes)
    yield from _money(of, at, option)


def _minutes(of: str, at: str, form: str, minutes: Any) -> Iterator[Problem]:
    if form == TIME and minutes is None:
        yield problem(of, at, 'needs_minutes')
    elif form == REQUEST and minutes is not None:
        yield problem(of, at, 'needs_no_minutes')
    elif minutes is not None:
        yield from problems.number(of, at, minutes, CELL_MINUTES, limits.MOST_MINUTES, CELL_MINUTES)


def _money(of: str, at: str, option: 'Option') -> Iterator[Problem]:
    wrong: list[Problem] = []
    for field, fen in (('price', option.price), ('ceiling', option.ceiling)):
        if fen is not None and list(problems.number(of, field, fen, 0, limits.MOST_FEN)):
            wrong.append(problem(of, f'{at}.{field}', 'no_price', most=limits.MOST_FEN // 100))
    yield from wrong
    if not wrong and option.price is not None and option.ceiling is not None and option.ceiling < option.price:
        yield problem(of, f'{at}.ceiling', 'below_price')


def _times(item: 'Item') -> Iterator[Problem]:
    of = item.id
    yield from problems.number(of, 'lead_minutes', item.lead_minutes, 0, limits.MOST_LEAD_MINUTES)
    yield from problems.number(of, 'horizon_days', item.horizon_days, 1, limits.MOST_HORIZON_DAYS)
    yield from problems.number(of, 'cancel_hours', item.cancel_hours, 0, limits.MOST_CANCEL_HOURS)
    if item.form == REQUEST and item.step_minutes:
        yield problem(of, 'step_minutes', 'needs_no_minutes')
    else:
        yield from problems.number(of, 'step_minutes', item.step_minutes, 0, limits.MOST_STEP, CELL_MINUTES)


def _units(
    of: str, field: str, ids: 'Collection[str]', units: Mapping[str, str], kinds: Collection[str] = ()
) -> Iterator[Problem]:
    if not ids:
        yield problem(of, field, 'missing')
    yield from problems.no_twin(of, field, list(ids))
    for id in ids:
        if id not in units:
            yield problem(of, field, 'no_unit', unit=id)
        elif kinds and units[id] not in kinds:
            yield problem(of, field, 'wrong_kind', unit=id, kinds=' | '.join(kinds))


def _crew_items(crew: 'Crew', items: 'Collection[Item]') -> Iterator[Problem]:
    known = {item.id: item for item in items}
    yield from problems.no_twin(crew.id, 'items', crew.items)
    for id in crew.items:
        if id not in known:
            yield problem(crew.id, 'items', 'unknown', value=id)
        elif crew.unit not in known[id].offered_by:
            yield problem(crew.id, 'items', 'not_offered', value=id, unit=crew.unit)


def _work(crew: 'Crew') -> Iterator[Problem]:
    try:
        spans = hours.parse(crew.work)
    except hours.Unreadable:
        yield problem(crew.id, 'work', 'no_hours')
        return
    if not spans:
        yield problem(crew.id, 'work', 'missing')
    elif any(span.members for span in spans):
        yield problem(crew.id, 'work', 'no_hours')


def _crew_members(crew: 'Crew', members: Mapping[str, Collection[str]]) -> Iterator[Problem]:
    yield from problems.no_twin(crew.id, 'members', crew.members)
    for id in crew.members:
        if crew.unit not in members.get(id, ()):
            yield problem(crew.id, 'members', 'not_of_unit', value=id, unit=crew.unit)
