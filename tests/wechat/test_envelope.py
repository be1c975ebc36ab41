"""The envelope opens only what WeChat sent to this account; wechatpy's crypto is the oracle both ways."""

import re
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from itertools import product
from xml.etree import ElementTree

import pytest
from hypothesis import given
from hypothesis import strategies as st
from wechatpy.exceptions import InvalidSignatureException

from chalicelib.wechat import envelope, limits
from chalicelib.wechat.credentials import Credentials
from chalicelib.wechat.envelope import Refused

MODES = ('plain', 'compatible', 'safe')


@pytest.fixture
def refusal():
    """Call `work`, which has to be refused with this status, and give back the reason."""

    def expect(status, work, *args):
        with pytest.raises(Refused) as caught:
            work(*args)
        assert caught.value.status == status
        return str(caught.value)

    return expect


# Official vectors: OD oplatform/Mobile_App/WeChat_Login/message_push and OD subscription/guide/dev/push/encryption.


@pytest.fixture
def official():
    return Credentials('wx', 'secret', 'AAAAA', 'k' * 43)


def test_official_vector_of_the_address_check(official):
    query = {
        'signature': 'f464b24fc39322e44b38aa78f5edd27bd1441696',
        'timestamp': '1714036504',
        'nonce': '1514711492',
        'echostr': '4375120948345356249',
    }
    assert envelope.check_url(official, query, datetime.fromtimestamp(1714036504, UTC)) == '4375120948345356249'


def test_official_vector_of_a_plain_post(official):
    query = {
        'signature': '899cf89e464efb63f54ddac96b0a0a235f53aa78',
        'timestamp': '1714037059',
        'nonce': '486452656',
    }
    opened = envelope.open(official, 'plain', query, b'<xml/>', datetime.fromtimestamp(1714037059, UTC))
    assert (opened.xml, opened.aes_key, opened.proven) == (b'<xml/>', None, False)


# The signature of the query


def doors(sender, query):
    """Both ways in, with this query."""
    encrypted, body = sender.encrypted('<xml/>')
    yield envelope.check_url, sender.credentials, {'echostr': '1', **query}, sender.now
    yield envelope.open, sender.credentials, 'plain', query, b'<xml/>', sender.now
    yield envelope.open, sender.credentials, 'safe', {**encrypted, **query}, body, sender.now


@pytest.mark.parametrize('name', ('signature', 'timestamp', 'nonce'))
@pytest.mark.parametrize('value', ('', 'forged', '签名', '\ud800'))
def test_forged_or_missing_part_of_the_signature(sender, refusal, name, value):
    for door in doors(sender, sender.query() | {name: value}):
        assert refusal(403, *door) == 'the signature is missing or wrong'


def test_an_empty_query_is_refused(sender, refusal):
    refusal(403, envelope.check_url, sender.credentials, {}, sender.now)
    for mode in MODES:
        refusal(403, envelope.open, sender.credentials, mode, {}, sender.message(), sender.now)


def test_signature_of_another_account(sender, refusal):
    for door in doors(sender, sender.query(token='another')):
        assert refusal(403, *door) == 'the signature is missing or wrong'


def test_nothing_is_signed_without_time_and_nonce(sender, refusal):
    timestamp = str(int(sender.now.timestamp()))
    for parts in (
        {'timestamp': '', 'nonce': ''},
        {'timestamp': timestamp, 'nonce': ''},
        {'timestamp': '', 'nonce': 'n'},
    ):
        for door in doors(sender, {'signature': sender.signature(*parts.values()), **parts}):
            assert refusal(403, *door) == 'the signature is missing or wrong'


@pytest.mark.parametrize('age', (301, -301, 86_400))
def test_a_stale_signature_is_refused(sender, refusal, age):
    for door in doors(sender, sender.query(age=age)):
        assert refusal(403, *door) == 'the signature is stale'


@pytest.mark.parametrize('age', (300, -300))
def test_signature_at_the_edge_is_fresh(sender, age):
    assert envelope.check_url(sender.credentials, sender.query(age=age, echostr='1'), sender.now) == '1'


@pytest.mark.parametrize('timestamp', ('soon', '-1795443000', '1795443000.0', '１７９５４４３０００', '9' * 5000))
def test_timestamp_that_is_no_time(sender, refusal, timestamp):
    query = {'timestamp': timestamp, 'nonce': 'n', 'signature': sender.signature(timestamp, 'n'), 'echostr': '1'}
    assert refusal(403, envelope.check_url, sender.credentials, query, sender.now) == 'the signature is stale'


