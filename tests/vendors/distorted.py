"""What a vendor may do to a reply without a word in its documents."""

from collections.abc import Set as AbstractSet
from typing import Any

from hypothesis import strategies as st

ODD = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(),
    st.floats(),
    st.sampled_from(["", "-", " 12 ", "12.0", "NEW_WORD", "2025-13-41 99:00:00", "0001-01-01"]),
    st.text(max_size=8),
    st.lists(st.none(), max_size=2),
    st.dictionaries(st.text(max_size=4), st.integers(), max_size=2),
)


def harmless(
    body: Any, *, required: AbstractSet[str], words: AbstractSet[str]
) -> st.SearchStrategy[Any]:
    """The reply with changes that must not matter.

    Fields that are not `required` go missing or are empty, numbers come padded or as floats, the
    fields in `words` hold words that we have not met, and fields appear that nobody asked for.
    """

    def value(name: str, old: Any) -> st.SearchStrategy[Any]:
        if name in words:
            return st.sampled_from([old, "NEW_WORD"])
        changed = harmless(old, required=required, words=words)
        nothing = [None] if isinstance(old, dict | list | bool) else [None, "", "-"]
        return changed if name in required else st.one_of(changed, st.sampled_from(nothing))

    if isinstance(body, dict):
        fields = {name: value(name, old) for name, old in body.items()}
        must = {name: fields[name] for name in fields if name in required}
        may = {name: fields[name] for name in fields if name not in required}
        extra = {"aFieldOfTomorrow": ODD}
        return st.fixed_dictionaries(must, optional=may | extra)
    if isinstance(body, list):
        return st.tuples(*(harmless(row, required=required, words=words) for row in body)).map(list)
    if isinstance(body, int | float) and not isinstance(body, bool):
        return st.sampled_from([body, float(body), f" {body} "])
    return st.just(body)


def broken(body: Any) -> st.SearchStrategy[Any]:
    """The reply with anything in the place of anything."""
    if isinstance(body, dict):
        whole = st.fixed_dictionaries({}, optional={n: broken(old) for n, old in body.items()})
    elif isinstance(body, list):
        whole = st.tuples(*(broken(row) for row in body)).map(list)
    else:
        whole = st.just(body)
    return st.one_of(whole, whole, whole, ODD)
