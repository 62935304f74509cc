"""Is it more than chance? Tests of one observation and of many.

All tests are two-sided; p values come from survival functions. A test that does not apply is NaN
with its reason, never an exception.
"""

from collections.abc import Callable, Sequence

from analytics.errors import UnknownNameError
from analytics.study.inference.base import DRAWS, TestInput, TestResult
from analytics.study.inference.parametric import (
    adjusted_bmp,
    adjusted_patell,
    bmp,
    cross_sectional_t,
    crude_dependence_t,
    patell,
    skewness_corrected_t,
)
from analytics.study.inference.portfolios import calendar_time, multivariate
from analytics.study.inference.ranks import (
    corrado_rank,
    corrado_zivney_rank,
    corrado_zivney_sign,
    grank_t,
    grank_z,
)
from analytics.study.inference.signs import generalised_sign, sign, sign_flip, wilcoxon
from analytics.study.inference.single import blocks, rank_among, squared_rank_pvalues
from analytics.study.requests import names_of

TESTS: dict[str, Callable[[TestInput], TestResult]] = {
    "cross_sectional_t": cross_sectional_t,
    "skewness_corrected_t": skewness_corrected_t,
    "crude_dependence_t": crude_dependence_t,
    "patell": patell,
    "adjusted_patell": adjusted_patell,
    "bmp": bmp,
    "adjusted_bmp": adjusted_bmp,
    "corrado_rank": corrado_rank,
    "corrado_zivney_rank": corrado_zivney_rank,
    "corrado_zivney_sign": corrado_zivney_sign,
    "grank_t": grank_t,
    "grank_z": grank_z,
    "sign": sign,
    "generalised_sign": generalised_sign,
    "wilcoxon": wilcoxon,
    "sign_flip": sign_flip,
    "calendar_time": calendar_time,
    "multivariate": multivariate,
}

__all__ = [
    "DRAWS",
    "TESTS",
    "TestInput",
    "TestResult",
    "adjusted_bmp",
    "adjusted_patell",
    "blocks",
    "bmp",
    "calendar_time",
    "corrado_rank",
    "corrado_zivney_rank",
    "corrado_zivney_sign",
    "cross_sectional_t",
    "crude_dependence_t",
    "generalised_sign",
    "grank_t",
    "grank_z",
    "multivariate",
    "patell",
    "rank_among",
    "sign",
    "sign_flip",
    "skewness_corrected_t",
    "squared_rank_pvalues",
    "tests_named",
    "wilcoxon",
]


def tests_named(only: Sequence[str] | None) -> tuple[str, ...]:
    """Names of these tests, or of all.

    Raises
    ------
    UnknownNameError
        There is no such test.
    """
    names = tuple(TESTS) if only is None else names_of("only", only)
    for name in names:
        if name not in TESTS:
            raise UnknownNameError("test", name, set(TESTS))
    return names
