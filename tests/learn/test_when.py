"""When a refresh is due: whatever the clock, the alerts and the corrections do, it is held back as was decided."""

from dataclasses import replace
from datetime import datetime, timedelta, timezone

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dongcha.learn.when import Begin, Count, Past, Plan, Raised, Wait, when
from dongcha.store.schedule import Hours, hours_of, schedule_of

ZONE = timezone(timedelta(hours=8))
START = datetime(2026, 3, 2, 12, 0, tzinfo=ZONE)  # a Monday
DRIFT, QUALITY, SLOW = Raised(7, "a/b/drift/inputs"), Raised(9, "a/b/quality/feedback"), Raised(11, "a/b/slow/answers")
COUNTED = Past(START, "counted")
HOUR = timedelta(hours=1)

plans = st.builds(
    Plan,
    schedule=st.sampled_from([None, *map(schedule_of, ("every 6 hours", "every 7 days", "0 3 * * 0", "*/20 * * * *"))]),
    on=st.sampled_from([frozenset(), frozenset({"drift"}), frozenset({"drift", "quality"})]),
    least=st.integers(1, 30),
    cool_down=st.sampled_from([timedelta(minutes=5), 6 * HOUR, timedelta(days=3)]),
    hours=st.sampled_from([None, Hours(22, 6), Hours(1, 5)]),
)


def test_nothing_before_and_a_clock_that_was_set_back_are_counted_from_now() -> None:
    plan = Plan(schedule=schedule_of("every 1 hour"))
    assert when(plan, START, [], [DRIFT], 99) == Count()
    assert when(plan, START, [Past(START + HOUR, "ended")], [DRIFT], 99) == Count()
    assert isinstance(when(plan, START, [Past(START + HOUR, "ended"), COUNTED], [], 99), Wait)


def test_an_alert_starts_one_run_that_ends_and_only_of_the_kinds_that_are_named() -> None:
    plan = Plan(on=frozenset({"drift"}), cool_down=HOUR)
    later = START + 9 * HOUR
    found = when(plan, later, [COUNTED], [DRIFT, QUALITY, SLOW], 5)
    assert found == Begin({"alerts": [{"number": 7, "group": "a/b/drift/inputs"}], "corrections": 5})
    assert isinstance(when(plan, later, [COUNTED, Past(START + HOUR, "ended", (7,))], [DRIFT], 5), Wait)
    assert isinstance(when(plan, later, [COUNTED, Past(START + HOUR, "failed", (7,))], [DRIFT], 5), Begin)


def test_failures_in_a_row_double_the_cool_down() -> None:
    plan = Plan(on=frozenset({"drift"}), cool_down=HOUR)
    past = [COUNTED, *(Past(START + n * HOUR, "failed", (7,)) for n in range(3))]  # 1, 2, 4, then 8 hours
    assert isinstance(when(plan, START + 9.9 * HOUR, past, [DRIFT], 5), Wait)
    assert isinstance(when(plan, START + 10 * HOUR, past, [DRIFT], 5), Begin)


def test_a_schedule_that_waits_for_corrections_begins_when_they_are_there() -> None:
    plan = Plan(schedule=schedule_of("0 3 * * 0"), least=50)
    sunday = datetime(2026, 3, 8, 3, 0, tzinfo=ZONE)
    assert isinstance(when(plan, sunday - timedelta(minutes=1), [COUNTED], [], 50), Wait)
    assert isinstance(when(plan, sunday, [COUNTED], [], 49), Wait)
    found = when(plan, sunday + 30 * HOUR, [COUNTED], [], 50)
    assert isinstance(found, Begin)
    assert found.why["due"] == "2026-03-08T03:00+08:00"


def test_a_change_of_summer_time_is_no_second_sunday() -> None:
    """03:00 on the wall was reached and used in one offset; after the change the wall says the same of it."""
    plan, before, after = Plan(schedule=schedule_of("0 3 * * 0")), timezone(2 * HOUR), timezone(HOUR)
    past = [Past(datetime(2026, 10, 18, 3, 0, 5, tzinfo=before), "ended")]
    assert isinstance(when(plan, datetime(2026, 10, 24, 12, tzinfo=before), past, [], 9), Wait)
    assert isinstance(when(plan, datetime(2026, 10, 25, 3, 0, tzinfo=after), past, [], 9), Begin)
    past += [Past(datetime(2026, 10, 25, 3, 0, 5, tzinfo=after), "ended")]
    assert isinstance(when(plan, datetime(2026, 10, 31, 23, tzinfo=after), past, [], 9), Wait)