def test_address_check_without_echostr(sender, refusal):
    refusal(400, envelope.check_url, sender.credentials, sender.query(), sender.now)


# The body


def test_plain_body_is_not_proven(sender):
    opened = envelope.open(sender.credentials, 'plain', sender.query(encrypt_type='raw'), b'not XML', sender.now)
    assert (opened.xml, opened.aes_key, opened.proven) == (b'not XML', None, False)


@pytest.mark.parametrize('mode', MODES)
def test_what_wechat_encrypted_opens(sender, mode):
    query, body = sender.encrypted('<xml><Content>在吗</Content></xml>')
    opened = envelope.open(sender.credentials, mode, query, body, sender.now)
    assert (opened.xml.decode(), opened.aes_key, opened.proven) == (
        '<xml><Content>在吗</Content></xml>', sender.key, True,
    )  # fmt: skip


@given(xml=st.text(max_size=300))
def test_whatever_wechat_encrypted_opens(sender, xml):
    query, body = sender.encrypted(xml)
    assert envelope.open(sender.credentials, 'safe', query, body, sender.now).xml == xml.encode()


def test_compatible_mode_believes_the_cipher_only(sender):
    plain = sender.message(Content='<![CDATA[forged \x08 text]]>', FromUserName='forged').decode()[5:-6]
    query, body = sender.encrypted(sender.message().decode(), plain=plain)
    assert b'forged' in body
    opened = envelope.open(sender.credentials, 'compatible', query, body, sender.now)
    assert (opened.xml, opened.proven) == (sender.message(), True)


@pytest.mark.parametrize('mode', ('compatible', 'safe', 'a mode nobody knows'))
@pytest.mark.parametrize('kind', ({}, {'encrypt_type': 'raw'}, {'encrypt_type': ''}, {'encrypt_type': 'AES'}))
def test_a_plain_post_to_an_encrypting_account_is_refused(sender, refusal, mode, kind):
    query = sender.query(**kind)
    reason = refusal(403, envelope.open, sender.credentials, mode, query, sender.message(), sender.now)
    assert reason == 'plain, although the account encrypts'


def test_plain_fields_with_a_signed_query_are_no_cipher(sender, refusal):
    query = sender.query(encrypt_type='aes', msg_signature='0' * 40)
    refusal(400, envelope.open, sender.credentials, 'safe', query, sender.message(), sender.now)


@pytest.mark.parametrize('claimed', (None, '', '0' * 40, '签名'))
def test_wrong_or_missing_msg_signature(sender, refusal, claimed):
    query, body = sender.encrypted('<xml/>')
    query = {name: value for name, value in query.items() if name != 'msg_signature'}
    if claimed is not None:
        query['msg_signature'] = claimed
    reason = refusal(403, envelope.open, sender.credentials, 'safe', query, body, sender.now)
    assert reason == 'msg_signature is missing or wrong'


def test_cipher_changed_on_the_way(sender, refusal):
    query, body = sender.encrypted('<xml>A</xml>')
    _, other = sender.encrypted('<xml>B</xml>')
    refusal(403, envelope.open, sender.credentials, 'safe', query, other, sender.now)
    assert envelope.open(sender.credentials, 'safe', query, body, sender.now).proven


def test_a_message_for_another_app_id_is_refused(sender, refusal):
    query, body = sender.encrypted('<xml/>', app_id='wx-of-somebody-else')
    reason = refusal(403, envelope.open, sender.credentials, 'safe', query, body, sender.now)
    assert reason == 'the message is for another app id'


def test_a_message_under_a_foreign_key_is_refused(sender, refusal):
    query, body = sender.encrypted('<xml/>', key='z' * 43)
    reason = refusal(403, envelope.open, sender.credentials, 'safe', query, body, sender.now)
    assert reason == 'none of our keys opens the message'


@pytest.mark.parametrize('cipher', ('AAAA', '=', 'A', '密文', 'A' * 64, 'QUJD' * 16))
def test_right_msg_signature_over_what_cannot_be_decrypted(sender, refusal, cipher):
    query = sender.query(encrypt_type='aes')
    query['msg_signature'] = sender.signature(query['timestamp'], query['nonce'], cipher)
    body = f'<xml><Encrypt>{cipher}</Encrypt></xml>'.encode()
    refusal(403, envelope.open, sender.credentials, 'safe', query, body, sender.now)


