"""Patients of several classes go from incidents to hospitals that have beds for their class.

Sets
    I incidents; C classes of patients; H hospitals; B kinds of beds; rows r = (i, c), columns j = (h, b)
Data
    n_ic patients; m_hb free beds; f_cb whether a patient of the class may lie in the bed; t_ih seconds from
    the call until the patient is in the hospital (the ambulance's way to the incident, loading, the way
    back); limit_c most of them; p_c > 0 priority of the class, larger = more urgent
Decision
    x_rj whole, patients of class c at incident i who go to a bed of kind b in hospital h
Constraints
    (1) sum_j x_rj <= n_r
    (2) sum_r x_rj <= m_j
    (3) x_rj = 0 where the bed does not suit the class
    (4) x_rj = 0 where there is no way or t_ih > limit_c
Objective
    first the most patients of the most urgent class in a bed, then of the next, and so on; then the least
    sum of p_c * t_ih

As with units and needs, ranks of classes are weights enough, and one transport with prices proves both.
Source: Hitchcock (1941), The distribution of a product from several sources.
"""

from dataclasses import dataclass

import numpy as np

from dss.arrays import BoolArray, FloatArray, IntArray
from dss.errors import ProblemError
from models.dispatch.teams.transport import Prices
from models.dispatch.teams.validating import counts, flags, moments
from models.dispatch.validating import travel_times, whole_numbers

TENTHS = 10
"""Times are counted in tenths of a second."""


@dataclass(frozen=True, slots=True, eq=False)
class Patients:
    """Patients and beds.

    Parameters
    ----------
    patients
        At each incident by class, shape (i, c), whole.
    beds
        Free beds of each hospital by kind, shape (h, b), whole.
    suits
        Whether a patient of the class may lie in a bed of the kind, shape (c, b).
    trip_s
        Seconds until a patient of each incident is in each hospital, shape (i, h), kept to tenths; inf where
        there is no way.
    limit_s
        Most of them by class, shape (c,); inf where it may take any time.
    priority
        Of each class, shape (c,), whole, at least 1; larger is more urgent.

    Raises
    ------
    ProblemError
        If a number is negative, not whole where it must be, or not a number, or shapes do not fit.
    """

    patients: IntArray
    beds: IntArray
    suits: BoolArray
    trip_s: FloatArray
    limit_s: FloatArray
    priority: IntArray

    def __post_init__(self) -> None:
        priority = whole_numbers(self.priority, "priority")
        for c in np.flatnonzero(priority < 1)[:1]:
            raise ProblemError("dispatch_whole", name="priority", index=int(c), value=0, least=1)
        classes = priority.size
        patients, beds = counts(self.patients, "patients"), counts(self.beds, "beds")
        if patients.shape[1] != classes:
            raise ProblemError(
                "dispatch_shape", name="patients", shape=patients.shape, expected=("i", classes)
            )
        suits = flags(self.suits, "suits", classes)
        if suits.shape[1] != beds.shape[1]:
            raise ProblemError(
                "dispatch_shape", name="beds", shape=beds.shape, expected=("h", suits.shape[1])
            )
        shape = (patients.shape[0], beds.shape[0])
        fields = {
            "patients": patients,
            "beds": beds,
            "suits": suits,
            "trip_s": np.round(travel_times(self.trip_s, "trip_s", shape), 1),
            "limit_s": moments(self.limit_s, "limit_s", classes, endless=True),
            "priority": priority,
        }
        for name, value in fields.items():
            object.__setattr__(self, name, value)

    def suited(self) -> BoolArray:
        """Rows and columns that keep (3), shape (i * c, h * b)."""
        incidents, hospitals = self.trip_s.shape
        return np.tile(self.suits, (incidents, hospitals))

    def seconds(self) -> FloatArray:
        """Seconds of each row and column, shape (i * c, h * b)."""
        classes, kinds = self.suits.shape
        return np.repeat(np.repeat(self.trip_s, classes, axis=0), kinds, axis=1)

    def reaches(self) -> BoolArray:
        """Rows and columns that keep (3) and have a way, shape (i * c, h * b)."""
        return self.suited() & np.isfinite(self.seconds())

    def allowed(self) -> BoolArray:
        """Rows and columns that keep (3) and (4), shape (i * c, h * b)."""
        limit_s = np.tile(self.limit_s, self.trip_s.shape[0])
        return self.reaches() & (self.seconds() <= limit_s[:, None])

    def tenths(self) -> IntArray:
        """Tenths of a second of each row and column; 0 where not allowed."""
        return np.rint(TENTHS * np.where(self.allowed(), self.seconds(), 0.0)).astype(np.int64)

    def ranks(self) -> IntArray:
        """Rank of the priority of each row, 1 the lowest, shape (i * c,)."""
        rank = np.unique(self.priority, return_inverse=True)[1].astype(np.int64) + 1
        return np.tile(rank, self.trip_s.shape[0])


@dataclass(frozen=True, slots=True, eq=False)
class PatientsDecision:
    """Who goes where.

    Parameters
    ----------
    incident, patient_class, hospital, bed, persons
        Patients of a class of an incident, the hospital and kind of bed they go to, shape (k,) each.
    left
        Patients without a bed, shape (i, c).
    prices
        Proof that no plan finds more urgent patients a bed, and none that finds as many is faster.
    """

    incident: IntArray
    patient_class: IntArray
    hospital: IntArray
    bed: IntArray
    persons: IntArray
    left: IntArray
    prices: Prices
