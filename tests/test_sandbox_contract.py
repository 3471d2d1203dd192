"""openapi.yaml is the contract: the sandbox keeps it for anything a tester invents, the client for what it says."""

import json
import re
from pathlib import Path

import jsonschema
import pytest
import requests
import schemathesis
import yaml
from hypothesis import HealthCheck, Phase, settings

import core.loyalty
from core.gains import Permissions, Proof
from core.gains.baskets import Use, settle
from core.loyalty.sales import Outbox
from core.loyalty.sandbox import CLIENT_ID, CLIENT_SECRET, Sandbox
from core.loyalty.wire import TOKEN
from tests.loyalty_parts import AMOUNT, TODAY, MemoryStore, client_of, euros, line, sale_of

CONTRACT = yaml.safe_load((Path(core.loyalty.__file__).parent / "openapi.yaml").read_text("utf-8"))
schema = schemathesis.openapi.from_dict(CONTRACT)


@pytest.fixture(scope="module")
def sandbox():
    with Sandbox(today=TODAY) as server:
        yield server


@pytest.fixture(scope="module")
def token(sandbox):
    answer = requests.post(sandbox.url + TOKEN, auth=(CLIENT_ID, CLIENT_SECRET), timeout=5)
    return answer.json()["access_token"]


@schema.parametrize()
@settings(
    max_examples=25,
    deadline=None,
    derandomize=True,
    database=None,
    phases=[Phase.explicit, Phase.generate],
    suppress_health_check=list(HealthCheck),
)
def test_the_sandbox_keeps_the_contract_whatever_it_is_sent(case, sandbox, token):
    identifiers = requests.auth._basic_auth_str(CLIENT_ID, CLIENT_SECRET)
    authorization = identifiers if case.path == TOKEN else f"Bearer {token}"
    case.call_and_validate(base_url=sandbox.url, headers={"Authorization": authorization})


class Recorder(requests.Session):
    """A session that keeps every exchange of the real client."""

    def __init__(self):
        super().__init__()
        self.exchanges = []

    def send(self, request, **options):
        response = super().send(request, **options)
        self.exchanges.append((request, response.status_code, response.content))
        return response


def described(path):
    """Return the contract's path for a real one."""
    return next(p for p in CONTRACT["paths"] if re.fullmatch(re.sub(r"\{\w+\}", "[^/]+", p), path))


def resolved(node):
    while "$ref" in node:
        *_, kind, name = node["$ref"].split("/")
        node = CONTRACT["components"][kind][name]
    return node


def validate(instance, content):
    checked = {**content["application/json"]["schema"], "components": CONTRACT["components"]}
    jsonschema.Draft202012Validator(checked, format_checker=jsonschema.FormatChecker()).validate(instance)


def test_everything_the_client_says_and_hears_is_in_the_contract(sandbox):
    """The client goes through every operation; each request and answer is held against openapi.yaml."""
    session = Recorder()
    client = client_of(sandbox, session=session)
    client.usable_gains(["433 701", "433702", "433703", "433706", "999999"])
    client.attach("433705", "C-1")
    client.detach("433705", "C-1")
    client.update_permissions("433705", Permissions(True, True), Proof("bulletin", TODAY))
    outbox = Outbox(MemoryStore(), client)
    gain = client.card(AMOUNT).gains[0]
    basket = settle([line("30.00", "2"), line("9.99", "0.333")], [Use(gain, euros("5.00"))], TODAY)
    for key in ("contract-1", "contract-2"):
        outbox.reserve(sale_of(basket, key, AMOUNT))
    outbox.cancel("contract-2")
    outbox.confirm("contract-1")
    outbox.refund("contract-1", [euros("1"), euros("0")])
    client.status("contract-1")
    client.status("never-seen")
    seen = set()
    for request, status, content in session.exchanges:
        path = described(request.path_url)
        operation = CONTRACT["paths"][path][request.method.lower()]
        seen.add(operation["operationId"])
        if "requestBody" in operation:
            validate(json.loads(request.body), resolved(operation["requestBody"])["content"])
        for parameter in map(resolved, operation.get("parameters", ())):
            assert re.fullmatch(CONTRACT["components"]["schemas"]["Key"]["pattern"], request.headers[parameter["name"]])
        validate(json.loads(content), resolved(operation["responses"][str(status)])["content"])
    assert seen == {o["operationId"] for p in CONTRACT["paths"].values() for m, o in p.items() if m != "parameters"}
