"""Contracts: each table holds what it declares, nothing else, and says what is wrong."""

from __future__ import annotations

import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st

from analysis.errors import ContractError
from analysis.store.contracts import CONTRACTS, VOCABULARY, check, contract_of

COUNTS = pa.table({"doc_id": ["a", "a", "b"], "term_id": [0, 1, 1], "token_count": [3, 1, 2]})


@pytest.mark.parametrize(
    ("change", "says"),
    [
        ({"token_count": [0, 1, 1]}, "token_count: 0 is below 1"),
        ({"doc_id": ["a", "a", None]}, "1 empty values"),
        ({"term_id": [1, 1, 1]}, "2 rows share the key"),
        ({"token_count": ["many", "1", "1"]}, "declared type"),
        ({"extra": [1, 1, 1]}, "not declared: \\['extra'\\]"),
    ],
)
def test_a_broken_contract_is_refused(change, says):
    with pytest.raises(ContractError, match=says):
        check("counts", pa.table(COUNTS.to_pydict() | change))


@given(st.lists(st.tuples(st.sampled_from("abc"), st.sampled_from([0, 1, 2**31 - 1])), max_size=8))
def test_keys_are_unique_in_whatever_order(rows):
    table = pa.table(
        {
            "doc_id": pa.array([d for d, _ in rows], pa.string()),
            "term_id": pa.array([t for _, t in rows], pa.int32()),
            "token_count": pa.array([1] * len(rows), pa.int32()),
        }
    )
    if len(set(rows)) == len(rows):
        assert check("counts", table).num_rows == len(rows)
    else:
        with pytest.raises(ContractError, match="keys are unique"):
            check("counts", table)


def test_allowed_values_are_listed():
    hits = {c.name: pa.array([], c.dtype) for c in CONTRACTS["hits"].columns}
    assert check("hits", pa.table(hits)).num_rows == 0
    row = {
        c.name: [0] if c.dtype == "int32" else [False] if c.dtype == "bool" else ["body"]
        for c in CONTRACTS["hits"].columns
    }
    row |= {"voice": ["quotd"], "speaker_role": [None], "speaker_side": ["outlet"]}
    with pytest.raises(ContractError, match=r"allowed: own, quoted, reported. Did you mean 'quoted'"):
        check("hits", pa.table(row))


def test_every_column_of_every_contract_is_explained():
    for contract in CONTRACTS.values():
        assert set(contract.key) <= set(contract.names)
        assert all(column.meaning for column in contract.columns)
    assert VOCABULARY.schema().field("token_count").type == pa.int64()


def test_an_unknown_table_is_answered_with_all_there_are():
    with pytest.raises(ContractError, match=r"Did you mean 'counts'"):
        contract_of("count")


def test_some_columns_are_checked_and_cast_without_the_key():
    part = check("counts", pa.table({"token_count": pa.array([2, 2], pa.int64())}), columns=["token_count"])
    assert part.schema.field("token_count").type == pa.int32()
    with pytest.raises(ContractError, match=r"columns missing: \['doc_id'"):
        check("counts", part)


def test_what_the_study_declares_is_allowed_and_nothing_else():
    column = next(c for c in CONTRACTS["documents"].columns if c.name == "collection")

    class Declared:
        def ids(self, name):
            return {column.declared: ("speeches",)}[name]

    assert column.declared and column.values_allowed(None) == ()
    assert column.values_allowed(Declared()) == ("speeches",)
    assert CONTRACTS["hits"].columns[0].values_allowed(Declared()) == ()