@given(
    plan=plans,
    jumps=st.lists(st.integers(-60 * 24 * 40, 60 * 24 * 40), max_size=40),
    failing=st.sets(st.integers(0, 40)),
    corrections=st.integers(0, 60),
)
def test_whatever_the_clock_does_no_run_is_begun_against_the_plan(plan, jumps, failing, corrections) -> None:
    """Looks at moments that jump back and ahead by minutes to weeks; each run is noted as the worker notes it."""
    now, past = START, list[Past]()
    for step, minutes in enumerate(jumps):
        now += timedelta(minutes=minutes)
        found = when(plan, now, past, [DRIFT, QUALITY], corrections)
        if isinstance(found, Count):
            past.append(Past(now, "counted"))
            found = when(plan, now, past, [DRIFT, QUALITY], corrections)
            assert not isinstance(found, Count)
        if not isinstance(found, Begin):
            continue
        assert corrections >= plan.least
        assert plan.hours is None or plan.hours.holds(now)
        assert past[-1].how == "counted" or now >= past[-1].at + plan.cool_down
        asked = tuple(one["number"] for one in found.why.get("alerts", ()))
        assert not {number for one in past if one.how == "ended" for number in one.alerts} & set(asked)
        assert asked or "schedule" in found.why
        past.append(Past(now, "failed" if step in failing else "ended", asked))
        assert not isinstance(when(plan, now, past, [DRIFT, QUALITY], corrections), Begin), "a storm"


@given(plan=plans, days=st.integers(1, 4000), minutes=st.integers(0, 1440))
def test_a_jump_ahead_is_made_up_for_by_one_run(plan, days, minutes) -> None:
    plan, now = replace(plan, cool_down=timedelta(minutes=1)), START + timedelta(days=days, minutes=minutes)
    past, begun = [COUNTED], 0
    for look in range(4):  # the schedules name nothing in so short a time again
        at = now + timedelta(seconds=20 * look)
        if at.minute % 20 == 0:
            return
        if isinstance(when(plan, at, past, [], 99), Begin):
            past.append(Past(at, "ended"))
            begun += 1
    assert begun <= 1


@given(
    text=st.sampled_from(["0 3 * * 0", "*/20 * * * *", "15,45 8-18/5 1-7 * *", "59 23 31 12 *", "0 0 * * 7"]),
    since=st.integers(0, 60 * 24 * 9),
    span=st.integers(0, 60 * 24 * 9),
    seconds=st.integers(0, 59),
)
def test_cron_is_what_a_scan_of_every_minute_finds(text, since, span, seconds) -> None:
    from huey import crontab

    minute, hour, day, month, weekday = text.split()
    fires = crontab(minute, hour, day, month, weekday)
    base = datetime(2026, 12, 27, tzinfo=ZONE)
    after = base + timedelta(minutes=since)
    now = after + timedelta(minutes=span, seconds=seconds)
    every = [after + timedelta(minutes=n) for n in range(1, span + 1)]
    assert schedule_of(text).due(after, now) == next((one for one in reversed(every) if fires(one)), None)


@given(first=st.integers(0, 23), last=st.integers(0, 24), hour=st.integers(0, 23))
def test_hours_go_over_midnight(first, last, hour) -> None:
    if first == last:
        return
    inside = {h % 24 for h in range(first, last if first < last else last + 24)}
    assert hours_of(f"{first}-{last}").holds(START.replace(hour=hour)) is (hour in inside)


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("0 3 * *", "five fields"),
        ("61 3 * * *", "61 is not a valid input"),
        ("0 3 * * sun", "sun"),
        ("*/0 * * * *", "no schedule"),
        ("0 0 30 2 *", "never comes"),
        ("every 0 days", "every 7 days"),
        ("every 3 moons", "minutes, hours, days or weeks"),
        ("", "five fields"),
        ("<script>", "five fields"),
    ],
)
def test_a_schedule_that_is_none_is_said(text, said) -> None:
    with pytest.raises(ValueError, match=said.replace("*", r"\*")):
        schedule_of(text)


@pytest.mark.parametrize("text", ["", "5", "5-5", "24-3", "1-25", "a-b", "-1-3"])
def test_hours_that_are_none_are_said(text) -> None:
    with pytest.raises(ValueError, match="such as 22-6"):
        hours_of(text)
