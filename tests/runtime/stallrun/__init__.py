"""Run an application under uvicorn and watch whether one request keeps ``/health`` from being answered."""

from stallrun.cases import Case, load_cases
from stallrun.measure import DELAY, Measurement, measure
from stallrun.routes import RealRoute, real_routes
from stallrun.servers import Application, Upstream

__all__ = [
    "DELAY",
    "Application",
    "Case",
    "Measurement",
    "RealRoute",
    "Upstream",
    "load_cases",
    "measure",
    "real_routes",
]
