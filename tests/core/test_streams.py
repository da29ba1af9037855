"""Changes as Lambda hands them over, and what is answered."""

from core.room_items import META
from core.streams import STREAMS, Change, event_filter, take_in_order

NEW = {"pk": {"S": "room#1"}, "sk": {"S": META}, "count": {"N": "3"}, "set": {"SS": ["a"]}}
RECORDS = [
    {"eventName": "INSERT", "dynamodb": {"SequenceNumber": "1", "NewImage": NEW}},
    {"eventName": "MODIFY", "dynamodb": {"SequenceNumber": "2", "OldImage": NEW, "NewImage": NEW}},
    {"eventName": "REMOVE", "dynamodb": {"SequenceNumber": "3", "OldImage": NEW}},
]
ITEM = {"pk": "room#1", "sk": META, "count": 3, "set": {"a"}}


def test_a_change_has_the_item_as_it_was_and_as_it_is():
    taken = []

    answer = take_in_order({"Records": RECORDS}, taken.append)

    assert answer == {"batchItemFailures": []}
    assert taken == [
        Change(sequence_number="1", old=None, new=ITEM),
        Change(sequence_number="2", old=ITEM, new=ITEM),
        Change(sequence_number="3", old=ITEM, new=None),
    ]


def test_from_the_first_that_fails_on_nothing_is_taken():
    taken = []

    def take(change):
        if change.sequence_number == "2":
            raise ValueError
        taken.append(change.sequence_number)

    answer = take_in_order({"Records": RECORDS}, take)

    assert answer == {"batchItemFailures": [{"itemIdentifier": "2"}]}
    assert taken == ["1"]


def test_a_table_has_two_consumers_at_most():
    for stream in STREAMS:
        assert stream.table.stream
        assert len([each for each in STREAMS if each.table == stream.table]) <= 2


def test_rooms_alone_are_told_of_and_not_their_members():
    assert event_filter(STREAMS[0]) == {"dynamodb": {"Keys": {"sk": {"S": ["meta"]}}}}
