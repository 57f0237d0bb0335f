"""Tries an installed package in a venv that has nothing else: what scripts/wheel runs."""

import array
import pickle
from importlib import metadata, resources

import crmetrics as cm

assert metadata.version("crmetrics") == cm.__version__
assert resources.files("crmetrics").joinpath("py.typed").is_file()
assert resources.files("crmetrics").joinpath("_core.pyi").is_file()

scores = array.array("b", [10, 9, 9, 7, 3])
result = cm.nps(scores)
assert (result.value, result.n) == (0.4, 5), result
state = cm.metrics.Nps()
state.update_many(scores)
assert pickle.loads(pickle.dumps(state)) == state
assert cm.csat([5, 4, 2], by=["Ann", "Ann", "Bo"])["Ann"].exact == (2, 2)
print(f"crmetrics {cm.__version__}: {result}")
