from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta

import pytest
from structlog.testing import capture_logs

from activities import calendars
from activities.calendars import Calendars
from activities.letter_request import Creditor
from activities.policies import Entity
from dunning.business_days import BusinessCalendar, SendingWindow
from dunning.contact_facts import Contact
from dunning.customer import Customer

_CREDITOR = Creditor("Demo", "1 Row", "a@a.example", "", "IBAN 1", "A", "", "B")
_BRITISH = Entity("demo", "GB", "ENG", "Europe/London", "en_GB", _CREDITOR)
_GOOD_FRIDAY, _EASTER_MONDAY = date(2026, 4, 3), date(2026, 4, 6)
_ASCENSION_DAY, _CORPUS_CHRISTI = date(2026, 5, 14), date(2026, 6, 4)
_FOURTH_OF_JULY_OFF = date(2026, 7, 3)


def _calendar(
    country: str = "", subdivision: str = "", entity: Entity = _BRITISH
) -> BusinessCalendar:
    return _of(Customer("C1", "One Ltd", country, subdivision), entity)


def _of(customer: Customer, entity: Entity = _BRITISH) -> BusinessCalendar:
    return Calendars().calendar_for(customer, entity, 2026)


def _calling(*phones: str, country: str = "") -> Customer:
    contacts = tuple(Contact(p, "A", "billing", phone=p) for p in phones)
    return Customer("C1", "One Ltd", country=country, contacts=contacts)


@pytest.mark.parametrize(
    ("country", "subdivision", "day", "works"),
    [
        ("DE", "BY", _CORPUS_CHRISTI, False),
        ("DE", "DE-BY", _CORPUS_CHRISTI, False),
        ("DE", "BE", _CORPUS_CHRISTI, True),
        ("de", "", _CORPUS_CHRISTI, True),
        (" de ", "", _ASCENSION_DAY, False),
        ("GB", "ENG", _EASTER_MONDAY, False),
        ("GB", "SCT", _EASTER_MONDAY, True),
        ("US", "", _FOURTH_OF_JULY_OFF, False),
        ("US", "", _GOOD_FRIDAY, True),
    ],
)
def test_a_customer_rests_on_the_holidays_of_country_and_state(
    country: str, subdivision: str, day: date, *, works: bool
) -> None:
    calendar = _calendar(country=country, subdivision=subdivision)

    assert calendar.is_business_day(day) is works


@pytest.mark.parametrize("country", ["GB", "CH"])
def test_without_a_state_the_days_most_states_rest_on_count(country: str) -> None:
    assert not _calendar(country).is_business_day(_EASTER_MONDAY)


@pytest.mark.parametrize(
    ("country", "weekend"), [("SA", {4, 5}), ("IL", {4, 5}), ("DE", {5, 6}), ("IR", {4})]
)
def test_the_weekend_is_the_countrys(country: str, weekend: set[int]) -> None:
    assert _calendar(country=country).weekend == weekend


def test_a_touch_due_on_thursday_night_waits_for_sunday_in_riyadh() -> None:
    riyadh = _calendar(country="SA")

    assert riyadh.zone == "Asia/Riyadh"
    assert riyadh.on_or_after(date(2026, 6, 5)) == date(2026, 6, 7)


def test_without_a_country_the_days_of_entity_and_banks_count_together() -> None:
    unknown = _calendar()

    assert not unknown.is_business_day(_EASTER_MONDAY)
    assert not unknown.is_business_day(date(2026, 5, 1)), "banks of the euro area are closed"
    assert not unknown.is_business_day(date(2026, 5, 4)), "a bank holiday of the entity's country"


def test_without_a_country_both_weekends_count() -> None:
    saudi = replace(_BRITISH, country="SA", subdivision="", timezone="Asia/Riyadh")

    assert _calendar(entity=saudi).weekend == {4, 5, 6}


