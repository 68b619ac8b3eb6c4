"""statsmodels: models that are fitted."""

from __future__ import annotations

from collections.abc import Callable

import numpy
import statsmodels.api as sm
from evidence.world import World
from statsmodels.tsa.arima.model import ARIMA
from statsmodels.tsa.holtwinters import ExponentialSmoothing

ROWS = numpy.random.default_rng(1).normal(size=(100_000, 20))
SEEN = ROWS[:, 0] + ROWS[:, 1] ** 2
ABOVE = (SEEN > 0).astype(int)
SERIES = numpy.cumsum(ROWS[:1000, 0])

CPU: dict[str, Callable[[World], object]] = {
    "statsmodels.tsa.arima.model.ARIMA.fit": lambda world: ARIMA(SERIES, order=(1, 1, 1)).fit(),
    "statsmodels.api.tsa.SARIMAX.fit": lambda world: sm.tsa.SARIMAX(SERIES, order=(1, 1, 1)).fit(disp=0),
    "statsmodels.tsa.holtwinters.ExponentialSmoothing.fit": lambda world: ExponentialSmoothing(
        SERIES, trend="add"
    ).fit(),
    "statsmodels.api.GLM.fit": lambda world: sm.GLM(SEEN, ROWS).fit(),
    "statsmodels.api.OLS.fit": lambda world: sm.OLS(SEEN, ROWS).fit(),
    "statsmodels.api.Logit.fit": lambda world: sm.Logit(ABOVE, ROWS).fit(disp=0),
}
