"""The naming audit: it knows no convention of its own, so it says what the test of names says."""

import copy
from typing import Any

import pytest

from course.errors import CourseError
from course.instruments import of_chapter
from course.pictures.rules import EVIL, broken_rules

instrument = of_chapter(__file__)
audit, propose = instrument.naming.audit, instrument.proposals.propose
naming_view, Kind = instrument.drawing.naming_view, instrument.rules.Kind
Name, Rules, Surface = instrument.rules.Name, instrument.rules.Rules, instrument.rules.Surface
Verdict, kind_of = instrument.rules.Verdict, instrument.rules.kind_of

CONVENTIONS = '''
import re
from pathlib import Path

from app.main import app

SETTING = re.compile(r"""getenv\\("([^"]+)""")


def operations():
    for path, methods in app.openapi()["paths"].items():
        for operation in methods.values():
            if not operation.get("deprecated"):
                yield path, operation


def test_paths_are_lower_case():
    for path, _ in operations():
        assert re.sub("{.*?}", "", path).islower(), path


def test_parameters_are_snake_case():
    for _, operation in operations():
        assert all(p["name"].islower() for p in operation.get("parameters", []))


def test_operations_start_with_a_verb_and_are_unique():
    names = [operation["operationId"] for _, operation in operations()]
    assert all(name.startswith(("get_", "list_")) for name in names)
    assert len(names) == len(set(names))


def test_schemas_say_what_they_are_for():
    assert all(name.endswith("Response") for name in app.openapi()["components"]["schemas"])


def test_settings_have_a_prefix():
    for file in Path("app").rglob("*.py"):
        assert all(name.startswith("APP_") for name in SETTING.findall(file.read_text(encoding="utf-8"))), file
'''

CLEAN: dict[str, Any] = {
    "paths": {
        "/api/v1/users": {
            "get": {"operationId": "list_users", "parameters": [{"name": "skip", "in": "query"}]}
        },
        "/api/v1/users/{user_id}": {"get": {"operationId": "get_user"}},
    },
    "components": {"schemas": {"UserResponse": {"type": "object"}}},
}


def surface(*, setting: str = "APP_TITLE", **paths: dict[str, Any]) -> Surface:
    document = copy.deepcopy(CLEAN)
    document["paths"] |= {f"/api/v1/{name}": {"get": operation} for name, operation in paths.items()}
    return Surface(document, {"app/main.py": f'os.getenv("{setting}")'})


OLD = {"operationId": "fetch", "parameters": [{"name": "userId", "in": "query"}]}


def test_a_clean_api_has_nothing_to_fix() -> None:
    found = audit(surface(), Rules(CONVENTIONS))
    assert {j.verdict for j in found.names} == {Verdict.FINE}
    assert not found.failing
    assert naming_view(found).text == (
        "✓ CLEAN  Naming audit: 7 names, none to fix\n"
        "  Rules: 5 of 5 tests in tests/test_conventions.py pass\n"
        "\n"
        "  Paths          ✓✓  2 fine\n"
        "  Parameters     ✓   1 fine\n"
        "  Schemas        ✓   1 fine\n"
        "  Operation ids  ✓✓  2 fine\n"
        "  Settings       ✓   1 fine\n"
        "\n"
        "Fine: 7 names\n"
        "  Paths: /users, /users/{user_id}\n"
        "  Parameters: skip\n"
        "  Schemas: UserResponse\n"
        "  Operation ids: list_users, get_user\n"
        "  Settings: APP_TITLE"
    )


def test_each_bad_name_is_found_with_its_rule_and_a_better_one() -> None:
    found = audit(surface(setting="shopName", getUser=OLD), Rules(CONVENTIONS))
    bad = {j.name.text: (j.rules, j.proposal, j.proposal_exists) for j in found.having(Verdict.BROKEN)}
    assert bad == {
        "/api/v1/getUser": (("paths are lower case",), "/api/v1/users/{user_id}", True),
        "userId": (("parameters are snake case",), "user_id", False),
        "fetch": (("operations start with a verb and are unique",), "get_user", True),
        "shopName": (("settings have a prefix",), "APP_SHOP_NAME", False),
    }
    assert naming_view(found).text.startswith("✗ TO FIX  Naming audit: 10 names, 4 to fix\n  Rules: 1 of 5 ")