@pytest.mark.parametrize(
    ("customer", "event"),
    [
        (Customer("C1", "One", "ZZ"), "country_unknown"),
        (Customer("C1", "One", "XECB"), "country_unknown"),
        (Customer("C1", "One", "DE", "Atlantis"), "subdivision_unknown"),
        (Customer("C1", "One", "DE", "", "Mars/Base"), "timezone_unknown"),
        (Customer("C1", "One", "DE", "", "../etc"), "timezone_unknown"),
        (Customer("C1", "One", "DE", "", "Europe"), "timezone_unknown"),
        (Customer("C1", "One", "US"), "timezone_unknown"),
    ],
)
def test_what_is_not_known_is_replaced_and_logged(customer: Customer, event: str) -> None:
    with capture_logs() as logs:
        calendar = _of(customer)

    assert event in [log["event"] for log in logs]
    assert not calendar.is_business_day(date(2026, 12, 25))


def test_an_entity_of_nowhere_still_has_a_calendar() -> None:
    nowhere = replace(_BRITISH, country="ZZ", timezone="Mars/Base")
    calendar = _calendar(entity=nowhere)

    assert calendar.zone == "UTC"
    assert not calendar.is_business_day(_EASTER_MONDAY)


@pytest.mark.parametrize(
    ("customer", "zone"),
    [
        (Customer("C1", "One", timezone="Asia/Tokyo", country="DE"), "Asia/Tokyo"),
        (Customer("C1", "One", country="JP"), "Asia/Tokyo"),
        (Customer("C1", "One", country="DE"), "Europe/Berlin"),
        (_calling("+12125550100", country="US"), "America/New_York"),
        (_calling("+12125550100"), "America/New_York"),
        # From New York and Los Angeles: both count, see below.
        (_calling("+12125550100", "+12135550100"), "America/New_York"),
        (_calling("020 7946 0321"), "Europe/London"),
        (Customer("C1", "One"), "Europe/London"),
    ],
)
def test_the_zone_is_the_customers_own_as_far_as_it_is_sure(customer: Customer, zone: str) -> None:
    assert _of(customer).zone == zone


def test_telephones_in_two_zones_leave_the_hours_both_have_in_common() -> None:
    calendar = _of(_calling("+12125550100", "+12135550100"))
    window = SendingWindow(time(9), time(17))
    # A Tuesday: 13:00 in London, New York and Los Angeles open one after the other.
    noon = datetime(2026, 5, 12, 12, tzinfo=UTC)
    opening = calendar.next_opening(window, date(2026, 5, 12), noon, 0.0)

    assert opening == datetime(2026, 5, 12, 16, tzinfo=UTC)
    assert not calendar.is_open(window, opening - timedelta(minutes=1))
    assert calendar.is_open(window, opening)
    assert calendar.closing(window, opening) == datetime(2026, 5, 12, 21, tzinfo=UTC)


def test_an_american_without_zone_is_not_written_to_at_londons_hours() -> None:
    calendar = _calendar(country="US")

    assert calendar.zone.startswith("America/")


def test_an_american_entity_lends_its_zone_to_its_countrymen() -> None:
    american = replace(_BRITISH, country="US", subdivision="NY", timezone="America/New_York")

    assert _calendar("US", entity=american).zone == "America/New_York"


def test_own_closures_count() -> None:
    summer = ((date(2026, 8, 3), date(2026, 8, 21)),)
    customer = Customer("C1", "One Ltd", country="FR", closures=summer)
    calendar = _of(customer)

    assert calendar.on_or_after(date(2026, 8, 10)) == date(2026, 8, 24)


@pytest.mark.parametrize("year", [2025, 2026, 2027, 2028])
def test_holidays_reach_from_the_year_before_to_two_years_after(year: int) -> None:
    assert date(year, 12, 25) in _calendar(country="DE").holidays


def test_holidays_are_worked_out_once(monkeypatch: pytest.MonkeyPatch) -> None:
    kept = Calendars()
    first = kept.calendar_for(Customer("C1", "One Ltd", country="DE"), _BRITISH, 2026)
    monkeypatch.setattr(calendars, "country_holidays", None)

    assert kept.calendar_for(Customer("C2", "Two", country="DE"), _BRITISH, 2026) == first
