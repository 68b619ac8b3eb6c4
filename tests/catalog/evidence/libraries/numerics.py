"""Linear algebra, data frames and graphs of a size that takes more than a few milliseconds."""

from __future__ import annotations

import io
import itertools
from collections.abc import Callable
from typing import Any

import networkx
import numpy
import pandas
import polars
from evidence.arguments import Arguments
from evidence.subjects import plain
from evidence.sweep import Sweep

RANDOM = numpy.random.default_rng(0)
MATRIX = RANDOM.random((600, 600))
POSITIVE = MATRIX @ MATRIX.T + numpy.eye(600)
LARGER = RANDOM.random((1500, 1500)) / 100
ROWS = 1_500_000
COLUMNS = {"k": RANDOM.integers(0, 3000, ROWS), "a": RANDOM.random(ROWS), "b": RANDOM.random(ROWS)}
FRAME = pandas.DataFrame(COLUMNS)
FEW = FRAME.head(4000).assign(g=FRAME["k"] % 10)
TABLE = polars.DataFrame(COLUMNS)
GRAPH = networkx.gnm_random_graph(120, 480, seed=1)
LARGE = networkx.gnm_random_graph(20_000, 80_000, seed=1)
PLENTY = networkx.gnm_random_graph(300, 2400, seed=1)
DENSE = networkx.gnm_random_graph(300, 9000, seed=3)
WEIGHTED = networkx.gnm_random_graph(3000, 12_000, seed=1)
networkx.set_edge_attributes(WEIGHTED, 1.0, "weight")
networkx.set_edge_attributes(WEIGHTED, 1.0, "capacity")


def now(call: Callable[[], object]) -> Callable[[Any], object]:
    return lambda world: call()


def csv() -> io.StringIO:
    return io.StringIO(FRAME.head(50_000).to_csv())


