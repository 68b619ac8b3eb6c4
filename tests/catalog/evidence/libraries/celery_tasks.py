"""Celery with RabbitMQ and Redis as broker and result back end, which answer late; there are no workers."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import celery
import celery.result
from evidence import servers
from evidence.servers import slowly
from evidence.subjects import using
from evidence.sweep import Subject, Sweep
from evidence.world import Address, World

Case = Callable[[World], Iterator[Callable[[], object]]]


def task_of(broker: Address, store: Address) -> Any:
    app = celery.Celery(
        "evidence",
        broker=f"amqp://guest:guest@{broker[0]}:{broker[1]}//",
        backend=f"redis://{store[0]}:{store[1]}/0",
    )
    app.conf.update(broker_transport_options={"confirm_publish": True}, result_extended=True)

    @app.task(name="evidence.task")  # type: ignore[untyped-decorator]
    def task(*arguments: object) -> None:
        """Is not run here."""

    task.delay()
    app.AsyncResult("x").state  # noqa: B018  Connects, too.
    return task


def connected(then: Callable[[Any], Any]) -> Subject:
    """What becomes of a task that has been sent once, and whose application is connected."""

    def subject(world: World) -> Iterator[object]:
        with slowly(world, servers.rabbitmq()) as broker, slowly(world, servers.redis()) as store:
            task = task_of(broker, store)
            yield then(task)
            task.app.close()

    return subject


def results(task: Any) -> celery.result.ResultSet:
    return celery.result.ResultSet([task.app.AsyncResult("x"), task.app.AsyncResult("y")], app=task.app)


def group_result(task: Any) -> celery.result.GroupResult:
    found = celery.result.GroupResult("group", [task.app.AsyncResult("x")], app=task.app)
    found.save()
    return found


def listed(found: Any) -> object:
    return next(iter(found.iter_native(timeout=0.2)), None)


def asked(task: Any) -> Any:
    """A task that a worker believes to be running."""
    task.push_request(id="x", called_directly=False, args=(), kwargs={}, retries=0, delivery_info={})
    return task


BLOCKING: dict[str, Any] = {
    "celery.Task.retry": using(connected(asked), lambda task: task.retry(throw=False)),
    **{
        f"celery.result.AsyncResult.{name}": using(
            connected(lambda task: task.app.AsyncResult("z")), lambda found, name=name: getattr(found, name)
        )
        for name in ("state", "status", "result", "info", "traceback", "children", "date_done")
    },
    "celery.Celery.send_task": using(connected(lambda task: task.app), lambda app: app.send_task("evidence.task")),
    "celery.result.ResultSet.iter_native": using(connected(results), listed),
}
WAIT = {"timeout": 0.2, "interval": 0.01}
SWEEPS = [
    Sweep(
        "celery.Task", connected(lambda task: task), {"exc": None, "throw": False}, {"retry": ((), {"throw": False})}
    ),
    Sweep(
        "celery.canvas.Signature",
        connected(lambda task: task.s()),
        {"callback": celery.Signature("x"), "errback": celery.Signature("x")},
    ),
    Sweep("celery.result.AsyncResult", connected(lambda task: task.app.AsyncResult("x")), WAIT),
    Sweep("celery.result.ResultSet", connected(results), WAIT, apart={"iter_native": "a case"}),
    Sweep("celery.result.GroupResult", connected(group_result), {"id": "group"}),
    Sweep("celery.app.control.Inspect", connected(lambda task: task.app.control.inspect(timeout=0.1))),
    Sweep(
        "celery.app.control.Control",
        connected(lambda task: task.app.control),
        {"timeout": 0.1, "queue": "celery", "task_name": "evidence.task", "task_id": "x", "signal": "TERM"},
        {"broadcast": (("ping",), {})},
    ),
]
