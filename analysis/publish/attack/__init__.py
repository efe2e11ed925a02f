"""Attacking a public store as a reader with bad intentions would: from what is published, and nothing else."""

from analysis.publish.attack.report import Attack, attack_store, public_words

__all__ = ["Attack", "attack_store", "public_words"]
