"""What an allocation is to achieve, a file for each aim, and what proves that it does."""

from models.shelter.aims.kinds import (
    Aim,
    AimProof,
    LongestProof,
    LongestTrip,
    ShareProof,
    ShareWithin,
    TotalTime,
    Weighed,
    WeighedProof,
    WeighedStep,
)

__all__ = [
    "Aim",
    "AimProof",
    "LongestProof",
    "LongestTrip",
    "ShareProof",
    "ShareWithin",
    "TotalTime",
    "Weighed",
    "WeighedProof",
    "WeighedStep",
]
