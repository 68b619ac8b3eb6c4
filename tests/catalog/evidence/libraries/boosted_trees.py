"""LightGBM and XGBoost: training and prediction, with one thread each."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import lightgbm
import numpy
import xgboost
from evidence.world import World

ROWS = numpy.random.default_rng(1).normal(size=(40_000, 20))
ABOVE = (ROWS[:, 0] > 0).astype(int)
LIGHT = {"objective": "binary", "verbose": -1, "num_threads": 1}
EXTREME = {"objective": "binary:logistic", "nthread": 1}


def light() -> Any:
    return lightgbm.Dataset(ROWS, ABOVE)


MATRIX = xgboost.DMatrix(ROWS, ABOVE)
LIGHT_TREES, TREES = lightgbm.train(LIGHT, light(), 100), xgboost.train(EXTREME, MATRIX, 100)
MODELS: dict[str, Any] = {
    f"{module.__name__}.{name}": getattr(module, name)(n_estimators=100, n_jobs=1, **more)
    for module, names, more in (
        (lightgbm, ("LGBMClassifier", "LGBMRegressor"), {"verbose": -1}),
        (xgboost, ("XGBClassifier", "XGBRegressor"), {}),
    )
    for name in names
}
for _model in MODELS.values():
    _model.fit(ROWS, ABOVE)

CPU: dict[str, Callable[[World], object]] = {
    "lightgbm.train": lambda world: lightgbm.train(LIGHT, light(), 20),
    "lightgbm.cv": lambda world: lightgbm.cv(LIGHT, light(), 20),
    "lightgbm.Booster.refit": lambda world: LIGHT_TREES.refit(ROWS, ABOVE),
    "lightgbm.Booster.predict": lambda world: LIGHT_TREES.predict(ROWS, num_threads=1),
    "xgboost.train": lambda world: xgboost.train(EXTREME, MATRIX, 20),
    "xgboost.cv": lambda world: xgboost.cv(EXTREME, MATRIX, 10),
    "xgboost.Booster.predict": lambda world: TREES.predict(MATRIX),
    "xgboost.Booster.inplace_predict": lambda world: TREES.inplace_predict(ROWS),
    **{f"{name}.fit": lambda world, model=model: model.fit(ROWS, ABOVE) for name, model in MODELS.items()},
    **{f"{name}.predict": lambda world, model=model: model.predict(ROWS) for name, model in MODELS.items()},
    **{
        f"{name}.predict_proba": lambda world, model=model: model.predict_proba(ROWS)
        for name, model in MODELS.items()
        if name.endswith("Classifier")
    },
}
