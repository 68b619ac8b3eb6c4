"""Task queues on Redis, which answers late: RQ, Huey, Dramatiq, arq; there are no workers. And APScheduler."""

from __future__ import annotations

import contextlib
import time
from collections.abc import Awaitable, Callable, Iterator
from datetime import datetime, timedelta, timezone
from typing import Any

import apscheduler.schedulers.background
import apscheduler.schedulers.blocking
import arq
import arq.connections
import arq.jobs
import dramatiq
import dramatiq.brokers.redis
import dramatiq.results
import dramatiq.results.backends.redis
import huey
import redis
import rq
import rq.job
import rq.registry
from evidence import servers
from evidence.servers import slowly
from evidence.subjects import served, served_inside, using
from evidence.sweep import Subject, Sweep
from evidence.world import World

Case = Callable[[World], Iterator[Callable[[], object]]]
TOMORROW = datetime.now(timezone.utc) + timedelta(days=1)


def job() -> None:
    """Is not run here."""


def queued(then: Callable[[rq.Queue], Any]) -> Subject:
    """RQ: what becomes of a queue whose connection is there."""

    def make(host: str, port: int) -> Any:
        queue = rq.Queue(connection=redis.Redis(host=host, port=port))
        queue.count  # noqa: B018
        return then(queue)

    return served(servers.redis, make)


def enqueued(queue: rq.Queue) -> rq.job.Job:
    return queue.enqueue(job, job_id="evidence")


def fetched(queue: rq.Queue) -> rq.job.Job:
    enqueued(queue)
    return rq.job.Job.fetch("evidence", connection=queue.connection)


def with_job(use: Callable[[rq.Queue, rq.job.Job], object]) -> Case:
    """A case with a queue and a job in it."""
    return using(queued(lambda queue: (queue, enqueued(queue))), lambda made: use(*made))


def dependent(queue: rq.Queue) -> rq.job.Job:
    return queue.enqueue(job, depends_on=enqueued(queue))


def read(name: str) -> Callable[[Any], object]:
    return lambda one: getattr(one, name)


def huey_of(then: Callable[[Any, Any], Any]) -> Subject:
    """Huey, and a task of it that is in the queue."""

    def make(host: str, port: int) -> Any:
        app = huey.RedisHuey("evidence", host=host, port=port)
        task = app.task(name="job")(job)
        result = task()
        return then(app, (task, result))

    return served(servers.redis, make)


def dramatiq_of(then: Callable[[Any, Any], Any]) -> Subject:
    """A broker of Dramatiq, and an actor that has been sent a message."""

    def make(host: str, port: int) -> Any:
        broker = dramatiq.brokers.redis.RedisBroker(host=host, port=port)
        store = dramatiq.results.backends.redis.RedisBackend(host=host, port=port)
        broker.add_middleware(dramatiq.results.Results(backend=store))
        dramatiq.set_broker(broker)
        actor = dramatiq.actor(job, broker=broker, store_results=True)
        with contextlib.suppress(dramatiq.results.ResultMissing):
            actor.send().get_result()
        return then(broker, actor)

    return served(servers.redis, make)


def pool(then: Callable[[Any], Awaitable[Any]]) -> Subject:
    """What becomes of a connection of arq."""

    async def make(host: str, port: int) -> Any:
        return await then(await arq.create_pool(arq.connections.RedisSettings(host, port)))

    return served_inside(servers.redis, make)


async def itself(made: Any) -> Any:
    return made


async def arq_job(made: Any) -> Any:
    await made.enqueue_job("job", _job_id="evidence")
    return arq.jobs.Job("evidence", made)


def connecting(world: World) -> Iterator[Callable[[], object]]:
    with slowly(world, servers.redis()) as (host, port):
        yield lambda: arq.create_pool(arq.connections.RedisSettings(host, port))


def blocking_scheduler(world: World) -> Iterator[Callable[[], object]]:
    scheduler = apscheduler.schedulers.blocking.BlockingScheduler()
    world.later(lambda: scheduler.shutdown(wait=False))
    yield scheduler.start


def background_scheduler(world: World) -> Iterator[Callable[[], object]]:
    scheduler = apscheduler.schedulers.background.BackgroundScheduler()
    yield scheduler.start
    scheduler.shutdown(wait=False)


def busy_scheduler(world: World) -> Iterator[Callable[[], object]]:
    scheduler = apscheduler.schedulers.background.BackgroundScheduler()
    scheduler.start()
    scheduler.add_job(lambda: (world.begun.wait(5), time.sleep(world.delay)))
    time.sleep(0.05)
    yield scheduler.shutdown


PARTS = "dramatiq.composition"
DELAYED = (dramatiq.Message("default", "job", (), {}, {}), dramatiq.Message("default", "job", (), {}, {}))


def composed(kind: Any) -> Subject:
    def make(broker: Any, actor: Any) -> Any:
        made = kind([actor.message(), actor.message()], broker=broker)
        made.run()
        return made

    return dramatiq_of(make)


