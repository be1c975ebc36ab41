"""What the product relies on in its store: once-only writes, versions, sparse indexes, all or nothing."""

from collections import Counter as Tally
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest

from chalicelib import storage
from chalicelib.inbox import actions
from chalicelib.inbox.records import Conversation, Message
from tests.conftest import NOW
from tests.door import ACCOUNT, HOME, RESIDENT, Door
from tests.late import work

ID = f'{ACCOUNT}#{RESIDENT}'


def conversation(number: int = 0, **values: object) -> Conversation:
    return Conversation(f'a#{number}', label='居民 A01', unit=HOME, home_unit=HOME, last_at=NOW, **values)


def line(key: str, answer: str = '') -> Message:
    return Message(ID, key, at=NOW, way='in', kind='text', text='你好', answer=answer)


def put(message: Message) -> storage.Write:
    return lambda tx: tx.save(message, condition=Message.key.does_not_exist(), return_values='ALL_OLD')


@pytest.mark.usefixtures('store')
class TestStore:
    def test_a_refused_put_brings_the_stored_answer_back(self) -> None:
        storage.commit(put(line('1#1', '已收到')))
        with pytest.raises(storage.AlreadyKept) as refusal:
            storage.commit(put(line('1#1', '别的答复')))
        assert Message.from_raw_data(refusal.value.item).answer == '已收到'

    def test_all_or_nothing(self) -> None:
        storage.commit(put(line('1#1')))
        new = conversation()

        def both(tx: storage.Transaction) -> None:
            put(line('1#1'))(tx)
            tx.save(new)

        with pytest.raises(storage.AlreadyKept):
            storage.commit(both)
        assert actions.conversation('a#0') is None

    def test_an_old_version_is_refused(self) -> None:
        conversation().save()
        mine, yours = actions.conversation('a#0'), actions.conversation('a#0')
        assert mine
        assert yours
        storage.commit(lambda tx: tx.save(mine))
        with pytest.raises(storage.Conflict):
            storage.commit(lambda tx: tx.save(yours))
        assert yours.version == 1  # a failed transaction leaves the local version alone

    def test_the_waiting_list_is_sparse_and_in_order_of_being_due(self) -> None:
        for number, minutes in enumerate((30, 10, 20)):
            waits = {'waiting_unit': HOME, 'due_at': NOW + timedelta(minutes=minutes)}
            conversation(number, **waits).save()
        conversation(3).save()
        assert [row.id for row in actions.waiting(HOME)] == ['a#1', 'a#2', 'a#0']
        answered = actions.conversation('a#1')
        assert answered
        answered.waiting_unit = answered.due_at = None
        answered.save()
        assert [row.id for row in actions.waiting(HOME)] == ['a#2', 'a#0']
        assert actions.waiting_count(HOME) == 2

    def test_talk_pages_backwards_and_reads_forwards(self) -> None:
        for number in range(7):
            storage.commit(put(line(f'1764000{number:03}#1')))
        newest = actions.talk(ID, limit=3)
        assert [message.key[:10] for message in newest.messages] == ['1764000004', '1764000005', '1764000006']
        older = actions.talk(ID, before=newest.earlier, limit=3)
        assert [message.key[:10] for message in older.messages] == ['1764000001', '1764000002', '1764000003']
        assert actions.talk(ID, before=older.earlier, limit=3).earlier is None

    def test_a_message_through_the_door_twice_is_one(self, door: Door) -> None:
        xml = door.xml('text', Content='楼道灯不亮')
        assert door.words(door.post(xml)) == door.words(door.post(xml)) != ''
        assert len(actions.talk(ID).messages) == 1


@pytest.mark.usefixtures('real_store')
class TestTogether:
    """Only the local AWS: moto loses writes of transactions that run side by side."""

    @pytest.fixture
    def store(self, real_store: None) -> None:
        """The door of these tests opens on the local AWS."""

    def test_eight_writers_on_one_conversation_lose_and_double_nothing(self, door: Door) -> None:
        xmls = [door.xml('text', Content=f'第 {number} 条') for number in range(64)]
        with ThreadPoolExecutor(8) as pool:
            answers = list(pool.map(lambda xml: door.post(xml).status_code, xmls))
        assert set(answers) == {200}
        work()  # a writer that ran out of its seconds is late
        texts = Tally(message.text for message in actions.talk(ID, limit=200).messages)
        assert texts == {f'第 {number} 条': 1 for number in range(64)}
        found = actions.conversation(ID)
        assert found
        assert found.version == 64
