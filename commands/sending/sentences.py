"""What a person adds to a message that goes out soon: one sentence, kept with who wrote it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from commands.acting import Acting
from commands.authority import needs
from dunning.contact_facts import SentenceAdded
from dunning.may import NotAllowed
from ledger.books import Books
from ledger.sentences import add_sentence, sentence_of

LONGEST_SENTENCE = 600


@dataclass(frozen=True)
class SentenceActions(Acting):
    """Actions at the words of messages that nobody claimed yet."""

    @needs("follow_up")
    def say(
        self, customer: str, message: str, text: str, shows: Callable[[Books, str], bool]
    ) -> str:
        """Say something in a message, or take it back with an empty `text`.

        `shows` tells whether the letter would show it: some have a wording that is fixed. It goes
        with the message of that day and channel only.
        """
        said = " ".join(text.split())

        def work(books: Books) -> str:
            books.lock_customers([customer])
            if not books.knows_customer(customer):
                raise NotAllowed(f"There is no customer {customer} in the books.")
            if len(said) > LONGEST_SENTENCE:
                raise NotAllowed(f"At most {LONGEST_SENTENCE} characters fit into a letter.")
            if said == sentence_of(books, customer, message):
                raise NotAllowed("It says that already.")
            fact = SentenceAdded(at=self.now, by=self.by, message=message, text=said)
            add_sentence(books, customer, fact)
            if said and not shows(books, said):
                raise NotAllowed("The wording of this message is fixed: it takes no sentence.")
            return "The message says it." if said else "The message says it no longer."

        return self.ledger.transact(work)
