from concurrent.futures import ThreadPoolExecutor

import pytest

from core.errors import Conflict, NotFound, Unavailable
from functions.accounts.ties import AccountIds, Ties


@pytest.fixture
def ties(accounts):
    return accounts.ties


@pytest.fixture
def pair(sign_up):
    """Ada and bea, who have nothing to do with each other yet."""
    return sign_up("ada"), sign_up("bea")


def test_following_counts_on_both_sides(ties, pair, counts, now):
    assert ties.follow("ada", "bea", now)

    assert ties.follows("ada", "bea")
    assert not ties.follows("bea", "ada")
    assert (counts("ada"), counts("bea")) == ((0, 1), (1, 0))


def test_following_again_changes_nothing(ties, pair, counts, now):
    ties.follow("ada", "bea", now)

    assert not ties.follow("ada", "bea", now)

    assert (counts("ada"), counts("bea")) == ((0, 1), (1, 0))


def test_unfollowing_undoes_it_and_again_changes_nothing(ties, pair, counts, now):
    ties.follow("ada", "bea", now)

    assert ties.unfollow("ada", "bea")
    assert not ties.unfollow("ada", "bea")

    assert not ties.follows("ada", "bea")
    assert (counts("ada"), counts("bea")) == ((0, 0), (0, 0))


@pytest.mark.parametrize(
    "follows", [[], [("ada", "bea")], [("bea", "ada")], [("ada", "bea"), ("bea", "ada")]], ids=str
)
def test_a_block_ends_following_both_ways(ties, pair, counts, now, follows):
    for follower, followed in follows:
        ties.follow(follower, followed, now)

    ties.block("ada", "bea", now)

    assert not ties.follows("ada", "bea")
    assert not ties.follows("bea", "ada")
    assert (counts("ada"), counts("bea")) == ((0, 0), (0, 0))
    assert ties.blockers_among(["ada", "bea"], "bea") == {"ada"}


def test_a_block_leaves_other_follows_alone(ties, pair, sign_up, counts, now):
    sign_up("eve")
    ties.follow("eve", "ada", now)
    ties.follow("bea", "eve", now)

    ties.block("ada", "bea", now)

    assert (counts("ada"), counts("bea"), counts("eve")) == ((1, 0), (0, 1), (1, 1))


def test_who_is_blocked_cannot_follow_and_learns_nothing(ties, pair, counts, now):
    ties.block("ada", "bea", now)

    with pytest.raises(NotFound) as refusal:
        ties.follow("bea", "ada", now)

    assert refusal.value.code == "account_not_found"
    assert counts("ada") == (0, 0)


def test_nobody_follows_whom_they_have_blocked(ties, pair, now):
    ties.block("ada", "bea", now)

    with pytest.raises(Conflict) as refusal:
        ties.follow("ada", "bea", now)

    assert refusal.value.code == "you_blocked_them"


def test_after_unblocking_they_may_follow_again(ties, pair, counts, now):
    ties.block("ada", "bea", now)

    assert ties.unblock("ada", "bea")
    assert not ties.unblock("ada", "bea")

    assert ties.follow("bea", "ada", now)
    assert counts("ada") == (1, 0)


def test_which_of_many_have_blocked_somebody_is_asked_at_once(ties, sign_up, now):
    for number in range(3):
        ties.block(f"blocker_{number}", "ada", now)
    ties.block("ada", "blocker_9", now)

    asked = [f"blocker_{number}" for number in range(150)]

    assert ties.blockers_among(asked, "ada") == {"blocker_0", "blocker_1", "blocker_2"}
    assert ties.blockers_among([], "ada") == set()


def test_ties_are_listed_in_pages(ties, sign_up, now):
    for handle in ("ada", "bea", "eve", "zoe"):
        sign_up(handle)
    for followed in ("zoe", "bea", "eve"):
        ties.follow("ada", followed, now)

    first = ties.page("ada", "follows", 2, None)
    second = ties.page("ada", "follows", 2, first.next)

    assert first.account_ids == ["bea", "eve"]
    assert second == AccountIds(account_ids=["zoe"], next=None)
    assert ties.page("zoe", "followed_by", 2, None).account_ids == ["ada"]
    assert ties.page("zoe", "follows", 2, None).account_ids == []


