"""How sure: what a number must survive before it is a finding."""

from analytics.evidence.families import average_reactions, both_ways
from analytics.evidence.multiplicity import adjust_pvalues

__all__ = ["adjust_pvalues", "average_reactions", "both_ways"]
