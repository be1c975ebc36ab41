"""What a resident may tell of herself, and what cannot be meant. Pure."""

import re
from collections.abc import Mapping
from typing import NamedTuple, TypedDict

HERSELF = 'herself'


class Field(NamedTuple):
    name: str
    label: str
    hint: str
    most: int  # characters
    kind: str = 'text'  # of the input


FIELDS = (
    Field('name', '怎么称呼您', '例如：王阿姨', 20),
    Field('building', '小区和楼栋', '例如：仙游路 15 号 3 号楼', 40),
    Field('door', '单元和门牌', '例如：2 单元 501', 20),
    Field('phone', '电话', '手机或座机', 20, 'tel'),
)
PHONE = re.compile(r'\+?[0-9][0-9 -]{5,18}[0-9]')


class Said(TypedDict):
    """One fact, and who said it: `by` is HERSELF or a member's id."""

    text: str
    by: str
    by_name: str
    at: str


def read(form: Mapping[str, str]) -> dict[str, str]:
    """The fields of a form, tidied; '' takes a fact away."""
    return {field.name: ' '.join(form.get(field.name, '').split()) for field in FIELDS}


def trouble(values: Mapping[str, str]) -> str:
    """What is wrong with them, in Chinese; '' if nothing is."""
    for field in FIELDS:
        if len(values[field.name]) > field.most:
            return f'「{field.label}」最多写 {field.most} 个字。'
    if values['phone'] and not PHONE.fullmatch(values['phone']):
        return '「电话」请写 7 到 20 位数字，中间可以有空格和短横。'
    return ''
