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


@functools.cache
def positive(size: int) -> Any:
    return square(size) @ square(size).T + size * np.eye(size)


@functools.cache
def symmetric(size: int) -> Any:
    return graph(size, 0.001) + graph(size, 0.001).T + 10 * scipy.sparse.eye(size, format="csc")


@functools.cache
def tree(kind: str) -> Any:
    return getattr(scipy.spatial, kind)(points(20_000))


@functools.cache
def density() -> Any:
    return scipy.stats.gaussian_kde(points(3000, 2).T)


@functools.cache
def signal() -> Any:
    return RANDOM.random(3_000_000)


def solved(name: str) -> Case:
    return lambda world: getattr(scipy.sparse.linalg, name)(symmetric(20_000), np.ones(20_000))


def transformed(name: str) -> Case:
    return lambda world: getattr(scipy.fft, name)(square(1500) if name.endswith(("2", "n")) else LONG)


def minimized(name: str, *arguments: Any, **options: Any) -> Case:
    return lambda world: getattr(scipy.optimize, name)(*arguments, **options)


def heavy() -> float:
    """As much Python as a function of somebody's is likely to be; more than another thread waits for its turn."""
    return sum(range(400_000)) * 1e-20


def valley(x: Any, *rest: Any) -> Any:
    """Rosenbrock's."""
    return sum(100.0 * (b - a * a) ** 2 + (1 - a) ** 2 for a, b in zip(x, x[1:], strict=False)) + heavy()


def slopes(x: Any) -> Any:
    return [100.0 * (b - a * a) + heavy() for a, b in zip(x, [*x[1:], x[0]], strict=False)]


def bell(x: float, *rest: float) -> float:
    return sum(1.0 / (1.0 + (x - step) ** 2) for step in range(20))


def swing(y: Any, t: float) -> Any:
    return [y[1], -9.8 * y[0] - 0.1 * y[1] + heavy()]


