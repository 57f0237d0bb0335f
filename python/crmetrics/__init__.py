"""Customer-relationship metrics that carry their uncertainty and their definition.

>>> import crmetrics as cm
>>> cm.csat([5, 4, 2, 5, None])
<CSAT 75.0 % [30.1, 95.4] (95 % Wilson, n = 4; share of 4-5, scale 1-5; 1 missing)>

Functions (`nps`, `csat`, ...) go from columns to results in one call; states that merge are the
classes of `crmetrics.metrics`. Columns come from NumPy, pandas, Polars, PyArrow, DuckDB or lists.
"""

from . import functions, metrics
from ._core import (
    BadBytes,
    BadInput,
    CountOverflow,
    DefinitionMismatch,
    Error,
    InvalidSetting,
    NoValue,
)
from ._core import version as __version__
from .functions import *  # noqa: F403
from .results import Difference, Estimate, Grouped

__all__ = [
    "BadBytes",
    "BadInput",
    "CountOverflow",
    "DefinitionMismatch",
    "Difference",
    "Error",
    "Estimate",
    "Grouped",
    "InvalidSetting",
    "NoValue",
    "__version__",
    "metrics",
]
__all__ += functions.__all__
