"""Which open amounts make a payment: only a sum that is the only one is an answer."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

# Of so many amounts every sum is looked at: two halves of eleven make 2,048 sums each.
MOST_WHOLE = 22
# Of more, sums of two and three are looked at, which proves nothing about sums of four.
MOST_IN_PART = 400
# Counting two of them proves that the answer is not unique.
_ENOUGH = 2


def sums_to(amounts: Sequence[int], target: int) -> tuple[tuple[int, ...], ...]:
    """Up to two choices of places whose positive amounts make the target; one means it is unique.

    Bounded: at most 4,096 sums up to 22 amounts; with more only all of them together, each alone
    and each two and three of the first 400 are looked at (see `is_complete`).
    """
    if target <= 0 or not amounts:
        return ()
    if is_complete(len(amounts)):
        return tuple(_first_two(_whole(amounts, target)))
    return tuple(_first_two(_in_part(amounts, target)))


def is_complete(count: int) -> bool:
    """Whether a single answer among so many amounts is proven to be the only one."""
    return count <= MOST_WHOLE


def _first_two(found: Iterator[tuple[int, ...]]) -> list[tuple[int, ...]]:
    kept: list[tuple[int, ...]] = []
    for places in found:
        if places not in kept:
            kept.append(places)
        if len(kept) == _ENOUGH:
            break
    return kept


def _whole(amounts: Sequence[int], target: int) -> Iterator[tuple[int, ...]]:
    """Meet in the middle: the sums of one half, looked up for each sum of the other."""
    middle = len(amounts) // 2
    known: dict[int, list[int]] = {}
    for mask, total in _subsets(amounts[:middle]):
        choices = known.setdefault(total, [])
        if len(choices) < _ENOUGH:
            choices.append(mask)
    for mask, total in _subsets(amounts[middle:]):
        for other in known.get(target - total, ()):
            chosen = other | mask << middle
            if chosen:
                yield tuple(place for place in range(len(amounts)) if chosen >> place & 1)


def _subsets(amounts: Sequence[int]) -> Iterator[tuple[int, int]]:
    """Each choice, as a mask, with its sum."""
    sums = [0]
    for amount in amounts:
        sums += [total + amount for total in sums]
    return iter(enumerate(sums))


def _in_part(amounts: Sequence[int], target: int) -> Iterator[tuple[int, ...]]:
    if sum(amounts) == target:
        yield tuple(range(len(amounts)))
    places: dict[int, list[int]] = {}
    for place, amount in enumerate(amounts[:MOST_IN_PART]):
        if amount == target:
            yield (place,)
        places.setdefault(amount, []).append(place)
    few = amounts[:MOST_IN_PART]
    for first, amount in enumerate(few):
        yield from ((first, at) for at in places.get(target - amount, ()) if at > first)
    least, most = min(few), max(few)
    for first, amount in enumerate(few):
        left, later = target - amount, few[first + 1 :]
        # Most are ruled out without looking at each pair: too much, too little, or no third.
        if 2 * least <= left <= 2 * most and not places.keys().isdisjoint(map(left.__sub__, later)):
            for second, other in enumerate(later, start=first + 1):
                thirds = places.get(left - other, ())
                yield from ((first, second, at) for at in thirds if at > second)