BLOCKING: dict[str, Any] = {
    "apscheduler.schedulers.blocking.BlockingScheduler.start": blocking_scheduler,
    "apscheduler.schedulers.background.BackgroundScheduler.shutdown": busy_scheduler,
    "rq.Worker": using(queued(lambda queue: queue), lambda queue: rq.Worker([queue], connection=queue.connection)),
    "rq.Worker.work": using(
        queued(lambda queue: (queue.empty(), rq.SimpleWorker([queue], connection=queue.connection))[1]),
        lambda worker: worker.work(burst=True),
    ),
    **{f"rq.Queue.{name}": using(queued(lambda queue: queue), read(name)) for name in ("job_ids", "jobs", "count")},
    **{
        f"rq.job.Job.{name}": using(queued(fetched), read(name))
        for name in (
            "is_finished", "is_queued", "is_failed", "is_started", "is_deferred", "is_canceled", "is_scheduled", "is_stopped", "result",
        )
    },
    "rq.job.Job.exists": with_job(lambda queue, one: rq.job.Job.exists(one.id, queue.connection)),
    "rq.job.Job.fetch": with_job(lambda queue, one: rq.job.Job.fetch(one.id, queue.connection)),
    "rq.job.Job.fetch_many": with_job(lambda queue, one: rq.job.Job.fetch_many([one.id], queue.connection)),
    "rq.job.Job.fetch_dependencies": using(queued(dependent), lambda one: one.fetch_dependencies()),
    "rq.Queue.all": with_job(lambda queue, one: rq.Queue.all(queue.connection)),
    "rq.Worker.all": with_job(lambda queue, one: rq.Worker.all(queue.connection)),
    "rq.Worker.all_keys": with_job(lambda queue, one: rq.Worker.all_keys(queue.connection)),
    "rq.Worker.count": with_job(lambda queue, one: rq.Worker.count(queue.connection)),
    "rq.Worker.find_by_key": with_job(lambda queue, one: rq.Worker.find_by_key("rq:worker:x", queue.connection)),
    **{
        f"rq.Queue.{name}": with_job(lambda queue, one, name=name: getattr(queue, name)(one))
        for name in ("enqueue_dependents", "enqueue_job", "run_job")
    },
    "rq.Queue.schedule_job": with_job(lambda queue, one: queue.schedule_job(one, TOMORROW)),
    "rq.registry.BaseRegistry.add": with_job(lambda queue, one: queue.deferred_job_registry.add(one, 9)),
    **{
        f"huey.api.Huey.{name}": using(
            huey_of(lambda app, made: (app, made[0].s())), lambda made, name=name: getattr(made[0], name)(made[1])
        )
        for name in ("add_schedule", "enqueue", "restore", "revoke")
    },
    "huey.api.TaskWrapper.schedule": using(huey_of(lambda app, made: made[0]), lambda task: task.schedule(delay=1)),
    "rq.registry.BaseRegistry.count": using(queued(lambda queue: queue.failed_job_registry), read("count")),
    **{
        f"{PARTS}.{kind.__name__}.{name}": using(composed(kind), read(name))
        for kind in (dramatiq.group, dramatiq.pipeline)
        for name in ("completed", "completed_count")
    },
}  # fmt: skip
SILENT: dict[str, Any] = {
    "apscheduler.schedulers.background.BackgroundScheduler.start": background_scheduler,
}
ASYNC: dict[str, Any] = {"arq.create_pool": connecting}
DOCUMENTED = {
    "Raises RuntimeError where a loop runs already, before it waits for anything (arq/worker.py: run_until_complete)": [
        "arq.Worker.run",
        "arq.run_worker",
    ],
}
ENDED = ((None, None, None), {})
HUEY = {
    "key": "x", "data": b"x", "id": "x", "func": job, "lock_name": "x", "name": "x", "timeout": 0.1, "eta": TOMORROW, "delay": 1,
    "limit": 1,
}  # fmt: skip
SWEEPS = [
    Sweep(
        "rq.Queue",
        queued(lambda queue: queue),
        {"f": job, "func": job, "job_id": "x", "job_or_id": "x", "datetime": TOMORROW, "time_delta": timedelta(1)},
        {
            "enqueue": ((job,), {}),
            "enqueue_at": ((TOMORROW, job), {}),
            "enqueue_in": ((timedelta(days=1), job), {}),
            "enqueue_many": (([rq.Queue.prepare_data(job)],), {}),
        },
    ),
    Sweep("rq.job.Job", queued(fetched), {"timestamp": TOMORROW, "ttl": 1, "status": rq.job.JobStatus.QUEUED}),
    Sweep(
        "rq.Worker",
        queued(lambda queue: rq.Worker([queue], connection=queue.connection)),
        {"worker_key": "rq:worker:x"},
    ),
    Sweep("rq.registry.BaseRegistry", queued(lambda queue: queue.failed_job_registry)),
    Sweep("huey.api.Huey", huey_of(lambda app, made: app), HUEY),
    Sweep(
        "huey.api.TaskWrapper", huey_of(lambda app, made: made[0]), HUEY, {"__call__": ((), {}), "map": (([()],), {})}
    ),
    Sweep("huey.api.Result", huey_of(lambda app, made: made[1]), HUEY),
    Sweep("huey.api.ResultGroup", huey_of(lambda app, made: made[0].map([()]))),
    Sweep("huey.api.TaskLock", huey_of(lambda app, made: app.lock_task("x")), calls={"__exit__": ENDED}),
    Sweep(
        "dramatiq.Broker", dramatiq_of(lambda broker, actor: broker), {"queue_name": "default", "message": DELAYED[0]}
    ),
    Sweep("dramatiq.Actor", dramatiq_of(lambda broker, actor: actor), calls={"send": ((), {})}),
    Sweep("dramatiq.Message", dramatiq_of(lambda broker, actor: actor.send())),
    Sweep(f"{PARTS}.group", composed(dramatiq.group), {"timeout": 100}),
    Sweep(f"{PARTS}.pipeline", composed(dramatiq.pipeline), {"timeout": 100}),
    Sweep("arq.ArqRedis", pool(itself), {"function": "job"}, only=("enqueue_job", "all_job_results", "queued_jobs")),
    Sweep("arq.jobs.Job", pool(arq_job), {"timeout": 0.2, "poll_delay": 0.05}),
]
