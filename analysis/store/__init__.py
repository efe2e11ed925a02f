"""The public store: table contracts, and the one gateway that writes and opens it."""

from analysis.errors import ContractError, DiscourseError, TextsMissing, not_allowed, require
from analysis.store.contracts import CONTRACTS, check, contract_of
from analysis.store.gateway import Store, StoreWriter, open_store

__all__ = [
    "CONTRACTS",
    "ContractError",
    "DiscourseError",
    "Store",
    "StoreWriter",
    "TextsMissing",
    "check",
    "contract_of",
    "not_allowed",
    "open_store",
    "require",
]
