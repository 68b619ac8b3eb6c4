"""scikit-learn on data that takes more than a few milliseconds: fitted estimators, every method."""

from __future__ import annotations

import functools
from collections.abc import Mapping
from typing import Any

import numpy
import sklearn.base
from evidence.arguments import Arguments
from evidence.claims import owners
from evidence.subjects import plain
from evidence.sweep import Subject, Sweep
from sklearn import metrics, model_selection
from sklearn.cluster import KMeans
from sklearn.decomposition import PCA
from sklearn.linear_model import LogisticRegression
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler

from fastapi_async_lint.catalog import reality

RANDOM = numpy.random.default_rng(0)
WORDS = [" ".join(f"w{word}" for word in row) for row in RANDOM.integers(0, 5000, (1500, 60))]
BIG = RANDOM.random((400_000, 20))
FLAT = BIG[:, :5].copy()
WIDE = RANDOM.random((3000, 300))
MEDIUM, SMALL, TINY = BIG[:20_000], BIG[:2000], BIG[:200]
LEARN = {
    "TSNE": TINY,
    "GridSearchCV": MEDIUM,
    "RandomizedSearchCV": MEDIUM,
    "LinearSVC": MEDIUM,
    "SVC": SMALL,
    "SVR": SMALL,
    "DBSCAN": SMALL,
    "KNeighborsClassifier": FLAT,
    "KNeighborsRegressor": FLAT,
    "NearestNeighbors": FLAT,
    "LinearRegression": WIDE,
    **dict.fromkeys(
        ("MLPClassifier", "MLPRegressor", "GradientBoostingClassifier", "GradientBoostingRegressor"), SMALL
    ),
    **dict.fromkeys(("RandomForestClassifier", "RandomForestRegressor", "IsolationForest"), SMALL),
    **dict.fromkeys(("DecisionTreeClassifier", "DecisionTreeRegressor"), MEDIUM),
}
"""Rows from which it takes long enough, and not too long, to learn; else BIG."""
ASKED = {
    "SVC": SMALL,
    "SVR": SMALL,
    "KNeighborsClassifier": FLAT[:20_000],
    "KNeighborsRegressor": FLAT[:20_000],
    "NearestNeighbors": FLAT[:20_000],
    "LinearRegression": RANDOM.random((40_000, 300)),
}
"""Rows for which it takes long enough to say something; else BIG."""
ASKS = ("predict", "predict_proba", "decision_function", "score", "transform", "kneighbors")


def rows(name: str, among: Mapping[str, Any]) -> Any:
    return among.get(name.rpartition(".")[2], BIG)


def target(data: Any) -> Any:
    return (data[:, 0] > 0.5).astype(int)


def given(name: str) -> dict[str, object]:
    if ".text." in name:
        return {"raw_documents": WORDS, "X": WORDS}
    data = rows(name, LEARN)
    return {"X": data, "y": target(data), "classes": [0, 1]}


def asked(name: str) -> dict[str, Arguments]:
    """What is asked of an estimator that has learnt."""
    if ".text." in name:
        return {}
    data = rows(name, ASKED)
    has_target = {"score": (data, target(data))}
    return {method: (has_target.get(method, (data,)), {}) for method in ASKS}


def made(name: str) -> Any:
    kind = reality.resolve(name)
    match kind.__name__:
        case "GridSearchCV":
            return kind(LogisticRegression(), {"C": [0.1, 1.0, 10.0, 100.0]})
        case "RandomizedSearchCV":
            return kind(LogisticRegression(), {"C": [0.1, 1.0, 10.0, 100.0]}, n_iter=3)
        case "Pipeline":
            return make_pipeline(StandardScaler(), LogisticRegression())
        case "SGDClassifier":
            return kind(loss="log_loss")
        case "SVC":
            return kind(probability=True)
        case "TSNE":
            return kind(max_iter=250, perplexity=10)
    return kind()


@functools.cache
def fitted(name: str) -> Any:
    data = given(name)
    learnt = [data["X"]] if ".text." in name else [data["X"], data["y"]]
    return made(name).fit(*learnt)


def subject(name: str) -> Subject:
    """One that has learnt already."""
    return plain(lambda world: fitted(name))


@functools.cache
def transforming(last: Any) -> Any:
    return make_pipeline(StandardScaler(), last).fit(MEDIUM)


@functools.cache
def searching(kind: Any) -> Any:
    """A search whose estimator transforms."""
    return kind(PCA(), {"n_components": [2, 10]}, **({"n_iter": 2} if "Random" in kind.__name__ else {})).fit(MEDIUM)


def scored(function: Any) -> Any:
    return lambda world: function(LogisticRegression(), MEDIUM, target(MEDIUM))


CPU = {
    "sklearn.metrics.pairwise.cosine_similarity": lambda world: metrics.pairwise.cosine_similarity(SMALL),
    "sklearn.model_selection.cross_val_score": scored(model_selection.cross_val_score),
    "sklearn.model_selection.cross_validate": scored(model_selection.cross_validate),
    "sklearn.model_selection.GridSearchCV.transform": lambda world: searching(model_selection.GridSearchCV).transform(
        BIG
    ),
    "sklearn.model_selection.RandomizedSearchCV.transform": lambda world: searching(
        model_selection.RandomizedSearchCV
    ).transform(BIG),
    "sklearn.pipeline.Pipeline.transform": lambda world: transforming(FOUND).transform(BIG),
    "sklearn.pipeline.Pipeline.fit_transform": lambda world: transforming(FOUND).fit_transform(BIG),
    "sklearn.pipeline.Pipeline.fit_predict": lambda world: transforming(GROUPED).fit_predict(MEDIUM),
}
FOUND, GROUPED = PCA(), KMeans()

SWEEPS = [
    Sweep(on, subject(on), given(on), asked(on))
    for on in owners("scikit_learn")
    if isinstance(reality.resolve(on), type) and issubclass(reality.resolve(on), sklearn.base.BaseEstimator)
]
