"""The directory over the API: one organisation, what to mend, totals, duties, rosters, the frozen list."""

import json
from datetime import UTC, date, datetime, timedelta
from typing import Any

from gateway.directory.inventory import InventoryLine
from gateway.directory.model import Address, Contact, ContactAddress, Organisation
from gateway.ledger.decisions import papers
from gateway.ledger.directory import contacts, directory, inventory
from tests.city import City, soon
from tests.documents import as_yaml, orange_start
from tests.web.api import Client, described

NUMBERS = ("+8619900009001", "+8619900009002")
PLANT = Organisation(
    "E-9",
    "示例水泥厂",
    "enterprises",
    "industry",
    "410105001",
    None,
    (Address("sms", NUMBERS[0]),),
    grade="C",
    groups=("重点",),
    contacts=(
        Contact("何厂长", "responsible", (ContactAddress(Address("sms", NUMBERS[1]), date(2026, 1, 5)),)),
    ),
)
LINE = InventoryLine("industrial", "orange", "一号窑", "stop", "停窑，联系13900000009", True, person="温主任")


async def kept(made: City) -> None:
    await made.write(directory.apply, [PLANT], 1000)
    await made.write(inventory.apply, "industrial", {"E-9": [LINE]}, 2000, "office")
    await made.write(
        inventory.put_emissions, {"E-9": {("", "SO2"): 4.0, ("orange", "SO2"): 1.0}}, 3000, "office"
    )


async def test_an_organisation_is_read_in_full_with_nobody_given_away(client: Client, made: City) -> None:
    await kept(made)
    status, found = await client.get("/api/v1/organisations/E-9")
    described("get_organisation", status, found)
    (person,) = found["people"]
    assert (person["name"], person["role"], person["addresses"][0]["verified_on"]) == (
        "何*",
        "responsible",
        "2026-01-05",
    )
    assert found["inventory"][0]["words"] == "停窑，联系139****0009"
    assert found["emissions"][1] == {"level": "orange", "pollutant": "SO2", "tonnes_a_day": 1.0}
    told = json.dumps(found, ensure_ascii=False)
    assert not any(secret in told for secret in (*NUMBERS, "何厂长", "温主任", "13900000009"))
    status, missing = await client.get("/api/v1/organisations/none")
    described("get_organisation", status, missing)
    assert (status, missing["error"]["code"]) == (404, "ORGANISATION_UNKNOWN")


async def test_its_history_tells_who_changed_what_with_nobody_given_away(client: Client, made: City) -> None:
    await kept(made)
    status, first = await client.get("/api/v1/organisations/E-9/changes?limit=2")
    described("list_organisation_changes", status, first)
    assert [list(each["changes"]) for each in first["changes"]] == [["active"], ["inventory.industrial"]]
    _, rest = await client.get(f"/api/v1/organisations/E-9/changes?after={first['next']}")
    assert [each["by"] for each in rest["changes"]] == ["office"]
    assert "温主任" not in json.dumps(first, ensure_ascii=False)


async def test_an_organisation_is_switched_off_once(client: Client, made: City) -> None:
    await kept(made)
    status, off = await client.post("/api/v1/organisations/E-9/off")
    described("switch_organisation_off", status, off)
    assert off == {"code": "E-9", "switched_off": True}
    _, again = await client.post("/api/v1/organisations/E-9/off")
    assert again["switched_off"] is False


async def test_what_to_mend_is_counted_and_comes_page_by_page(client: Client, made: City) -> None:
    await kept(made)
    status, found = await client.get("/api/v1/directory/check?limit=1")
    described("check_directory", status, found)
    assert found["organisations"] == 6
    assert found["counts"]["few_contacts"] == 5  # the residents' list needs none
    assert {each["code"] for each in found["findings"]} == {"S1"}
    status, plant = await client.get(f"/api/v1/directory/check?after={found['next'] + 3}&limit=9")
    assert {each["problem"] for each in plant["findings"] if each["code"] == "E-9"} == {
        "few_contacts",
        "verified_long_ago",
        "no_own_plan",
        "grade_without_date",
    }
    status, one = await client.get("/api/v1/directory/check?problem=no_own_plan")
    assert [each["code"] for each in one["findings"]] == ["E-9"]
    assert NUMBERS[1] not in json.dumps(plant)


