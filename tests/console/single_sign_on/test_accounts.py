from __future__ import annotations

from dataclasses import replace

import pytest

from commands.people.actions import PeopleActions
from commands.people.sign_in import SignIns
from console.visit import SESSION
from dunning.may import NotAllowed
from dunning.people import Person
from fakes.identity_provider import FakeIdentityProvider
from ledger.identities import identities_of
from tests.console.single_sign_on.coming_in import ADA, back, came_in, desk_with, known
from tests.console.small_ledger import NOW
from tests.console.team import Team

PASSWORD = "three words and a half"  # noqa: S105 - of nobody


async def test_who_the_provider_vouches_for_comes_in_and_goes_on(
    staff: Team, provider: FakeIdentityProvider
) -> None:
    async with desk_with(staff, provider) as desk:
        asked = (await desk.get("/queue")).headers["location"]
        shown = (await desk.get(asked)).text
        answer = await came_in(desk)
        page = await desk.get("/queue")

    assert "Sign in with Fake ID" in shown
    assert (answer.status_code, answer.headers["location"]) == (303, "/queue")
    assert page.status_code == 200
    assert "Ada Åström" in page.text


async def test_an_address_that_is_not_verified_is_nobodys(
    staff: Team, provider: FakeIdentityProvider
) -> None:
    async with desk_with(staff, provider) as desk:
        for verified in (False, "true", None):
            provider.claims = ADA | {"email_verified": verified}
            answer = await came_in(desk)

            assert answer.status_code == 401
            assert "Nobody on the team belongs to this account" in answer.text


async def test_after_the_first_time_the_subject_counts_and_not_the_address(
    staff: Team, provider: FakeIdentityProvider
) -> None:
    async with desk_with(staff, provider) as desk:
        await came_in(desk)
        provider.claims = {"sub": "u-1"}
        renamed = await came_in(desk)
        provider.claims = ADA | {"sub": "u-2"}
        reassigned = await came_in(desk)
    with staff.books.wiring.ledger.reading() as books:
        own = identities_of(books.connection, "ada")

    assert renamed.status_code == 303
    assert reassigned.status_code == 401
    assert "Another account was used for this person before" in reassigned.text
    assert list(own) == ["email:ada@example.com", f"subject:{provider.url} u-1"]


async def test_who_left_and_who_is_unknown_stay_outside_and_nobody_is_made(
    staff: Team, provider: FakeIdentityProvider
) -> None:
    actions = PeopleActions(staff.books.wiring.ledger, "administrator", NOW)
    actions.deactivate("ada", "left")
    async with desk_with(staff, provider) as desk:
        left = await came_in(desk)
        provider.claims = ADA | {"sub": "u-9", "email": "mallory@example.com"}
        unknown = await came_in(desk)

    assert "has left the team" in left.text
    assert "Nobody on the team belongs to this account" in unknown.text
    assert known(staff, "mallory@example.com") is None


GROUPS = {
    "oidc_role_claim": "realm_access.roles",
    "oidc_roles": ("ar=associate", "leads=manager", "fin=controller"),
}


async def test_roles_follow_the_groups_where_the_settings_say_so(
    staff: Team, provider: FakeIdentityProvider
) -> None:
    said = []
    async with desk_with(staff, provider, **GROUPS) as desk:
        for groups in (["leads", "others"], ["ar"], [], ["ar", "fin"]):
            provider.claims = ADA | {"realm_access": {"roles": groups}}
            answer = await came_in(desk)
            found = known(staff, "ada")
            assert found is not None
            said.append((answer.status_code, found.roles))
        provider.claims = ADA
        silent = await came_in(desk)

    assert said == [(303, ("manager",)), (303, ("associate",)), (401, ()), (401, ())]
    assert "does not say which groups" in silent.text


