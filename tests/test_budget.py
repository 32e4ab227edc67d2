"""What revisits may cost: no purse is overdrawn, what pays goes first, patrols live on what lies idle."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from archive.model import UrlKey
from schedules.budget import DAY, IDLE, Candidate, Chosen, Purse, choose, purse, room_at

NOON = datetime(2026, 11, 22, 12, tzinfo=UTC)
HOUR = timedelta(hours=1)
SITES = ("press", "blog", "paper")
HOSTS = ("a.test", "b.test", "c.test")

tokens = st.floats(0, 12)
purses = st.builds(
    Purse, tokens=tokens, at=st.just(NOON), a_day=st.floats(0, 1000), most=st.floats(0, 40)
)  # fmt: skip
candidates = st.lists(
    st.builds(
        Candidate,
        urlkey=st.integers(0, 10**6).map(lambda number: UrlKey(f"test,{number})/")),
        site=st.sampled_from([*SITES, "of its own"]),
        neighbour=st.sampled_from([*HOSTS, "elsewhere.test"]),
        value=st.floats(-1, 1),
    ),
    max_size=30,
    unique_by=lambda each: each.urlkey,
)
owned = st.fixed_dictionaries({name: st.lists(purses, max_size=2) for name in SITES})
rooms = st.fixed_dictionaries({name: st.integers(0, 8) for name in HOSTS})


def chosen(due: list[Candidate], **given: object) -> Chosen:
    """Choose with plenty of everything, but for what is given."""
    plenty = purse(1000, NOON).filled(NOON + DAY)
    told = {"whole": plenty, "patrols": plenty, "sites": {}, "room": dict.fromkeys(HOSTS, 100)} | given
    return choose(due, **told)  # type: ignore[arg-type]


def visit(name: str, value: float, site: str = "press", neighbour: str = "a.test") -> Candidate:
    return Candidate(urlkey=UrlKey(name), site=site, neighbour=neighbour, value=value)


def names(made: Chosen) -> list[str]:
    return [each.urlkey for each in made.taken]


# -------------------------------------------------------------------------------------------------------------- purses


@given(one=purses, spans=st.lists(st.timedeltas(-DAY, 3 * DAY), max_size=6))
def test_a_purse_never_holds_more_than_its_most(one: Purse, spans: list[timedelta]) -> None:
    one = replace(one, tokens=min(one.tokens, one.most))
    now = one.at
    for span in spans:
        now += span
        one = one.filled(now)
        assert 0 <= one.tokens <= one.most


@given(one=purses, back=st.timedeltas(timedelta(), 400 * DAY))
def test_a_clock_that_goes_back_takes_nothing_out(one: Purse, back: timedelta) -> None:
    one = replace(one, tokens=min(one.tokens, one.most))
    assert one.filled(one.at - back).tokens == one.tokens


@given(one=purses, span=st.timedeltas(timedelta(), 3 * DAY), parts=st.integers(1, 20))
def test_a_purse_fills_the_same_in_many_steps_as_in_one(one: Purse, span: timedelta, parts: int) -> None:
    one = replace(one, tokens=min(one.tokens, one.most))
    stepped = one
    for part in range(1, parts + 1):
        stepped = stepped.filled(one.at + span * (part / parts))
    assert stepped.tokens == pytest.approx(one.filled(one.at + span).tokens, abs=1e-6)


def test_a_new_purse_holds_the_worth_of_an_hour_and_fills_within_a_day() -> None:
    one = purse(240, NOON)
    assert one.tokens == 10
    assert one.filled(NOON + HOUR).tokens == 20
    assert one.filled(NOON + 2 * DAY).tokens == 240


@given(one=purses, a_day=st.floats(0, 1000), most=st.floats(0, 40))
def test_a_smaller_budget_takes_out_what_is_too_much_and_a_larger_one_gives_nothing(
    one: Purse, a_day: float, most: float
) -> None:
    changed = one.of_size(a_day, most)
    assert (changed.a_day, changed.most) == (a_day, most)
    assert changed.tokens == min(one.tokens, most)


# ------------------------------------------------------------------------------------------------------------ choosing


@given(due=candidates, whole=purses, patrols=purses, sites=owned, room=rooms)
def test_no_purse_is_overdrawn_and_no_neighbour_is_given_more_than_there_is_room_for(
    due: list[Candidate], whole: Purse, patrols: Purse, sites: dict[str, list[Purse]], room: dict[str, int]
) -> None:
    made = choose(due, whole=whole, patrols=patrols, sites=sites, room=room)

    patrolled = [each for each in made.taken if each.value <= 0]
    assert len(made.taken) <= whole.tokens
    assert len(patrolled) <= patrols.tokens
    assert made.whole.tokens == pytest.approx(whole.tokens - len(made.taken))
    assert made.patrols.tokens == pytest.approx(patrols.tokens - len(patrolled))
    of_site, at = Counter(each.site for each in made.taken), Counter(each.neighbour for each in made.taken)
    for name, before in sites.items():
        assert all(of_site[name] <= one.tokens for one in before)
        assert [one.tokens for one in made.sites[name]] == pytest.approx([one.tokens - of_site[name] for one in before])
    assert all(at[name] <= room.get(name, 0) for name in at)
    assert set(made.taken) <= set(due)
    assert len(set(made.taken)) == len(made.taken)


@given(due=candidates, whole=purses, patrols=purses, sites=owned, room=rooms)
def test_what_waits_is_worth_no_more_than_what_was_taken_in_its_place(
    due: list[Candidate], whole: Purse, patrols: Purse, sites: dict[str, list[Purse]], room: dict[str, int]
) -> None:
    made = choose(due, whole=whole, patrols=patrols, sites=sites, room=room)

    left = dict(room)
    for each in made.taken:
        left[each.neighbour] -= 1
    for waits in set(due) - set(made.taken):
        rivals = [each for each in made.taken if (each.site, each.neighbour) == (waits.site, waits.neighbour)]
        assert all(each.value >= waits.value for each in rivals)
        if waits.value > 0:
            own = made.sites.get(waits.site, [])
            assert made.whole.tokens < 1 or left.get(waits.neighbour, 0) == 0 or any(one.tokens < 1 for one in own)


@given(due=candidates, whole=purses, patrols=purses, sites=owned, room=rooms)
def test_patrols_are_paid_for_from_what_lies_idle(
    due: list[Candidate], whole: Purse, patrols: Purse, sites: dict[str, list[Purse]], room: dict[str, int]
) -> None:
    made = choose(due, whole=whole, patrols=patrols, sites=sites, room=room)
    if any(each.value <= 0 for each in made.taken):
        assert made.whole.tokens + 1 > IDLE * whole.most


@given(due=candidates, whole=purses, patrols=purses, sites=owned, room=rooms)
def test_all_that_would_pay_and_waits_is_counted_where_it_waits(
    due: list[Candidate], whole: Purse, patrols: Purse, sites: dict[str, list[Purse]], room: dict[str, int]
) -> None:
    made = choose(due, whole=whole, patrols=patrols, sites=sites, room=room)
    waits = Counter(each.neighbour for each in set(due) - set(made.taken) if each.value > 0)
    assert dict(made.backlog) == dict(waits)


@given(due=candidates, whole=purses, seed=st.randoms())
def test_the_order_in_which_visits_are_told_does_not_matter(due: list[Candidate], whole: Purse, seed: object) -> None:
    shuffled = list(due)
    seed.shuffle(shuffled)  # type: ignore[attr-defined]
    assume(shuffled != due)
    assert chosen(shuffled, whole=whole) == chosen(due, whole=whole)


def test_the_dearest_go_first() -> None:
    due = [visit("low", 0.1), visit("high", 0.9), visit("middle", 0.5), visit("patrol", -0.5)]
    assert names(chosen(due)) == ["high", "middle", "low", "patrol"]
    assert names(chosen(due, whole=purse(48, NOON))) == ["high", "middle"]


def test_a_site_that_is_out_of_its_own_budget_does_not_hold_up_others() -> None:
    due = [visit("first", 0.9), visit("second", 0.8), visit("other", 0.1, site="blog")]
    made = chosen(due, sites={"press": [purse(24, NOON)]})
    assert names(made) == ["first", "other"]
    assert made.backlog == {"a.test": 1}


def test_a_patrol_waits_while_the_purse_is_near_its_end() -> None:
    due = [visit("patrol", -0.5)]
    low, high = (replace(purse(100, NOON), tokens=held) for held in (25.0, 26.0))
    assert names(chosen(due, whole=low)) == []
    assert names(chosen(due, whole=high)) == ["patrol"]
    assert names(chosen(due, whole=high, patrols=purse(0, NOON))) == []


def test_a_patrol_that_waits_is_no_backlog() -> None:
    assert chosen([visit("patrol", -0.5)], patrols=purse(0, NOON)).backlog == {}


@pytest.mark.parametrize(
    ("delay", "waiting", "room"),
    [
        pytest.param(timedelta(seconds=5), 0, 12, id="a minute's worth"),
        pytest.param(timedelta(seconds=5), 10, 2, id="some wait already"),
        pytest.param(timedelta(seconds=5), 40, 0, id="more than enough wait"),
        pytest.param(timedelta(minutes=10), 0, 1, id="one at a time where it is slow"),
        pytest.param(timedelta(minutes=10), 1, 0, id="and no second"),
        pytest.param(timedelta(), 0, 1200, id="no delay at all"),
    ],
)
def test_a_neighbour_is_given_what_it_can_be_asked_in_a_minute(delay: timedelta, waiting: int, room: int) -> None:
    assert room_at(delay, waiting) == room