CSV = csv().getvalue()
CPU = {
    "pandas.DataFrame.apply": now(lambda: FEW.apply(lambda row: row["a"], axis=1)),
    "pandas.DataFrame.corr": now(lambda: FRAME.corr()),
    "pandas.DataFrame.drop_duplicates": now(lambda: FRAME.drop_duplicates()),
    "pandas.DataFrame.join": now(lambda: FRAME.join(FRAME, rsuffix="_r", on="k")),
    "pandas.DataFrame.merge": now(lambda: FRAME.merge(FRAME.head(5000), on="k")),
    "pandas.DataFrame.pivot_table": now(lambda: FRAME.pivot_table("a", "k")),
    "pandas.DataFrame.sort_values": now(lambda: FRAME.sort_values("a")),
    "pandas.DataFrame.to_csv": now(lambda: FEW.to_csv()),
    "pandas.DataFrame.to_json": now(lambda: FRAME.to_json()),
    "pandas.DataFrame.to_html": now(lambda: FEW.head(1000).to_html()),
    "pandas.concat": now(lambda: pandas.concat([FRAME] * 10)),
    "pandas.crosstab": now(lambda: pandas.crosstab(FRAME["k"], FRAME["k"] % 7)),
    "pandas.json_normalize": now(lambda: pandas.json_normalize([{"a": {"b": 1}}] * 5000)),
    "pandas.merge": now(lambda: pandas.merge(FRAME, FRAME.head(5000), on="k")),
    "pandas.pivot_table": now(lambda: pandas.pivot_table(FRAME, "a", "k")),
    "pandas.read_csv": now(lambda: pandas.read_csv(io.StringIO(CSV))),
    "pandas.read_table": now(lambda: pandas.read_table(io.StringIO(CSV), sep=",")),
    "pandas.read_json": now(lambda: pandas.read_json(io.StringIO(JSON))),
    "polars.DataFrame.join": now(lambda: TABLE.join(TABLE.head(20_000), on="k")),
    "polars.DataFrame.map_rows": now(lambda: TABLE.head(30_000).map_rows(lambda row: row[1])),
    "polars.DataFrame.pivot": now(lambda: TABLE.head(100_000).pivot("k", index="a", values="b")),
    "polars.DataFrame.sort": now(lambda: TABLE.sort("a")),
    "polars.DataFrame.unique": now(lambda: TABLE.unique()),
    "polars.LazyFrame.collect": now(lambda: TABLE.lazy().sort("a").collect()),
    "polars.dataframe.group_by.GroupBy.map_groups": now(
        lambda: TABLE.head(10).group_by("a").map_groups(lambda group: (sum(range(1_000_000)), group)[1])
    ),
    "polars.dataframe.group_by.GroupBy.agg": now(lambda: TABLE.group_by("a").agg(polars.col("b").sum())),
    "polars.dataframe.group_by.GroupBy.quantile": now(lambda: TABLE.group_by("a").quantile(0.5)),
    "networkx.astar_path": now(lambda: networkx.astar_path(WEIGHTED, 0, 2999)),
    "networkx.shortest_path": now(lambda: networkx.shortest_path(LARGE, 0)),
    "networkx.shortest_path_length": now(lambda: networkx.shortest_path_length(LARGE, 0)),
    "networkx.single_source_shortest_path": now(lambda: networkx.single_source_shortest_path(LARGE, 0)),
    "networkx.single_source_shortest_path_length": now(lambda: networkx.single_source_shortest_path_length(LARGE, 0)),
    "networkx.single_source_dijkstra": now(lambda: networkx.single_source_dijkstra(WEIGHTED, 0)),
    "networkx.dijkstra_path": now(lambda: networkx.dijkstra_path(WEIGHTED, 0, 2999)),
    "networkx.dijkstra_path_length": now(lambda: networkx.dijkstra_path_length(WEIGHTED, 0, 2999)),
    "networkx.bellman_ford_path": now(lambda: networkx.bellman_ford_path(WEIGHTED, 0, 2999)),
    "networkx.minimum_spanning_tree": now(lambda: networkx.minimum_spanning_tree(WEIGHTED)),
    "networkx.maximum_flow": now(lambda: networkx.maximum_flow(WEIGHTED, 0, 2999)),
    "networkx.minimum_cut": now(lambda: networkx.minimum_cut(WEIGHTED, 0, 2999)),
    "networkx.pagerank": now(lambda: networkx.pagerank(LARGE)),
    "networkx.clustering": now(lambda: networkx.clustering(LARGE)),
    "networkx.average_clustering": now(lambda: networkx.average_clustering(LARGE)),
    "networkx.is_isomorphic": now(lambda: networkx.is_isomorphic(WEIGHTED, WEIGHTED.copy())),
    "networkx.eigenvector_centrality": now(lambda: networkx.eigenvector_centrality(WEIGHTED, max_iter=500)),
    "networkx.community.greedy_modularity_communities": now(
        lambda: networkx.community.greedy_modularity_communities(GRAPH)
    ),
    "networkx.community.louvain_communities": now(lambda: networkx.community.louvain_communities(GRAPH)),
    "networkx.average_shortest_path_length": now(lambda: networkx.average_shortest_path_length(PLENTY)),
    "networkx.diameter": now(lambda: networkx.diameter(PLENTY)),
    "networkx.max_weight_matching": now(lambda: networkx.max_weight_matching(PLENTY)),
    "networkx.all_simple_paths": now(lambda: list(itertools.islice(networkx.all_simple_paths(GRAPH, 0, 5), 3000))),
    "networkx.simple_cycles": now(lambda: list(itertools.islice(networkx.simple_cycles(GRAPH), 2000))),
    "networkx.closeness_centrality": now(lambda: networkx.closeness_centrality(PLENTY)),
    "networkx.find_cliques": now(lambda: list(networkx.find_cliques(DENSE))),
    "networkx.community.girvan_newman": now(lambda: next(networkx.community.girvan_newman(GRAPH))),
    "networkx.all_pairs_shortest_path_length": now(lambda: dict(networkx.all_pairs_shortest_path_length(PLENTY))),
    "networkx.all_pairs_shortest_path": now(lambda: dict(networkx.all_pairs_shortest_path(GRAPH))),
}
JSON = FRAME.head(20_000).to_json()
BY = {"func": "sum", "q": 0.5, "quantile": 0.5}
CALLED: dict[str, Arguments] = {
    "agg": (("sum",), {}),
    "aggregate": (("sum",), {}),
    "apply": ((len,), {}),
    "filter": ((lambda group: True,), {}),
    "transform": ((list,), {}),
}
LINALG = {"a": MATRIX, "A": MATRIX, "M": MATRIX, "x": MATRIX, "b": MATRIX[:, 0]}
SWEEPS = [
    Sweep(
        "numpy.linalg",
        plain(lambda world: numpy.linalg),
        LINALG,
        {"cholesky": ((numpy.kron(numpy.eye(2), POSITIVE),), {}), "det": ((LARGER,), {})},
    ),
    Sweep("networkx", plain(lambda world: networkx), {"G": GRAPH}, kinds=("CPU",)),
    Sweep(
        "pandas.api.typing.DataFrameGroupBy",
        plain(lambda world: FRAME.head(300_000).groupby(FRAME["k"].head(300_000) % 100)),
        BY,
        CALLED,
    ),
    Sweep(
        "pandas.api.typing.SeriesGroupBy",
        plain(lambda world: FRAME.groupby("k")["a"]),
        BY,
        CALLED,
    ),
    Sweep("polars.dataframe.group_by.GroupBy", plain(lambda world: TABLE.group_by("a")), BY),
]
