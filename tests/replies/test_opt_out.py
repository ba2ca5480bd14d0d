from __future__ import annotations

from datetime import UTC, datetime

import pytest

from replies.reading import read_reply


def stops(text: str) -> bool:
    return read_reply(
        text, received_at=datetime(2026, 3, 4, tzinfo=UTC), channel="sms"
    ).stop_contact


@pytest.mark.parametrize(
    "word",
    "STOP stop Stop. STOPP ARRET ARRÊT BAJA ALTO STOPPEN AFMELDEN QUIT END CANCEL REVOKE OPTOUT "
    "UNSUBSCRIBE STOPALL stop! (stop)".split(),
)
def test_a_keyword_alone_stops(word: str) -> None:
    assert stops(word)


@pytest.mark.parametrize(
    "text",
    [
        "Stop please",
        "please don't text me again",
        "I revoke my consent to be texted",
        "take my number off your list",
        "no more emails",
        "leave us alone",
        "Nehmen Sie mich aus dem Verteiler.",
        "Schreiben Sie mir bitte nicht mehr.",
        "Ich widerspreche jeder weiteren Kontaktaufnahme.",
        "ne me contactez plus par SMS",
        "Veuillez me désinscrire.",
        "dejen de llamarme",
        "quiero darme de baja",
        "stop met mailen",
        "haal mij van de lijst",
    ],
)
def test_plain_words_stop(text: str) -> None:
    assert stops(text)


@pytest.mark.parametrize(
    "text",
    [
        "please stop the delivery",
        "cancel the order",
        "End of month",
        "the payment is due at the end of June",
        "We have not received your email",
        "Don't hesitate to call me",
        "Please don't call before 9, I am driving",
        "I'll stop by on Friday",
        "Please remove the late fee from the invoice",
        "Bitte stoppen Sie die Lieferung",
        "Wir haben keine Mail erhalten",
        "Merci de suspendre la livraison",
        "No dude en llamarme",
        "No he recibido su correo",
        "Ik heb geen mail ontvangen",
        "wrong number",
    ],
)
def test_the_same_words_in_another_sense_do_not(text: str) -> None:
    assert not stops(text)
