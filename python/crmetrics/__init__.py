"""Customer-relationship metrics that carry their uncertainty and their definition.

>>> import crmetrics as cm
>>> cm.csat([5, 4, 2, 5, None])
<CSAT 75.0 % [30.1, 95.4] (95 % Wilson, n = 4; share of 4-5, scale 1-5; 1 missing)>

Functions (`nps`, `csat`, ...) go from columns to results in one call; states that merge are the
classes of `crmetrics.metrics`. Columns come from NumPy, pandas, Polars, PyArrow, DuckDB or lists.
"""

from . import contacts, functions, ledger, metrics, purchases
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
from .contacts import *  # noqa: F403
from .discount import DiscountRate
from .functions import *  # noqa: F403
from .ledger import *  # noqa: F403
from .purchases import *  # noqa: F403
from .results import Difference, Estimate, Grouped, GroupedMovements, Movements, Table

__all__ = [
    "BadBytes",
    "BadInput",
    "CountOverflow",
    "DefinitionMismatch",
    "Difference",
    "DiscountRate",
    "Error",
    "Estimate",
    "Grouped",
    "GroupedMovements",
    "InvalidSetting",
    "Movements",
    "NoValue",
    "Table",
    "__version__",
    "metrics",
]
__all__ += functions.__all__
__all__ += contacts.__all__
__all__ += ledger.__all__
__all__ += purchases.__all__
