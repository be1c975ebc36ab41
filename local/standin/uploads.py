"""Temporary media: uploaded by an account, or fetched by it while WeChat still keeps them."""

from typing import Any

from flask import Response

from chalicelib.wechat.limits import UPLOADS
from local.standin import shelf, sounds
from local.standin.call import Api, Call
from local.standin.refusals import Refusal

TOO_BIG = {'image': 40009, 'voice': 40010, 'video': 40011, 'thumb': 40012}


def upload(call: Call) -> dict[str, Any]:
    kind = call.request.args.get('type', '')
    if kind not in UPLOADS:
        raise Refusal(40004)
    file = call.request.files.get('media')
    if not file or not file.filename:
        raise Refusal(41005)
    content, content_type, rule = file.read(), file.mimetype, UPLOADS[kind]
    if not content:
        raise Refusal(44001)
    if content_type not in rule.content_types or not _begins(content, content_type):
        raise Refusal(40005)
    if len(content) > rule.bytes:
        raise Refusal(TOO_BIG[kind])
    if content_type == 'audio/amr' and rule.lasts and sounds.seconds_of_amr(content) > rule.lasts.total_seconds():
        raise Refusal(45007)
    media_id = call.world.put_media(call.account.id, kind, content, content_type)
    name = 'thumb_media_id' if kind == 'thumb' else 'media_id'
    return {'type': kind, name: media_id, 'created_at': int(call.world.now().timestamp())}


def get(call: Call) -> Any:
    media = call.world.usable_media(call.account.id, call.request.args.get('media_id', ''))
    content = call.world.shelf.content(media.id) if media else None
    if media is None or content is None:
        raise Refusal(40007)
    if media.kind == 'video':
        return {'video_url': f'{call.world.url}/video/{media.id}'}
    disposition = f'attachment; filename="{shelf.file_name(media)}"'
    return Response(content, content_type=media.content_type, headers={'Content-disposition': disposition})


def _begins(content: bytes, content_type: str) -> bool:
    """Whether the first bytes are those of the type the caller claims."""
    beginnings: dict[str, tuple[bytes, ...]] = {
        'image/jpeg': (b'\xff\xd8',),
        'image/png': (b'\x89PNG',),
        'image/gif': (b'GIF8',),
        'audio/amr': (b'#!AMR',),
        'audio/mpeg': (b'ID3', b'\xff\xfb', b'\xff\xf3', b'\xff\xf2'),
    }
    return content.startswith(beginnings.get(content_type, (b'',)))


APIS = {'media/upload': Api('POST', upload), 'media/get': Api('GET', get)}
