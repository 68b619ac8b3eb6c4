"""scikit-learn on data that takes more than a few milliseconds: fitted estimators, every method."""

from __future__ import annotations

import functools
from typing import Any

import numpy
import sklearn.base
from evidence.claims import owners
from evidence.subjects import plain
from evidence.sweep import Subject, Sweep
from sklearn import metrics, model_selection
from sklearn.linear_model import LogisticRegression
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler

from fastapi_async_lint.catalog import reality

RANDOM = numpy.random.default_rng(0)
WORDS = [" ".join(f"w{word}" for word in row) for row in RANDOM.integers(0, 5000, (1500, 60))]
BIG = RANDOM.random((200_000, 30))
SMALL = RANDOM.random((2000, 30))
TINY = RANDOM.random((600, 20))
SLOW = (
    "TSNE",
    "GridSearchCV",
    "RandomizedSearchCV",
    "SVC",
    "SVR",
    "LinearSVC",
    "DBSCAN",
    "MLP",
    "GradientBoosting",
    "Neighbors",
)
SCALED = ("Forest", "Tree")


def size(name: str) -> Any:
    """Rows that take long enough, and not too long."""
    if "TSNE" in name or "SearchCV" in name:
        return TINY
    if any(part in name for part in SLOW):
        return SMALL
    return SMALL if any(part in name for part in SCALED) else BIG


def data(name: str) -> dict[str, object]:
    if ".text." in name:
        return {"raw_documents": WORDS, "X": WORDS}
    rows = size(name)
    target = (rows[:, 0] > 0.5).astype(int)
    return {"X": rows, "y": target, "classes": [0, 1]}


def made(name: str) -> Any:
    kind = reality.resolve(name)
    if kind.__name__ in ("GridSearchCV", "RandomizedSearchCV"):
        return kind(LogisticRegression(), {"C": [0.1, 1.0, 10.0, 100.0]}, **({"n_iter": 3} if "Random" in name else {}))
    if kind.__name__ == "Pipeline":
        return make_pipeline(StandardScaler(), LogisticRegression())
    return kind(loss="log_loss") if kind.__name__ == "SGDClassifier" else kind()


@functools.cache
def fitted(name: str) -> Any:
    given = data(name)
    rows: Any = given["X"]
    return made(name).fit(rows) if ".text." in name else made(name).fit(rows, given["y"])


def subject(name: str) -> Subject:
    """A copy, so that what one method learns is not there for the next."""
    return plain(lambda world: fitted(name))


CPU = {
    "sklearn.metrics.pairwise.cosine_similarity": lambda world: metrics.pairwise.cosine_similarity(SMALL),
    "sklearn.model_selection.cross_val_score": lambda world: model_selection.cross_val_score(
        LogisticRegression(), TINY, TINY[:, 0] > 0.5
    ),
    "sklearn.model_selection.cross_validate": lambda world: model_selection.cross_validate(
        LogisticRegression(), TINY, TINY[:, 0] > 0.5
    ),
}
NOT_HERE = "the estimator inside has no such method"
APART = {
    "sklearn.manifold.TSNE": dict.fromkeys(("fit", "fit_transform"), "takes many seconds"),
    "sklearn.model_selection.GridSearchCV": {"transform": NOT_HERE},
    "sklearn.model_selection.RandomizedSearchCV": {"transform": NOT_HERE},
    "sklearn.pipeline.Pipeline": dict.fromkeys(("fit_predict", "fit_transform", "transform"), NOT_HERE),
    "sklearn.svm.SVC": {"predict_proba": NOT_HERE},
}

SWEEPS = [
    Sweep(on, subject(on), data(on), apart=APART.get(on, {}))
    for on in owners("scikit_learn")
    if isinstance(reality.resolve(on), type) and issubclass(reality.resolve(on), sklearn.base.BaseEstimator)
]