def test_what_is_deprecated_is_old_and_not_to_fix() -> None:
    found = audit(surface(getUser=OLD | {"deprecated": True}), Rules(CONVENTIONS))
    assert [j.name.text for j in found.having(Verdict.OLD)] == ["/api/v1/getUser", "userId", "fetch"]
    assert not found.having(Verdict.BROKEN)
    assert (
        "Old names, kept for one version:\n  Paths\n    /getUser  paths are lower case\n"
        in naming_view(found).text
    )


def test_two_operations_of_one_name_are_both_at_fault() -> None:
    found = audit(surface(people={"operationId": "list_users"}), Rules(CONVENTIONS))
    assert [j.name.text for j in found.having(Verdict.BROKEN)] == ["list_users"]


@pytest.mark.parametrize(
    "changes",
    [
        {},
        {"getUser": OLD},
        {"getUser": OLD | {"deprecated": True}},
        {"people": {"operationId": "list_users"}},
        {"setting": "TITLE"},
        {"people": {"operationId": "list_people", "parameters": [{"name": "Skip", "in": "query"}]}},
    ],
)
def test_the_audit_is_red_exactly_when_the_test_is(changes: dict[str, Any]) -> None:
    found = audit(surface(**changes), Rules(CONVENTIONS))
    assert {rule for j in found.having(Verdict.BROKEN) for rule in j.rules} == set(found.failing)


def test_a_rule_of_ones_own_about_the_whole_is_shown_too() -> None:
    rules = Rules(
        CONVENTIONS
        + "\n\ndef test_there_is_a_health_check():\n    assert '/health' in app.openapi()['paths']\n"
    )
    found = audit(surface(), rules)
    assert found.failing == ("there is a health check",)
    text = naming_view(found).text
    assert text.startswith("✗ TO FIX")
    assert "Fails over the whole document: there is a health check" in text


def test_a_proposal_that_breaks_a_rule_is_none() -> None:
    strict = CONVENTIONS.replace('startswith("APP_")', 'startswith("SHOP_")')
    found = audit(surface(setting="title"), Rules(strict))
    assert [j.proposal for j in found.having(Verdict.BROKEN)] == [""]
    assert "name it anew" in naming_view(found).text


@pytest.mark.parametrize("source", ["def test_(", "import no_such_module_anywhere", "1 / 0"])
def test_a_test_that_cannot_be_read_is_one_sentence(source: str) -> None:
    with pytest.raises(CourseError, match=r"tests/test_conventions\.py cannot be read"):
        Rules(source)


def test_a_rule_that_crashes_is_one_sentence() -> None:
    with pytest.raises(
        CourseError, match=r"test_paths_x in tests/test_conventions\.py crashed with KeyError"
    ):
        audit(surface(), Rules("def test_paths_x():\n    {}['x']\n"))


@pytest.mark.parametrize(
    ("kind", "name", "better"),
    [
        (Kind.PATH, "/api/v1/getOrders", "/api/v1/orders"),
        (Kind.PATH, "/api/v1/order/{orderId}", "/api/v1/orders/{order_id}"),
        (Kind.PATH, "/product_info/{prodId}", "/products/{product_id}"),
        (Kind.PATH, "/Category", "/categories"),
        (Kind.PARAMETER, "HTTPStatus", "http_status"),
        (Kind.PARAMETER, "accountNo", "account_number"),
        (Kind.SCHEMA, "usr_info", "UserResponse"),
        (Kind.SETTING, "appTitle", "APP_TITLE"),
    ],
)
def test_proposals(kind: Kind, name: str, better: str) -> None:
    assert propose(Surface({}), Name(kind, name)) == better


def test_what_comes_in_is_a_create() -> None:
    body = {"content": {"application/json": {"schema": {"$ref": "#/components/schemas/OrderIn"}}}}
    there = Surface({"paths": {"/orders": {"post": {"operationId": "x", "requestBody": body}}}})
    assert propose(there, Name(Kind.SCHEMA, "OrderIn")) == "OrderCreate"
    assert propose(there, Name(Kind.OPERATION, "x")) == "create_order"


def test_rules_are_told_apart_by_their_names() -> None:
    assert kind_of("test_collections_are_plural") is Kind.PATH
    assert kind_of("test_there_is_a_health_check") is None


def test_it_keeps_the_rules_of_all_pictures() -> None:
    document = {"paths": {EVIL: {"get": {"operationId": EVIL}}}, "components": {"schemas": {EVIL: {}}}}
    assert broken_rules(naming_view(audit(Surface(document), Rules(CONVENTIONS)), EVIL)) == []