async def test_totals_are_held_against_the_plan(client: Client, made: City) -> None:
    await kept(made)
    path = "/api/v1/plans/zhengzhou/totals"
    status, found = await client.get(f'{path}?society={{"SO2": 4.0}}')
    described("sum_reductions", status, found)
    (orange,) = (
        each for each in found["totals"] if each["level"] == "orange" and each["pollutants"] == ["二氧化硫"]
    )
    assert (orange["required"], orange["percent"], orange["met"]) == (20, 25.0, True)
    status, answer = await client.get(f"{path}?society=[]")
    assert (status, answer["error"]["code"]) == (422, "SOCIETY_MALFORMED")


async def test_an_amendment_changes_what_it_states_and_is_kept_in_the_history(
    client: Client, made: City
) -> None:
    await kept(made)
    path = "/api/v1/organisations/E-9"
    contacts_ = [
        {"name": "何厂长", "role": "responsible", "addresses": [{"kind": "sms", "value": NUMBERS[1]}]},
        {
            "name": "门卫",
            "role": "night_duty",
            "addresses": [
                {"kind": "sms", "value": "199 0000 9003", "quiet_from": "12:00", "quiet_until": "14:00"}
            ],
        },
    ]
    status, found = await client.post(path, {"grade": "B", "groups": [], "contacts": contacts_})
    described("amend_organisation", status, found)
    assert (found["grade"], found["groups"], found["name"]) == ("B", [], "示例水泥厂")
    assert [each["addresses"][0]["verified_on"] for each in found["people"]] == ["2026-01-05", None]
    assert found["people"][1]["addresses"][0]["address"] == "+86199****9003"
    _, history = await client.get(f"{path}/changes")
    assert set(history["changes"][-1]["changes"]) == {"grade", "groups", "contacts"}
    _, emptied = await client.post(path, {"grade": None})
    assert (emptied["grade"], len(emptied["people"])) == (None, 2)


async def test_an_amendment_that_does_not_fit_is_refused(client: Client, made: City) -> None:
    await kept(made)
    number = [{"kind": "sms", "value": "0371-66661111"}]
    for body, code in (
        ({"name": None}, "FIELD_MISSING"),
        ({"area": "110101"}, "AREA_UNKNOWN"),
        ({"addresses": number}, "ADDRESS_INVALID"),
        ({"contacts": [{"name": "甲", "role": "deputy", "addresses": number}]}, "ADDRESS_INVALID"),
        ({"audience": "schools"}, "FIELD_UNKNOWN"),
    ):
        status, answer = await client.post("/api/v1/organisations/E-9", body)
        assert (status, answer["error"]["code"]) == (422, code)
        assert "66661111" not in json.dumps(answer)
    status, answer = await client.post("/api/v1/organisations/S1", {"sector": "industry"})
    assert (status, answer["error"]["code"]) == (422, "SECTOR_NOT_ALLOWED")


async def test_groups_are_counted(client: Client, made: City) -> None:
    await kept(made)
    status, found = await client.get("/api/v1/directory/groups")
    described("list_groups", status, found)
    assert found == {"groups": {"重点": 1}}


def duty(**changes: Any) -> dict[str, Any]:
    stated = {"measure_id": "industrial-inventory-orange", "unit": "市生态环境局", "person": "乙科长"}
    return {"duties": [{**stated, **changes}]}


async def test_duties_are_named_taken_away_and_missing_ones_told(client: Client) -> None:
    path = "/api/v1/plans/zhengzhou/duties"
    status, before = await client.get(path)
    described("list_duties", status, before)
    status, stored = await client.post(path, duty())
    described("store_duties", status, stored)
    assert stored["duties"][0]["person"] == "乙科长"
    assert len(stored["nobody"]) == len(before["nobody"]) - 1
    _, after = await client.post(path, duty(person=None))
    assert after == before


async def test_a_duty_for_what_the_plan_does_not_hold_is_refused(client: Client) -> None:
    path = "/api/v1/plans/zhengzhou/duties"
    for changes, code in (({"measure_id": "none"}, "MEASURE_UNKNOWN"), ({"unit": "某局"}, "UNIT_UNKNOWN")):
        status, answer = await client.post(path, duty(**changes))
        assert (status, answer["error"]["code"]) == (422, code)
    status, answer = await client.post(path, {"duties": duty()["duties"] * 2})
    assert (status, answer["error"]["code"]) == (422, "DUTY_TWICE")