def posted(sender, padded):
    """Query and body of a rightly signed post whose cipher holds exactly these bytes."""
    cipher = sender.crypto_bytes(padded)
    query = sender.query(encrypt_type='aes')
    query['msg_signature'] = sender.signature(query['timestamp'], query['nonce'], cipher)
    return query, f'<xml><Encrypt>{cipher}</Encrypt></xml>'.encode()


def content(length=6, xml=b'<xml/>', app_id=b'wx0123456789abcdef'):
    return b'r' * 16 + length.to_bytes(4, 'big') + xml + app_id


def padded(inside, by=None):
    padding = 32 - len(inside) % 32
    return inside + (by or bytes([padding])) * padding


def test_bytes_put_together_by_hand_open(sender):
    query, body = posted(sender, padded(content()))
    assert envelope.open(sender.credentials, 'safe', query, body, sender.now).xml == b'<xml/>'


@pytest.mark.parametrize(
    'inside',
    (
        b'',
        b'r' * 10,  # not even the random bytes
        content(length=0xFFFFFFFF),
        content(length=60),
        content(length=24, app_id=b'wx0123456789abcdef'),  # all of it message, no app id
    ),
)
def test_right_key_over_something_that_is_no_message(sender, refusal, inside):
    query, body = posted(sender, padded(inside))
    reason = refusal(403, envelope.open, sender.credentials, 'safe', query, body, sender.now)
    assert reason == 'none of our keys opens the message'


@pytest.mark.parametrize('by', (b'\x00', b'\x01', b'\x21'))
def test_wrong_padding_is_refused(sender, refusal, by):
    query, body = posted(sender, padded(content(), by))
    refusal(403, envelope.open, sender.credentials, 'safe', query, body, sender.now)


def test_padding_longer_than_a_block(sender, refusal):
    query, body = posted(sender, content() + bytes([52]) * 52)  # 20 would do
    refusal(403, envelope.open, sender.credentials, 'safe', query, body, sender.now)


def test_padding_right_in_its_last_byte_only(sender, refusal):
    whole = bytearray(padded(content()))
    whole[-2] ^= 1
    query, body = posted(sender, bytes(whole))
    reason = refusal(403, envelope.open, sender.credentials, 'safe', query, body, sender.now)
    assert reason == 'none of our keys opens the message'


@pytest.mark.parametrize(
    'body',
    (
        b'',
        b'{"Encrypt": "QUJD"}',
        b'<xml>',
        b'<xml/>',
        b'<html><Encrypt>QUJD</Encrypt></html>',
        b'<xml><Encrypt></Encrypt></xml>',
        b'<xml><Encrypt>QUJD</Encrypt><Encrypt>QUJD</Encrypt></xml>',
        b'<xml><Encrypt><a>QUJD</a></Encrypt></xml>',
        b'<xml>stray<Encrypt>QUJD</Encrypt></xml>',
        b'<!DOCTYPE xml><xml><Encrypt>QUJD</Encrypt></xml>',
        b'<!DOCTYPE x [<!ENTITY e "QUJD">]><xml><Encrypt>&e;</Encrypt></xml>',
        b'<!DOCTYPE x [<!ENTITY e SYSTEM "file:///etc/passwd">]><xml><Encrypt>&e;</Encrypt></xml>',
        '<xml><Encrypt>QUJD</Encrypt></xml>'.encode('utf-16'),
        b'<xml><Encrypt>\xff\xfe</Encrypt></xml>',
        b'<xml><a>' * 20_000 + b'</a></xml>' * 10_000,
        b'<xml>' + b'<a>' * 15_000 + b'</a>' * 15_000 + b'<Encrypt>QUJD</Encrypt></xml>',
    ),
)
def test_garbled_envelope_proves_nothing(sender, refusal, body):
    query = sender.query(encrypt_type='aes', msg_signature='0' * 40)
    refusal(400, envelope.open, sender.credentials, 'safe', query, body, sender.now)


def test_a_body_too_long_is_refused(sender, refusal):
    body = b' ' * limits.CALLBACK_BYTES
    assert envelope.open(sender.credentials, 'plain', sender.query(), body, sender.now).xml == body
    for query in ({}, sender.query(), sender.query(encrypt_type='aes')):
        refusal(413, envelope.open, sender.credentials, 'plain', query, body + b' ', sender.now)


