"""SciPy: what it computes, and whether another thread can run meanwhile."""

from __future__ import annotations

import functools
from collections.abc import Callable
from typing import Any

import numpy as np
import scipy.cluster.hierarchy
import scipy.cluster.vq
import scipy.fft
import scipy.integrate
import scipy.interpolate
import scipy.linalg
import scipy.ndimage
import scipy.optimize
import scipy.signal
import scipy.sparse
import scipy.sparse.csgraph
import scipy.sparse.linalg
import scipy.spatial
import scipy.spatial.distance
import scipy.stats
from evidence.world import World

Case = Callable[[World], object]

RANDOM = np.random.default_rng(0)


@functools.cache
def square(size: int) -> Any:
    return RANDOM.random((size, size))


@functools.cache
def points(number: int, dimensions: int = 3) -> Any:
    return RANDOM.random((number, dimensions))


@functools.cache
def graph(size: int, density: float) -> Any:
    return scipy.sparse.random(size, size, density=density, format="csc", rng=0) + scipy.sparse.eye(size, format="csc")


def linear(name: str, size: int) -> Case:
    return lambda world: getattr(scipy.linalg, name)(square(size))


def image(name: str, *arguments: object) -> Case:
    return lambda world: getattr(scipy.ndimage, name)(square(1500), *arguments)


CPU: dict[str, Case] = {
    **{
        f"scipy.linalg.{name}": linear(name, size)
        for name, size in {
            "det": 900,
            "eig": 200,
            "eigh": 300,
            "eigvals": 200,
            "eigvalsh": 400,
            "inv": 600,
            "lu_factor": 1200,
            "pinv": 300,
            "qr": 600,
            "schur": 200,
            "svd": 300,
            "svdvals": 300,
        }.items()
    },  # fmt: skip
    "scipy.linalg.cholesky": lambda world: scipy.linalg.cholesky(square(900) @ square(900).T + 900 * np.eye(900)),
    "scipy.linalg.solve": lambda world: scipy.linalg.solve(square(600), square(600)),
    "scipy.linalg.lstsq": lambda world: scipy.linalg.lstsq(square(300), square(300)),
    "scipy.sparse.linalg.spsolve": lambda world: scipy.sparse.linalg.spsolve(graph(4000, 0.0006), np.ones(4000)),
    "scipy.sparse.linalg.splu": lambda world: scipy.sparse.linalg.splu(graph(4000, 0.0006)),
    "scipy.sparse.csgraph.dijkstra": lambda world: scipy.sparse.csgraph.dijkstra(graph(800, 0.01)),
    "scipy.sparse.csgraph.shortest_path": lambda world: scipy.sparse.csgraph.shortest_path(graph(800, 0.01)),
    "scipy.optimize.linear_sum_assignment": lambda world: scipy.optimize.linear_sum_assignment(square(1500)),
    "scipy.integrate.quad": lambda world: scipy.integrate.quad(lambda x: np.sin(x) ** 2, 0, 30_000, limit=9000),
    "scipy.stats.gaussian_kde.evaluate": lambda world: scipy.stats.gaussian_kde(points(3000, 2).T).evaluate(
        points(3000, 2).T
    ),
    "scipy.spatial.distance.cdist": lambda world: scipy.spatial.distance.cdist(points(3000, 50), points(3000, 50)),
    "scipy.spatial.KDTree": lambda world: scipy.spatial.KDTree(points(300_000)),
    "scipy.spatial.ConvexHull": lambda world: scipy.spatial.ConvexHull(points(500_000)),
    "scipy.spatial.Delaunay": lambda world: scipy.spatial.Delaunay(points(8000)),
    "scipy.cluster.hierarchy.linkage": lambda world: scipy.cluster.hierarchy.linkage(points(4000, 10)),
    "scipy.fft.fft": lambda world: scipy.fft.fft(points(2_000_000, 1)[:, 0]),
    "scipy.signal.fftconvolve": lambda world: scipy.signal.fftconvolve(square(1500), square(300)),
    "scipy.signal.convolve2d": lambda world: scipy.signal.convolve2d(square(500), square(20)),
    "scipy.signal.medfilt2d": lambda world: scipy.signal.medfilt2d(square(700), 5),
    "scipy.ndimage.gaussian_filter": image("gaussian_filter", 3),
    "scipy.ndimage.rotate": image("rotate", 33),
    "scipy.ndimage.zoom": image("zoom", 1.2),
    "scipy.ndimage.distance_transform_edt": image("distance_transform_edt"),
    "scipy.interpolate.griddata": lambda world: scipy.interpolate.griddata(
        points(8000, 2), points(8000, 1)[:, 0], points(40_000, 2)
    ),
}
DOCUMENTED = {
    "Python around short calls of C code: other threads run in turns with it, which is neither held nor free": [
        "scipy.integrate.solve_ivp",
        "scipy.optimize.differential_evolution",
        "scipy.optimize.minimize",
    ]
}