async def test_the_order_of_a_decision_names_who_answers(client: Client, made: City) -> None:
    await client.post("/api/v1/plans/zhengzhou/duties", duty())
    _, submitted = await client.post("/api/v1/decisions", as_yaml(soon(orange_start())))
    (order,) = (each for each in await made.read(papers.of_decision, submitted["id"]) if each.kind == "order")
    assert "责任人：乙科长" in order.content


async def test_a_roster_tells_who_is_on_duty_and_where_nobody_will_be(client: Client, made: City) -> None:
    await kept(made)
    ids = await made.read(contacts.of_organisations, range(1, 20))
    (person,) = (each for people in ids.values() for each in people)
    now = datetime.now(UTC).replace(microsecond=0)
    shift = {"contact_id": person.id, "starts_at": (now - timedelta(hours=1)).isoformat()}
    body = {"shifts": [{**shift, "ends_at": (now + timedelta(days=20)).isoformat()}]}
    status, added = await client.post("/api/v1/duty/shifts", body)
    described("add_shifts", status, added)
    assert added == {"added": 1}
    assert (await client.post("/api/v1/duty/shifts", {**body}))[1] == {"added": 0}
    status, roster = await client.get("/api/v1/duty")
    described("get_roster", status, roster)
    assert ([each["contact"] for each in roster["now"]], roster["gaps"]) == (["何*"], [])
    status, removed = await client.post(f"/api/v1/duty/shifts/{roster['now'][0]['id']}/remove")
    described("remove_shift", status, removed)
    await client.post(
        "/api/v1/duty/shifts", {"shifts": [{**shift, "ends_at": (now + timedelta(hours=2)).isoformat()}]}
    )
    _, roster = await client.get("/api/v1/duty")
    (gap,) = roster["gaps"]
    assert datetime.fromisoformat(gap["starts_at"]) == now + timedelta(hours=2)


async def test_an_impossible_shift_is_refused(client: Client, made: City) -> None:
    await kept(made)
    shift = {"contact_id": 999, "starts_at": "2026-11-22T08:00:00+08:00"}
    for ends_at, code in (
        ("2026-11-22T08:00:00+08:00", "SHIFT_EMPTY"),
        ("2026-11-23T08:00:00+08:00", "CONTACT_UNKNOWN"),
    ):
        status, answer = await client.post("/api/v1/duty/shifts", {"shifts": [{**shift, "ends_at": ends_at}]})
        assert (status, answer["error"]["code"]) == (422, code)


async def test_a_selection_is_previewed_frozen_shown_and_its_list_read(client: Client, made: City) -> None:
    await kept(made)
    document, query = as_yaml(soon(orange_start())), 'selection={"grades": ["C"], "areas": ["410105"]}'
    status, preview = await client.post(f"/api/v1/decisions?dry_run=true&{query}", document)
    assert (preview["recipients"]["organisations"], preview["recipients"]["unselected"]) == (1, 5)
    status, submitted = await client.post(f"/api/v1/decisions?{query}", document)
    described("submit_decision", status, submitted)
    assert submitted["selection"]["grades"] == ["C"]
    _, whole = await client.get(f"/api/v1/decisions/{submitted['id']}")
    assert whole["selection"] == submitted["selection"]
    path = f"/api/v1/decisions/{submitted['id']}/recipients"
    status, first = await client.get(f"{path}?limit=1&area=410105&audience=enterprises")
    described("list_recipients", status, first)
    _, rest = await client.get(f"{path}?after={first['next']}")
    listed = first["recipients"] + rest["recipients"]
    assert {each["code"] for each in listed} == {"E-9"}
    assert "+86199****9001" in {each["address"] for each in listed}
    assert first["manifest"] == submitted["manifest"]
    assert (await client.get(f"{path}?audience=schools"))[1]["recipients"] == []


async def test_a_selection_that_means_nobody_is_refused(client: Client) -> None:
    document = as_yaml(soon(orange_start()))
    for selection, code in (
        ('{"audiences": []}', "SELECTION_EMPTY"),
        ('{"groups": ["无"]}', "GROUP_UNKNOWN"),
        ('{"grades": ["D"]}', "SELECTION_EMPTY"),
        ("schools", "SELECTION_MALFORMED"),
    ):
        status, answer = await client.post(f"/api/v1/decisions?selection={selection}", document)
        assert (status, answer["error"]["code"]) == (422, code)