FANS = ("fan_0", "fan_1", "fan_2", "fan_3", "fan_4")


def follow_and_unfollow_at_once(ties, now):
    """Twenty threads, four for each fan: an odd one ends following, an even one not."""

    def act(number):
        fan = FANS[number % len(FANS)]
        for _ in range(2):
            ties.follow(fan, "star", now)
            ties.follow(fan, "star", now)
            ties.unfollow(fan, "star")
        if number % 2 == 0:
            ties.follow(fan, "star", now)

    with ThreadPoolExecutor(20) as threads:
        list(threads.map(act, range(20)))


def are_exact(ties, counts):
    """Whether the counts say what the ties are, on both sides."""
    followers = ties.page("star", "followed_by", 100, None).account_ids
    fans = [fan for fan in FANS if ties.follows(fan, "star")]
    fans_counts = {fan: counts(fan)[1] for fan in FANS}
    return (
        sorted(followers) == fans
        and counts("star")[0] == len(fans)
        and fans_counts == {fan: int(fan in fans) for fan in FANS}
    )


@pytest.fixture
def crowd(sign_up):
    return [sign_up(handle) for handle in ("star", *FANS)]


def test_however_many_follow_and_unfollow_at_once_the_counts_are_exact(ties, crowd, counts, now):
    follow_and_unfollow_at_once(ties, now)

    assert are_exact(ties, counts)


def test_without_the_conditions_the_counts_are_wrong(unguarded, crowd, counts, now):
    follow_and_unfollow_at_once(unguarded.ties, now)

    assert not are_exact(unguarded.ties, counts)


def follow_and_block_at_once(ties, now):
    """Ten threads follow the star, five block the fans for her, five take that back."""

    def act(number):
        fan = FANS[number % len(FANS)]
        for _ in range(3):
            try:
                if number < 10:
                    ties.follow(fan, "star", now)
                elif number < 15:
                    ties.block("star", fan, now)
                else:
                    ties.unblock("star", fan)
            except NotFound:
                continue

    with ThreadPoolExecutor(20) as threads:
        list(threads.map(act, range(20)))


def blocked_followers(ties):
    """Who follows the star though she has blocked them: nobody ever should."""
    blocked = ties.page("star", "blocks", 100, None).account_ids
    return [fan for fan in blocked if ties.follows(fan, "star")]


def test_blocking_races_following_without_losing_count(ties, crowd, counts, now):
    follow_and_block_at_once(ties, now)

    assert are_exact(ties, counts)
    assert blocked_followers(ties) == []


def test_without_the_conditions_blocked_accounts_follow_or_counts_are_wrong(
    unguarded, crowd, counts, now
):
    unguarded.ties.block("star", "fan_0", now)
    follow_and_block_at_once(unguarded.ties, now)

    assert blocked_followers(unguarded.ties) or not are_exact(unguarded.ties, counts)


class Meanwhile(Ties):
    """Ties to which something happens between the reading and the writing of a block."""

    def __init__(self, database, *acts):
        super().__init__(database)
        self._acts = list(acts)

    def follows(self, follower_id, followed_id):
        found = super().follows(follower_id, followed_id)
        if follower_id == "bea" and self._acts:
            self._acts.pop(0)()
        return found


def test_a_follow_that_comes_while_one_blocks_is_ended_too(database, ties, pair, counts, now):
    meanwhile = Meanwhile(database, lambda: ties.follow("bea", "ada", now))

    meanwhile.block("ada", "bea", now)

    assert not ties.follows("bea", "ada")
    assert ties.blockers_among(["ada"], "bea")
    assert (counts("ada"), counts("bea")) == ((0, 0), (0, 0))


def test_a_block_that_never_finds_a_still_moment_asks_to_try_again(database, ties, pair, now):
    def follow():
        ties.follow("bea", "ada", now)

    def unfollow():
        ties.unfollow("bea", "ada")

    restless = Meanwhile(database, *[follow, unfollow] * 5)

    with pytest.raises(Unavailable) as reason:
        restless.block("ada", "bea", now)

    assert reason.value.code == "busy"
    assert not ties.blockers_among(["ada"], "bea")