def test_reasons_and_prints_are_free_of_contents(sender, refusal):
    query, body = sender.encrypted('<xml>residents words</xml>')
    assert 'residents' not in repr(envelope.open(sender.credentials, 'safe', query, body, sender.now))
    assert sender.key not in repr(envelope.open(sender.credentials, 'safe', query, body, sender.now))
    other = sender.query(encrypt_type='aes', msg_signature='0' * 40)
    reason = refusal(400, envelope.open, sender.credentials, 'safe', other, b'<xml>residents words</oops>', sender.now)
    assert 'residents' not in reason


@given(body=st.binary(max_size=400))
def test_any_bytes_are_opened_or_refused(sender, body):
    plain = sender.query()
    assert envelope.open(sender.credentials, 'plain', plain, body, sender.now).xml == body
    for mode, query in product(MODES, (plain, sender.query(encrypt_type='aes', msg_signature='0' * 40))):
        if (mode, query) != ('plain', plain):
            with pytest.raises(Refused):
                envelope.open(sender.credentials, mode, query, body, sender.now)


@given(query=st.dictionaries(
    st.sampled_from(['signature', 'timestamp', 'nonce', 'echostr', 'encrypt_type', 'msg_signature']), st.text(),
))  # fmt: skip
def test_any_query_is_refused(sender, query):
    for work in (
        lambda: envelope.check_url(sender.credentials, query, sender.now),
        lambda: envelope.open(sender.credentials, 'safe', query, sender.message(), sender.now),
    ):
        with pytest.raises(Refused):
            work()


# The answer


def unsealed(sender, sealed, key=None):
    """Our answer as WeChat reads it."""
    fields = {element.tag: element.text for element in ElementTree.fromstring(sealed)}
    assert set(fields) == {'Encrypt', 'MsgSignature', 'TimeStamp', 'Nonce'}
    crypto = sender.crypto(key=key)
    return crypto.decrypt_message(sealed, fields['MsgSignature'], fields['TimeStamp'], fields['Nonce'])


@given(words=st.text(max_size=300))
def test_wechat_opens_our_answer(sender, words):
    query, body = sender.encrypted('<xml/>')
    opened = envelope.open(sender.credentials, 'safe', query, body, sender.now)
    assert unsealed(sender, envelope.seal(sender.credentials, opened, words, sender.now)) == words


def test_answer_is_signed_now_and_never_twice_the_same(sender):
    query, body = sender.encrypted('<xml/>')
    opened = envelope.open(sender.credentials, 'safe', query, body, sender.now)
    later = sender.now + timedelta(seconds=3)
    first, second = (envelope.seal(sender.credentials, opened, '<xml/>', later) for _ in range(2))
    assert f'<TimeStamp>{int(later.timestamp())}</TimeStamp>' in first
    nonces = [re.search(r'<Nonce><!\[CDATA\[(.+?)]]>', sealed)[1] for sealed in (first, second)]
    assert nonces[0] != nonces[1]


def test_previous_key_opens_and_closes(sender):
    query, body = sender.encrypted('<xml>old key</xml>', key=sender.old_key)
    opened = envelope.open(sender.credentials, 'safe', query, body, sender.now)
    assert (opened.xml, opened.aes_key) == (b'<xml>old key</xml>', sender.old_key)
    sealed = envelope.seal(sender.credentials, opened, '<xml>answer</xml>', sender.now)
    assert unsealed(sender, sealed, key=sender.old_key) == '<xml>answer</xml>'


def test_previous_key_is_refused_once_it_is_dropped(sender, refusal):
    query, body = sender.encrypted('<xml/>', key=sender.old_key)
    dropped = replace(sender.credentials, previous_aes_key=None)
    refusal(403, envelope.open, dropped, 'safe', query, body, sender.now)


def test_plain_question_gets_a_plain_answer(sender):
    opened = envelope.open(sender.credentials, 'plain', sender.query(), b'<xml/>', sender.now)
    assert envelope.seal(sender.credentials, opened, '<xml>answer</xml>', sender.now) == '<xml>answer</xml>'


def test_oracle_refuses_an_answer_signed_with_another_token(sender):
    query, body = sender.encrypted('<xml/>')
    opened = envelope.open(sender.credentials, 'safe', query, body, sender.now)
    sealed = envelope.seal(replace(sender.credentials, token='another'), opened, '<xml/>', sender.now)
    with pytest.raises(InvalidSignatureException):
        unsealed(sender, sealed)
