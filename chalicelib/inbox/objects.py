"""Files in the bucket: put there, linked to for five minutes, brought there by a clerk's browser."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import datetime
from hashlib import sha256
from typing import NamedTuple
from urllib.parse import quote

from chalicelib import aws, settings
from chalicelib.inbox import formats
from chalicelib.wechat import limits

LINK_SECONDS = 5 * 60
FORM_SECONDS = 30 * 60  # a clerk opens the page, then goes to take the photo
_DELETED_AT_ONCE = 1000  # as many as S3 takes
GONE = '这张照片没有传完，或已过保存期。请重新上传。'


class Form(NamedTuple):
    """A form that goes straight to the bucket: all fields hidden, and `<input type=file name=file>` after them."""

    url: str
    fields: dict[str, str]
    accept: str  # for the file input; iPhones then turn their HEIC photos into JPEG by themselves
    most_bytes: int  # as WeChat has it


class File(NamedTuple):
    key: str
    at: datetime


class NotDeleted(Exception):
    """The bucket did not delete a file; the text is its code."""


def folder(way: str, conversation_id: str) -> str:
    """Where all of one resident lies, to be forgotten together; her openid cannot be read from it."""
    account, _, openid = conversation_id.partition('#')
    return f'{way}/{account}/{sha256(openid.encode()).hexdigest()[:16]}/'


def put(object_key: str, content: bytes, content_type: str) -> None:
    aws.client('s3').put_object(Bucket=settings.media_bucket(), Key=object_key, Body=content, ContentType=content_type)


def delete(object_key: str) -> None:
    aws.client('s3').delete_object(Bucket=settings.media_bucket(), Key=object_key)


def delete_all(object_keys: Sequence[str]) -> None:
    """Delete files, whether or not they are there; raises where the bucket keeps one of them."""
    for start in range(0, len(object_keys), _DELETED_AT_ONCE):
        named = [{'Key': object_key} for object_key in object_keys[start : start + _DELETED_AT_ONCE]]
        answer = aws.client('s3').delete_objects(
            Bucket=settings.media_bucket(), Delete={'Objects': named, 'Quiet': True}
        )
        if answer.get('Errors'):
            raise NotDeleted(answer['Errors'][0].get('Code'))


def under(way: str, conversation_id: str) -> Iterator[File]:
    """All files of one resident that came in, or went out."""
    pages = aws.client('s3').get_paginator('list_objects_v2')
    for page in pages.paginate(Bucket=settings.media_bucket(), Prefix=folder(way, conversation_id)):
        for found in page.get('Contents', ()):
            yield File(found['Key'], found['LastModified'])


def link(object_key: str, content_type: str, filename: str | None = None) -> str:
    """An address where a browser sees or plays the file, for five minutes; made without a request."""
    disposition = f"inline; filename*=UTF-8''{quote(filename, safe='')}" if filename else 'inline'
    wanted = {
        'Bucket': settings.media_bucket(),
        'Key': object_key,
        'ResponseContentType': content_type,
        'ResponseContentDisposition': disposition,
        'ResponseCacheControl': f'private, max-age={LINK_SECONDS}',
    }
    address: str = aws.client('s3').generate_presigned_url('get_object', Params=wanted, ExpiresIn=LINK_SECONDS)
    return address


def upload_form(kind: str, object_key: str, back_url: str) -> Form:
    """A form that lets a browser put one file of this kind at this key and nowhere else, then come back.

    `back_url` is absolute; `bucket`, `key` and `etag` are added to its query. The content type is fixed because a
    form without JavaScript cannot know it: what the file really is, `content` finds out. Fixed, it also can never
    become a page or a script of the bucket's address. The bucket takes more bytes than WeChat, for it refuses with a
    bare page of XML, while `content` has words for the clerk.
    """
    upload = limits.UPLOADS[kind]
    fields = {'Content-Type': upload.content_types[0], 'success_action_redirect': back_url}
    size = ['content-length-range', 1, formats.MOST_BYTES]
    form = aws.client('s3').generate_presigned_post(
        settings.media_bucket(),
        object_key,
        Fields=dict(fields),
        Conditions=[size, *({name: value} for name, value in fields.items())],
        ExpiresIn=FORM_SECONDS,
    )
    return Form(form['url'], form['fields'], ','.join(upload.content_types), upload.bytes)


def content(object_key: str, most_bytes: int = limits.UPLOADS['image'].bytes, kind: str = 'image') -> tuple[bytes, str]:
    """A file and what it really is; raises `formats.NotTaken` with words for the clerk."""
    s3 = aws.client('s3')
    try:
        found = s3.get_object(Bucket=settings.media_bucket(), Key=object_key)
    except s3.exceptions.NoSuchKey as error:
        raise formats.NotTaken(GONE) from error
    with found['Body'] as body:
        if found['ContentLength'] > most_bytes:
            raise formats.TooLarge(most_bytes)
        read: bytes = body.read()
    return read, formats.taken(kind, read).content_type
