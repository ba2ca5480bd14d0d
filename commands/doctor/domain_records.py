"""What the DNS says of a domain."""

from __future__ import annotations

# For a whole look-up, whatever the number of servers.
TIMEOUT_SECONDS = 4.0


def records(name: str, kind: str) -> tuple[str, ...]:
    """The TXT or MX records of a name, aliases followed; empty where there are none.

    A TXT record is its text, an MX record the mail server's name in lower case.
    Raises OSError when nobody answers.
    """
    # Every command would wait for this library; only the doctor needs it.
    from dns.exception import DNSException  # noqa: PLC0415
    from dns.resolver import NXDOMAIN, NoAnswer, Resolver  # noqa: PLC0415

    try:
        found = Resolver().resolve(name, kind, lifetime=TIMEOUT_SECONDS, search=False)
    except (NXDOMAIN, NoAnswer):
        return ()
    except DNSException as error:
        raise OSError(f"the DNS does not answer about {name} ({type(error).__name__})") from None
    if kind == "MX":
        return tuple(str(one.exchange).rstrip(".").lower() for one in found)
    return tuple(b"".join(one.strings).decode(errors="replace") for one in found)
