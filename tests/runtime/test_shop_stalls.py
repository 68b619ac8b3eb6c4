"""The fixture application under uvicorn: which of its requests keep ``/health`` waiting."""

from __future__ import annotations

from stallrun import DELAY, Case, Measurement, RealRoute


def describe(case: Case, measurement: Measurement) -> str:
    """What to read when a verdict is not the expected one."""
    return (
        f"{case.name}: {case.why}; /health took at most {measurement.worst * 1000:.0f} ms in {measurement.polls} polls "
        f"while the request took {measurement.seconds * 1000:.0f} ms"
    )


def test_request_stalls_health_as_expected(case: Case, measurements: dict[str, Measurement]) -> None:
    measurement = measurements[case.name]
    assert measurement.stalled is case.stalls, describe(case, measurement)
    assert measurement.status == case.status


def test_request_over_postgresql_stalls_health_as_expected(
    database_case: Case, postgres_measurements: dict[str, Measurement], measurements: dict[str, Measurement]
) -> None:
    measurement = postgres_measurements[database_case.name]
    assert measurement.stalled is database_case.stalls, describe(database_case, measurement)
    assert (measurement.status, measurement.body) == (database_case.status, measurements[database_case.name].body)


def test_every_wait_takes_the_time_it_should(case: Case, measurements: dict[str, Measurement]) -> None:
    """A request that is said to be fine proves nothing unless it does wait or compute."""
    measurement = measurements[case.name]
    if case.kind == "cpu":
        assert measurement.seconds > 0.1
    elif case.stalls and not case.after:
        assert measurement.seconds >= DELAY * 0.95


def test_every_route_has_an_expectation(cases: list[Case], shop_routes: list[RealRoute]) -> None:
    routes = {(method, route.path) for route in shop_routes for method in route.methods}
    assert {(case.method, case.route) for case in cases} == routes


def test_case_names_are_unique(cases: list[Case]) -> None:
    names = [case.name for case in cases]
    assert len(set(names)) == len(names)


def test_every_kind_of_endpoint_is_there_stalling_and_not(cases: list[Case]) -> None:
    assert {(case.kind, case.stalls) for case in cases} == {
        ("io", True),
        ("io", False),
        ("cpu", True),
        ("cpu", False),
        ("trivial", False),
    }


def test_def_endpoints_stall_only_through_code_that_the_framework_runs_on_the_loop(
    cases: list[Case], shop_routes: list[RealRoute], measurements: dict[str, Measurement]
) -> None:
    pooled = {(method, route.path) for route in shop_routes if not route.is_async for method in route.methods}
    stalling = [
        case for case in cases if (case.method, case.route) in pooled and measurements[case.name].stalled is not False
    ]
    assert len(pooled) > 10
    assert {case.culprit for case in stalling} == {
        "shop.errors.order_not_found",
        "shop.middleware.report_probes",
        "shop.schemas.Address.known",
    }
