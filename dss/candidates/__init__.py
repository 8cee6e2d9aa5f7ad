"""Candidate sites from the one map, each with the rules that exclude it."""

from dss.candidates.finding import (
    CandidateGround,
    Candidates,
    Examined,
    Exclusion,
    Unexamined,
    find_candidates,
)
from dss.candidates.spec import CandidateSpec, Effect, Rule, RuleKind

__all__ = [
    "CandidateGround",
    "CandidateSpec",
    "Candidates",
    "Effect",
    "Examined",
    "Exclusion",
    "Rule",
    "RuleKind",
    "Unexamined",
    "find_candidates",
]
