"""Replicate: the client, and the predictions and files it gives, against a slow web server."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import replicate
from evidence.arguments import Arguments
from evidence.subjects import sweeps, web
from evidence.sweep import Sweep
from replicate.helpers import FileOutput
from replicate.prediction import Prediction
from replicate.training import Training

GIVEN = {"ref": "x/x:" + "0" * 64, "deployment": "x/x", "model": "x/x", "version": "x/x:" + "0" * 64, "name": "x/x"}
MODEL: Arguments = (("x", "x"), {"visibility": "private", "hardware": "cpu"})
PREDICTION: Arguments = ((), {"version": "x", "input": {}})
TRAINING: Arguments = ((), {"model": "x/x", "version": "x", "input": {}, "destination": "x/x"})
CALLS = {
    "replicate.model.Models": {"create": MODEL, "async_create": MODEL},
    "replicate.prediction.Predictions": {"create": PREDICTION, "async_create": PREDICTION},
    "replicate.training.Trainings": {"create": TRAINING, "async_create": TRAINING},
}
OWN = ("Client", "Prediction", "Training", "FileOutput")


def client(url: str) -> replicate.Client:
    return replicate.Client("x", base_url=url)


def of(kind: Any, url: str) -> Any:
    """What an answer becomes: a prediction or a training that has not ended."""
    made = kind.construct(id="x", status="starting", output=[], urls={"stream": url, "get": url, "cancel": url})
    made._client = client(url)
    made._client.poll_interval = 0
    return made


SILENT = {"replicate.client.Client": lambda world: replicate.Client("x")}

SWEEPS = [
    *(
        replace(sweep, calls=CALLS.get(sweep.on, {}))
        for sweep in sweeps("replicate", web(client), given=GIVEN)
        if not sweep.on.endswith(OWN)
    ),
    Sweep("replicate", web(client), GIVEN),
    Sweep("replicate.client.Client", web(client), GIVEN),
    Sweep("replicate.prediction.Prediction", web(lambda url: of(Prediction, url))),
    Sweep("replicate.training.Training", web(lambda url: of(Training, url))),
    Sweep("replicate.helpers.FileOutput", web(lambda url: FileOutput(url, client(url)))),
]
