"""All rules of the audit, by idea."""

from typing import Final

from dss.onemap.audit.rule import Rule
from dss.onemap.audit.rules.codes import CODE_RULES
from dss.onemap.audit.rules.contradictions import CONTRADICTION_RULES
from dss.onemap.audit.rules.dates import DATE_RULES
from dss.onemap.audit.rules.datum import DATUM_RULES
from dss.onemap.audit.rules.geometry import GEOMETRY_RULES
from dss.onemap.audit.rules.identity import IDENTITY_RULES
from dss.onemap.audit.rules.measures import MEASURE_RULES
from dss.onemap.audit.rules.placing import PLACING_RULES
from dss.onemap.audit.rules.tiling import TILING_RULES

RULES: Final[tuple[Rule, ...]] = (
    *GEOMETRY_RULES,
    *IDENTITY_RULES,
    *CODE_RULES,
    *MEASURE_RULES,
    *PLACING_RULES,
    *DATUM_RULES,
    *TILING_RULES,
    *DATE_RULES,
    *CONTRADICTION_RULES,
)
"""In the order of the report."""
