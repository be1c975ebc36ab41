"""DynamoDB takes one change of indexes at a time: the steps a deployment goes, and what code meets on the way."""

from typing import Any, cast

from hypothesis import given
from hypothesis import strategies as st

from ops import deploying
from ops.cloudformation import Stack
from ops.stack import indexes
from ops.stack.indexes import TABLE

Index = tuple[str, str]  # attribute of its key, what it carries
Tables = dict[str, dict[str, Index]]

some_indexes = st.dictionaries(
    st.sampled_from(['waiting', 'recent', 'street', 'district']),
    st.tuples(st.sampled_from('xyz'), st.sampled_from(['ALL', 'KEYS_ONLY'])),
    max_size=4,
)
some_tables = st.dictionaries(st.sampled_from(['Talk', 'Tokens', 'Reads']), some_indexes, max_size=3)


class Deployed:
    """A stack as far as releases look at it."""

    def __init__(self, template: dict[str, Any]) -> None:
        self._template = template

    def describe(self) -> dict[str, Any]:
        return {'StackStatus': 'UPDATE_COMPLETE'}

    def template(self) -> dict[str, Any]:
        return self._template


def template(code: str, tables: Tables) -> dict[str, Any]:
    made = {name: table(found) for name, found in tables.items()}
    return {'Resources': {'Code': {'Type': 'Code', 'is': code}, **made}}


def table(found: dict[str, Index]) -> dict[str, Any]:
    properties: dict[str, Any] = {
        'AttributeDefinitions': [
            {'AttributeName': name, 'AttributeType': 'S'}
            for name in sorted({'id', *(attribute for attribute, _ in found.values())})
        ],
        'KeySchema': [{'AttributeName': 'id', 'KeyType': 'HASH'}],
    }
    if found:
        properties['GlobalSecondaryIndexes'] = [
            {
                'IndexName': name,
                'KeySchema': [{'AttributeName': attribute, 'KeyType': 'HASH'}],
                'Projection': {'ProjectionType': carries},
            }
            for name, (attribute, carries) in found.items()
        ]
    return {'Type': TABLE, 'Properties': properties}


def releases(old: Tables, new: Tables) -> list[dict[str, Any]]:
    stack = cast('Stack', Deployed(template('old', old)))
    return [one.template for one in deploying.releases(stack, template('new', new))]


def has(release: dict[str, Any]) -> dict[str, indexes.Indexes]:
    return {name: indexes.indexes(one) for name, one in indexes.tables(release).items()}


def changes(one: indexes.Indexes, other: indexes.Indexes) -> int:
    return sum(one.get(name) != other.get(name) for name in one.keys() | other.keys())


@given(old=some_tables, new=some_tables)
def test_each_release_changes_one_index_of_a_table_and_the_last_is_what_is_wanted(old: Tables, new: Tables) -> None:
    now = has(template('old', old))
    for release in releases(old, new):
        found = has(release)
        for name in now.keys() & found.keys():
            assert changes(now[name], found[name]) <= 1
            both = now[name].keys() & found[name].keys()
            assert all(now[name][index] == found[name][index] for index in both)  # none can be changed in its place
        now = found
    assert release == template('new', new)


@given(old=some_tables, new=some_tables)
def test_code_meets_the_indexes_it_asks_before_and_after(old: Tables, new: Tables) -> None:
    before, wanted = has(template('old', old)), has(template('new', new))
    for release in releases(old, new):
        found = has(release)
        if release['Resources']['Code']['is'] == 'old':
            assert all(before[name].items() <= found[name].items() for name in before)
            continue
        for name, asked in wanted.items():
            changed = {index for index, one in before.get(name, {}).items() if index in asked and asked[index] != one}
            assert asked.keys() - found[name].keys() <= changed  # under its name: missing while it is made anew


@given(old=some_tables, new=some_tables)
def test_a_table_defines_the_attributes_its_keys_need_and_no_others(old: Tables, new: Tables) -> None:
    """DynamoDB refuses a table with an attribute that no key uses."""
    for release in releases(old, new):
        for one in indexes.tables(release).values():
            said = one['Properties']
            keyed = [said, *said.get('GlobalSecondaryIndexes', ())]
            used = {key['AttributeName'] for each in keyed for key in each['KeySchema']}
            assert {each['AttributeName'] for each in said['AttributeDefinitions']} == used


def test_nothing_to_change_is_one_release() -> None:
    same: Tables = {'Talk': {'waiting': ('x', 'ALL')}}
    assert releases(same, same) == [template('new', same)]


def test_a_new_table_comes_with_all_its_indexes() -> None:
    two: Tables = {'Talk': {'waiting': ('x', 'ALL'), 'recent': ('y', 'ALL')}}
    assert len(releases({}, two)) == 1
    assert len(releases({'Talk': {}}, two)) == 3


def test_what_goes_goes_after_the_new_code() -> None:
    old: Tables = {'Talk': {'waiting': ('x', 'ALL'), 'recent': ('y', 'ALL')}}
    new: Tables = {'Talk': {'waiting': ('x', 'ALL'), 'street': ('z', 'ALL')}}
    steps = [(one['Resources']['Code']['is'], set(has(one)['Talk'])) for one in releases(old, new)]
    assert steps == [
        ('old', {'waiting', 'recent', 'street'}),
        ('new', {'waiting', 'recent', 'street'}),
        ('new', {'waiting', 'street'}),
    ]


def test_a_deployment_that_was_cut_off_goes_on() -> None:
    """The new code is there, the index that goes is still there as well."""
    left: Tables = {'Talk': {'waiting': ('x', 'ALL'), 'recent': ('y', 'ALL')}}
    new: Tables = {'Talk': {'waiting': ('x', 'ALL')}}
    assert [set(has(one)['Talk']) for one in releases(left, new)] == [{'waiting', 'recent'}, {'waiting'}]
