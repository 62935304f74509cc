"""Are these prices whole: rules on every row, two snapshots compared, repairs on request."""

from analytics.market.checks.check import check_snapshot
from analytics.market.checks.compare import Revision, RevisionReport, compare_snapshots
from analytics.market.checks.findings import Change, Finding, Known, SnapshotCheck
from analytics.market.checks.repair import Repaired, repair, undo_repairs

__all__ = [
    "Change",
    "Finding",
    "Known",
    "Repaired",
    "Revision",
    "RevisionReport",
    "SnapshotCheck",
    "check_snapshot",
    "compare_snapshots",
    "repair",
    "undo_repairs",
]
