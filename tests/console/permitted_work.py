"""What the forms of work and customers need."""

from __future__ import annotations

from dataclasses import replace

from tests.console.permitted import WHOEVER_SIGNED_IN, Fields, Permitted, of, to_invoice

_NOTE: Fields = {"note": "agreed"}
_WHY: Fields = {"reason": "asked"}
_CASE = "/invoices/{invoice:path}", "/invoices/INV-1"
_CONTACT: Fields = {
    "contact": "C-1/1",
    "channel": "email",
    "reason": "asked",
    "until": "2026-06-01",
}
_TASK = "/tasks/{task:path}", "/tasks/C%2F2%3Acontact%3A2026-04-16"
_REPLY = "/inbox/{reply}", "/inbox/{reply}"
_DISPUTE = "/disputes/{dispute:path}", "/disputes/INV-4%2F1"

WORK: tuple[Permitted, ...] = (
    *of(
        *_CASE,
        "follow_up",
        pause={"reason": "goodwill"},
        resume={},
        escalate={"role": "ar_lead", "note": "so"},
        promise={"on": "2026-05-08"},
        dispute={"reason": "price"},
        write_off={"reason": "bankrupt"},
    ),
    *of(*_CASE, "approve", decide={"what": "write_off", "decision": "approve", "note": "so"}),
    *of(*_CASE, "approve_letters", letter={"decision": "approve", "note": "so"}),
    Permitted("/notes/invoice/{invoice:path}", "/notes/invoice/INV-1", "follow_up", {"text": "x"}),
    Permitted("/notes/customer/{customer:path}", "/notes/customer/C-1", "follow_up", {"text": "x"}),
    *of(
        "/customers/{customer:path}",
        "/customers/C-1",
        "follow_up",
        pause={"reason": "goodwill"},
        resume={},
        note={"channel": "call", "note": "rang"},
    ),
    *of(
        "/contacts/{customer:path}",
        "/contacts/C-1",
        "follow_up",
        propose={"name": "A", "role": "billing", "email": "a@customer.example"},
        block=_CONTACT,
        withdraw=_CONTACT,
        away=_CONTACT,
    ),
    *of(
        "/contacts/{customer:path}",
        "/contacts/C-1",
        "change_contacts",
        verify={"contact": "C-1/associate/1", "note": "rang"},
        unblock=_CONTACT,
        consent=dict(_CONTACT) | {"source": "form", "wording": "yes"},
    ),
    *of(
        *_DISPUTE,
        "follow_up",
        acknowledge=_NOTE,
        assign={"owner": "associate", "why": "knows it"},
        wait={"on": "customer", "note": "asked"},
        credit={"amount": "1.00", "role": "{spoken}", "note": "so"},
        resolve={"outcome": "upheld", "role": "{spoken}", "note": "so"},
    ),
    *(
        Permitted(one.route, one.address, one.right, one.fields, "a.csv")
        for one in of(*_DISPUTE, "follow_up", evidence=_NOTE)
    ),
    *of(*_DISPUTE, "approve", decide={"decision": "approve", "role": "{spoken}", "note": "so"}),
    *of("/promises/{promise:path}", "/promises/INV-3%2F1", "follow_up", withdraw=_WHY),
    *of("/plans/{plan:path}", "/plans/C%2F2%2Fplan-1", "follow_up", cancel=_WHY),
    *of(
        "/plans/{plan:path}",
        "/plans/C%2F2%2Fplan-1",
        "approve",
        decide={"decision": "approve", "note": "so"},
    ),
    Permitted(
        "/plans/new",
        "/plans/new",
        "follow_up",
        {"customer": "C-1", "item": "INV-1", "lines": "2026-05-15 1250.00", "note": "so"},
    ),
    *of(
        *_TASK,
        "follow_up",
        finish={"outcome": "done"},
        call={"outcome": "no_answer"},
    ),
    *of(*_TASK, "assign", give={"to": "associate", "note": "so"}),
    *of(
        "/approvals/{task:path}",
        "/approvals/INV-3%3Awrite_off_approval%3A1",
        "approve",
        decide={"decision": "approve", "note": "so"},
    ),
    *of(
        *_REPLY,
        "follow_up",
        confirm={},
        correct={"intent": "question"},
        answer={"letter": "answer", "words": "Thank you."},
        handled={"outcome": "read"},
        undo=_WHY,
    ),
    *of(*_REPLY, "follow_up", assign={"customer": "C-1"}),
    *to_invoice("/outgoing/do", "follow_up", "hold"),
    # Which message it is about is looked at first.
    *(
        replace(one, refusal=422, recorded=False)
        for one in to_invoice("/outgoing/do", "follow_up", "say")
    ),
    *to_invoice("/outgoing/words/do", "follow_up", "send-now", "word", "unword"),
    *to_invoice("/outgoing/words", WHOEVER_SIGNED_IN, "letter"),
    *(
        Permitted(f"/statements/do/{deed}", f"/statements/do/{deed}?customer=C-4", "follow_up")
        for deed in ("send", "cancel")
    ),
    Permitted(
        "/credits/{payment:path}/do/decide",
        "/credits/P-9/do/decide",
        "approve",
        {"decision": "approve", "note": "so"},
        refusal=404,
        recorded=False,
    ),
)