async def test_people_are_added_by_their_groups_only_where_that_is_set(
    staff: Team, provider: FakeIdentityProvider
) -> None:
    new = {"sub": "u-3", "email": "Lu@example.com", "email_verified": True, "name": "Lu"}
    provider.claims = {**new, "realm_access": {"roles": ["ar"]}}
    async with desk_with(staff, provider, **GROUPS) as desk:
        closed = await came_in(desk)
    async with desk_with(staff, provider, oidc_add_people=True, **GROUPS) as desk:
        opened = await came_in(desk)
        provider.claims = {**new, "sub": "u-4", "email": "x@example.com", "realm_access": {}}
        nobodys = await came_in(desk)

    assert closed.status_code == 401
    assert opened.status_code == 303
    assert known(staff, "lu@example.com") == Person("lu@example.com", "Lu", ("associate",))
    assert nobodys.status_code == 401
    assert known(staff, "x@example.com") is None


async def test_without_passwords_only_the_administrator_for_emergencies_has_one(
    staff: Team, provider: FakeIdentityProvider
) -> None:
    ledger = staff.books.wiring.ledger
    for person in ("ada", "administrator"):
        link = PeopleActions(ledger, "administrator", NOW).reset(person)
        SignIns(ledger, NOW).by_link(link, PASSWORD)
    terms = {"oidc_only": True, "break_glass": "administrator"}
    statuses = {}
    async with desk_with(staff, provider, **terms) as desk:
        shown = (await desk.get("/sign-in")).text
        for person in ("ada", "administrator"):
            fields = {"name": person, "password": PASSWORD}
            statuses[person] = (await desk.post("/sign-in", data=fields)).status_code
    link = PeopleActions(ledger, "administrator", NOW).reset("ada")
    with pytest.raises(NotAllowed, match="Passwords are switched off"):
        SignIns(ledger, NOW, only="administrator").by_link(link, PASSWORD)

    assert statuses == {"ada": 401, "administrator": 303}
    assert "Only the administrator for emergencies signs in here" in shown


async def test_signing_out_here_leads_to_the_end_of_the_session_there(
    staff: Team, provider: FakeIdentityProvider
) -> None:
    async with desk_with(staff, provider) as desk:
        await came_in(desk)
        left = await desk.post("/sign-out")
        page = (await desk.get(left.headers["location"])).text
        closed = await desk.get("/queue")

    assert f"{provider.url}/leave?client_id=duncan" in page
    assert closed.status_code == 303


async def test_another_session_of_the_browser_ends_when_somebody_signs_in(
    staff: Team, provider: FakeIdentityProvider
) -> None:
    before = SignIns(staff.books.wiring.ledger, NOW).trusted("viewer", "password")
    async with desk_with(staff, provider) as desk:
        desk.cookies.set(SESSION, before)
        answer = await came_in(desk)
        assert before not in answer.headers["set-cookie"]
        desk.cookies.clear()
        desk.cookies.set(SESSION, before)

        assert (await desk.get("/queue")).status_code == 303


async def test_where_the_person_goes_on_is_the_desk_and_nothing_else(
    staff: Team, provider: FakeIdentityProvider
) -> None:
    async with desk_with(staff, provider) as desk:
        for place in ("https://elsewhere.example", "//elsewhere.example", "/%5Celsewhere.example"):
            answer = await desk.get(await back(desk, f"/sign-in/provider?next={place}"))

            assert answer.headers["location"] == "/"


def test_nobody_gives_an_account_twice_or_without_the_right(staff: Team) -> None:
    actions = PeopleActions(staff.books.wiring.ledger, "administrator", NOW)
    with pytest.raises(NotAllowed, match="ada's already"):
        actions.give_identity("viewer", "email:ADA@example.com")
    with pytest.raises(NotAllowed, match="may not manage people"):
        replace(actions, by="manager").give_identity("viewer", "email:v@example.com")
    for odd in ("ada@example.com", "email:nobody", "subject:only-one-part", "email:a@b\nc"):
        with pytest.raises(NotAllowed):
            actions.give_identity("viewer", odd)
    actions.take_identity("ada", "email:ada@example.com")
    actions.give_identity("viewer", "email:ada@example.com")
