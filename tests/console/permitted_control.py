"""What the forms of money, control and people need."""

from __future__ import annotations

from tests.console.busy_books import TERMS
from tests.console.permitted import EVERYBODY, WHOEVER_SIGNED_IN, Fields, Permitted, of

_NOTE: Fields = {"note": "agreed"}
_WHY: Fields = {"reason": "asked"}
_PAYMENT: Fields = {"payment": "P-9", "place": "", "reason": "wrong", "customer": "C-1"}
_CREDIT: Fields = {"what": "credit_note", "invoice": "INV-1", "amount": "1.00", "reason": "price"}
_ADJUSTMENT: Fields = {"invoice": "INV-1", "adjustment": "INV-1:a1", "reason": "wrong"}
_MONTH: Fields = {"month": "2026-04", "entity": "demo", "reason": "late", "approved_by": "manager"}
_DAYS: Fields = {"first": "2026-04-01", "last": "2026-04-02"}
_VERSION = "/policies/versions/{version}", "/policies/versions/2"
_FINDING = "/audit/findings/{finding}", "/audit/findings/abcdef012345"
_ASSIGNED: Fields = {"owner": "associate", "due": "2026-05-11", "note": "look"}

CONTROL: tuple[Permitted, ...] = (
    *of(
        "/adjustments",
        "/adjustments",
        "follow_up",
        propose=_CREDIT,
        reopen=_ADJUSTMENT,
        undo=_ADJUSTMENT,
    ),
    *of(
        "/adjustments",
        "/adjustments",
        "approve",
        decide=dict(_ADJUSTMENT) | {"decision": "approve"},
    ),
    *of(
        "/adjustments",
        "/adjustments",
        "post_cash",
        paid=dict(_ADJUSTMENT) | {"payment": "P-9", "reference": "SEPA 1", "on": "2026-05-04"},
    ),
    *of(
        "/cash",
        "/cash",
        "post_cash",
        accept=dict(_PAYMENT) | {"number": "1", "expected": "x"},
        apply=dict(_PAYMENT) | {"invoice1": "INV-1", "amount1": "1.00"},
        on_account=dict(_PAYMENT) | {"why": "so"},
        undo=_PAYMENT,
        learn=_PAYMENT,
    ),
    Permitted(
        "/cash/payers/forget", "/cash/payers/forget", "post_cash", {"payer": "x", "reason": "left"}
    ),
    *of(
        "/holds",
        "/holds",
        "place_hold",
        place={"customer": "C-1", "code": "COMPLAINT", "why": "so"},
    ),
    *of(
        "/holds",
        "/holds",
        "lift_hold",
        lift={"customer": "C-3", "hold": "C-3:COMPLAINT:20260504T100000", "reason": "over"},
    ),
    Permitted("/imports/look", "/imports/look", "import_files", {"kind": "invoices"}, "a.csv"),
    Permitted("/imports/take", "/imports/take", "import_files", {"looked": "x"}, refusal=404),
    Permitted("/imports/{run:int}/replay", "/imports/1/replay", "import_files", {"row": "1"}),
    Permitted("/audit/run", "/audit/run", WHOEVER_SIGNED_IN, _DAYS),
    Permitted("/audit/run", "/audit/run", "work_findings", dict(_DAYS) | {"keep": "yes"}),
    Permitted("/audit/pack", "/audit/pack", WHOEVER_SIGNED_IN, _DAYS),
    *of(
        *_FINDING,
        "work_findings",
        explain=_NOTE,
        remediate=_NOTE,
        accept=_NOTE,
        reopen=_NOTE,
        assign=_ASSIGNED,
    ),
    *of("/month-end", "/month-end", "prepare_close", prepare=_MONTH),
    *of("/month-end", "/month-end", "sign_close", review=_MONTH, reopen=_MONTH),
    *of(*_VERSION, "draft_policy", simulate={}),
    *of(*_VERSION, "draft_policy|approve_policy", withdraw=_WHY),
    *of(*_VERSION, "approve_policy", approve=_NOTE, activate={"start": "", "first_wave": "100"}),
    *of("/policies", "/policies", "approve_policy", rollback={"to": "1", "reason": "bad"}),
    *(
        Permitted(one.route, one.address, one.right, one.fields, "draft.zip")
        for one in of("/policies", "/policies", "draft_policy", upload=_NOTE)
    ),
    Permitted(
        f"{_VERSION[0]}/document",
        "/policies/versions/1/document?path=policies/cash.toml",
        "draft_policy",
        {"text": "x = 1", "note": "so"},
    ),
    *of("/experiments", "/experiments", "approve_policy", start={"terms": TERMS}),
    *of("/experiments/{name}", "/experiments/sooner", "draft_policy", stop=_WHY),
    *of("/experiments/{name}", "/experiments/sooner", WHOEVER_SIGNED_IN, report={}),
    *(
        Permitted(
            f"/settings/channels/{deed}", f"/settings/channels/{deed}", "release_channel", given
        )
        for deed in ("stop", "release")
        for given in ({"channel": "email", "reason": "so"},)
    ),
    Permitted("/settings/doctor", "/settings/doctor", WHOEVER_SIGNED_IN),
    *of(
        "/people/{person}",
        "/people/viewer",
        "manage_people",
        role={"deed": "give", "role": "viewer"},
        leave=_WHY,
        reset={},
        account={"deed": "give", "identity": "v@example.com"},
    ),
    *(Permitted("/people/{person}/do/return", "/people/viewer/do/return", "manage_people", _WHY),),
    *of("/erasures", "/erasures", "change_contacts", ask={"customer": "C-1", "reason": "asked"}),
    *of("/erasures/{customer:path}", "/erasures/C-3", "approve", approve={}, decline=_WHY),
    *of("/people", "/people", "manage_people", add={"person": "n", "name": "N", "role": "viewer"}),
    *of(
        "/people",
        "/people",
        "assign",
        delegate={"of": "associate", "to": "manager", "until": "2026-05-20"},
    ),
    Permitted(
        "/keys/do/add", "/keys/do/add", "manage_people", {"person": "viewer", "scope": "read"}
    ),
    *of("/keys/{key}", "/keys/x", "manage_people", revoke={}),
    *of("/subscribers", "/subscribers", "manage_people", add={"url": "https://erp.example/x"}),
    *of(
        "/subscribers/{subscription}",
        "/subscribers/x",
        "manage_people",
        rotate={},
        test={},
        retry={},
        end={},
    ),
    Permitted(
        "/queue/several",
        "/queue/several",
        "follow_up",
        {"deed": "pause", "item": "x", "reason": "system"},
    ),
    Permitted(
        "/queue/several",
        "/queue/several",
        "assign",
        {"deed": "assign", "item": "x", "to": "associate", "note": "so"},
    ),
    Permitted(
        "/queue/views", "/queue/views", WHOEVER_SIGNED_IN, {"query": "what=call", "name": "x"}
    ),
    Permitted("/queue/views/remove", "/queue/views/remove", WHOEVER_SIGNED_IN, {"name": "x"}),
    Permitted(
        "/password", "/password", WHOEVER_SIGNED_IN, {"old": "x", "password": "y", "again": "y"}
    ),
    Permitted("/sign-out", "/sign-out", WHOEVER_SIGNED_IN),
    Permitted("/sign-in", "/sign-in", EVERYBODY, {"name": "x", "password": "y"}),
    Permitted("/sign-in/demo", "/sign-in/demo", EVERYBODY, {"person": "x"}),
    Permitted("/link/{token}", "/link/x", EVERYBODY, {"password": "x", "again": "x"}),
    Permitted("/language", "/language", EVERYBODY, {"language": "de", "next": "/"}),
)