BOX = [(-2.0, 2.0)] * 4
START = [0.0, 1.0]
SAMPLE = (points(300, 1)[:, 0],)
LONG = RANDOM.random(2**20 + 1)

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
            "svdvals": 500,
        }.items()
    },  # fmt: skip
    "scipy.linalg.cholesky": lambda world: scipy.linalg.cholesky(positive(1500)),
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
    "scipy.linalg.expm": linear("expm", 400),
    "scipy.linalg.logm": linear("logm", 250),
    "scipy.linalg.sqrtm": linear("sqrtm", 150),
    "scipy.linalg.lu": linear("lu", 900),
    **{f"scipy.fft.{name}": transformed(name) for name in (
        "dct", "fft2", "fftn", "ifft", "ifft2", "ifftn", "irfft", "rfft"
    )},
    **{f"scipy.sparse.linalg.{name}": solved(name) for name in ("bicgstab", "cg", "gmres", "lsqr", "lsmr")},
    "scipy.sparse.linalg.eigs": lambda world: scipy.sparse.linalg.eigs(symmetric(5000)),
    "scipy.sparse.linalg.eigsh": lambda world: scipy.sparse.linalg.eigsh(symmetric(5000)),
    "scipy.sparse.linalg.svds": lambda world: scipy.sparse.linalg.svds(symmetric(5000)),
    "scipy.sparse.linalg.expm": lambda world: scipy.sparse.linalg.expm(graph(300, 0.01)),
    "scipy.sparse.linalg.factorized": lambda world: scipy.sparse.linalg.factorized(graph(4000, 0.0006)),
    "scipy.sparse.linalg.spilu": lambda world: scipy.sparse.linalg.spilu(graph(4000, 0.0006)),
    "scipy.sparse.csgraph.bellman_ford": lambda world: scipy.sparse.csgraph.bellman_ford(graph(300, 0.02)),
    "scipy.sparse.csgraph.johnson": lambda world: scipy.sparse.csgraph.johnson(graph(500, 0.02)),
    "scipy.sparse.csgraph.floyd_warshall": lambda world: scipy.sparse.csgraph.floyd_warshall(graph(400, 0.02)),
    "scipy.cluster.vq.kmeans": lambda world: scipy.cluster.vq.kmeans(points(20_000), 20, iter=3),
    "scipy.cluster.vq.kmeans2": lambda world: scipy.cluster.vq.kmeans2(points(100_000), 20),
    "scipy.integrate.dblquad": lambda world: scipy.integrate.dblquad(bell, 0, 40, 0, 40),
    "scipy.integrate.tplquad": lambda world: scipy.integrate.tplquad(bell, 0, 1, 0, 1, 0, 1),
    "scipy.integrate.nquad": lambda world: scipy.integrate.nquad(bell, [(0, 40), (0, 40)]),
    "scipy.integrate.odeint": lambda world: scipy.integrate.odeint(swing, [1.0, 0.0], np.linspace(0, 1, 20)),
    "scipy.integrate.solve_ivp": lambda world: scipy.integrate.solve_ivp(lambda t, y: swing(y, t), (0, 1), [1.0, 0.0]),
    "scipy.integrate.solve_bvp": lambda world: scipy.integrate.solve_bvp(
        lambda x, y: np.vstack((y[1], -np.exp(y[0]) + heavy())),
        lambda a, b: np.array([a[0], b[0]]),
        np.linspace(0, 1, 20),
        np.zeros((2, 20)),
    ),
    "scipy.interpolate.RBFInterpolator": lambda world: scipy.interpolate.RBFInterpolator(
        points(1200, 2), points(1200, 1)[:, 0]
    ),
    **{f"scipy.ndimage.{name}": image(name, *arguments) for name, arguments in {
        "affine_transform": (np.array([[1, 0.1], [0, 1]]),),
        "convolve": (np.ones((5, 5)),),
        "correlate": (np.ones((5, 5)),),
        "maximum_filter": (5,),
        "minimum_filter": (5,),
        "shift": (2.5,),
        "sobel": (),
        "uniform_filter": (5,),
    }.items()},
    "scipy.ndimage.median_filter": lambda world: scipy.ndimage.median_filter(square(600), 5),
    "scipy.ndimage.percentile_filter": lambda world: scipy.ndimage.percentile_filter(square(600), 20, 5),
    "scipy.ndimage.binary_dilation": lambda world: scipy.ndimage.binary_dilation(square(1500) > 0.9),
    "scipy.ndimage.binary_erosion": lambda world: scipy.ndimage.binary_erosion(square(1500) > 0.1),
    "scipy.ndimage.label": lambda world: scipy.ndimage.label(square(1500) > 0.5),
    "scipy.ndimage.map_coordinates": lambda world: scipy.ndimage.map_coordinates(
        square(1500), 1000 * RANDOM.random((2, 500_000))
    ),
    "scipy.optimize.minimize": minimized("minimize", valley, START, options={"maxiter": 3}),
    "scipy.optimize.differential_evolution": minimized("differential_evolution", valley, BOX, maxiter=1, polish=False, popsize=5),
    "scipy.optimize.basinhopping": minimized("basinhopping", valley, START, niter=1, minimizer_kwargs={"options": {"maxiter": 1}}),
    "scipy.optimize.dual_annealing": minimized("dual_annealing", valley, BOX, maxiter=2, no_local_search=True),
    "scipy.optimize.shgo": minimized("shgo", valley, BOX[:2], n=20, iters=1),
    "scipy.optimize.brute": minimized("brute", valley, BOX[:2], Ns=6, finish=None),
    "scipy.optimize.root": minimized("root", slopes, START),
    "scipy.optimize.fsolve": minimized("fsolve", slopes, START),
    "scipy.optimize.leastsq": minimized("leastsq", slopes, START),
    "scipy.optimize.least_squares": minimized("least_squares", slopes, START),
    "scipy.optimize.curve_fit": minimized(
        "curve_fit", lambda x, a, b: [a * step**2 + b + heavy() for step in x], range(4), range(4)
    ),
    "scipy.optimize.linprog": minimized("linprog", -np.ones(150), square(150), np.ones(150)),
    "scipy.optimize.milp": lambda world: scipy.optimize.milp(
        -np.ones(60),
        constraints=scipy.optimize.LinearConstraint(points(60, 60), -np.inf, 10 * np.ones(60)),
        integrality=np.ones(60),
        options={"time_limit": 0.3},
    ),
    "scipy.signal.convolve": lambda world: scipy.signal.convolve(square(1500), square(300)),
    "scipy.signal.correlate": lambda world: scipy.signal.correlate(square(1500), square(300)),
    "scipy.signal.oaconvolve": lambda world: scipy.signal.oaconvolve(square(1500), square(300)),
    "scipy.signal.correlate2d": lambda world: scipy.signal.correlate2d(square(500), square(20)),
    "scipy.signal.filtfilt": lambda world: scipy.signal.filtfilt([0.2, 0.2], [1.0, -0.6], signal()),
    "scipy.signal.sosfiltfilt": lambda world: scipy.signal.sosfiltfilt(
        scipy.signal.butter(4, 0.2, output="sos"), signal()
    ),
    "scipy.signal.resample": lambda world: scipy.signal.resample(signal(), 1_000_000),
    "scipy.signal.spectrogram": lambda world: scipy.signal.spectrogram(signal()),
    "scipy.signal.stft": lambda world: scipy.signal.stft(signal()),
    "scipy.spatial.Voronoi": lambda world: scipy.spatial.Voronoi(points(8000)),
    "scipy.spatial.cKDTree": lambda world: scipy.spatial.cKDTree(points(300_000)),
    "scipy.spatial.distance.pdist": lambda world: scipy.spatial.distance.pdist(points(3000, 50)),
    **{f"scipy.stats.gaussian_kde.{name}": (
        lambda world, name=name: getattr(density(), name)(points(3000, 2).T)
    ) for name in ("__call__", "logpdf", "pdf")},
    "scipy.stats.bootstrap": lambda world: scipy.stats.bootstrap(SAMPLE, np.mean, n_resamples=3000, vectorized=False),
    "scipy.stats.permutation_test": lambda world: scipy.stats.permutation_test(
        (SAMPLE[0], SAMPLE[0][:200]), lambda x, y: sum(x) - sum(y), n_resamples=500
    ),
    "scipy.stats.monte_carlo_test": lambda world: scipy.stats.monte_carlo_test(
        SAMPLE[0], RANDOM.standard_normal, lambda x: sum(x), n_resamples=500, vectorized=False
    ),
    **{
        f"scipy.spatial.{kind}.{method}": (
            lambda world, kind=kind, method=method, given=given: getattr(tree(kind), method)(*given(kind))
        )
        for kind in ("KDTree", "cKDTree")
        for method, given in {
            "query": lambda kind: (points(20_000),),
            "query_ball_point": lambda kind: (points(20_000), 0.05),
            "query_ball_tree": lambda kind: (tree(kind), 0.03),
            "query_pairs": lambda kind: (0.03,),
            "sparse_distance_matrix": lambda kind: (tree(kind), 0.02),
            "count_neighbors": lambda kind: (tree(kind), 0.1),
        }.items()
    },
}  # fmt: skip
