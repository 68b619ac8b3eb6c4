"""The TOML schema of a catalog file: what the tool knows about one library, as data.

Names are *public* names, dotted, as a user imports them (``requests.get``, ``requests.Session.get``); a method
is its class's name plus the method's. They are matched exactly, segment by segment, after ``aliases`` have
been applied. A method is looked up along ``bases``, so it is stated once, on the class that defines it.
Implicit calls are their protocol methods: ``sqlalchemy.orm.Query.__iter__``,
``concurrent.futures.ThreadPoolExecutor.__exit__``, ``redis.lock.Lock.__enter__``.

Type expressions (``returns``, ``attributes``) are strings:

=====================  ============================================================
``pkg.Class``          an instance of that class (a first-party name works too)
``list[X]``            also ``tuple[X, Y]``, ``set[X]``, ``dict[K, V]``, ``iterator[X]`` (iterating gives X)
``awaitable[X]``       awaiting gives X
``async_iterator[X]``  ``async for`` gives X
``context[X]``         ``with`` gives X; ``async_context[X]``: ``async with`` gives X
``callable[X]``        calling it gives X
``type[X]``            the class X itself
``X | Y``              either
``self``               the receiver itself
``$0``, ``$name``      the call's positional argument 0 / argument ``name`` as it was passed (``$1:name``: either way)
``X else Y``           X, or Y where the call does not pass an argument that X speaks of (``instance($class_) else pkg.Session``)
``call($0)``           what calling that argument returns (awaited, if it is a coroutine function)
``instance($0)``       an instance of the class passed as that argument (``instance(self)``: of the class a class method is called on)
``item($0)``           one element of iterating that argument
``awaited($0)``        what awaiting that argument gives (the argument itself, if it is nothing to await)
``entered($0)``        what ``with`` or ``async with`` over that argument gives
``held(self)``         what the receiver holds: the type argument (``X`` of ``pkg.Result[X]``), and what was put into it (``puts``)
``none``               nothing of interest
=====================  ============================================================

Arguments in brackets nest: ``item(call($0))``. A name without a dot is a builtin (``str`` is ``builtins.str``, ``list[X]``
is ``builtins.list``), in ``names`` as well: ``open`` is ``builtins.open``.

For ``async`` effects ``returns`` says what awaiting gives, unless it says ``awaitable[…]``, ``async_context[…]`` or
``async_iterator[…]`` itself (``awaitable[X] | async_context[X]`` for a request that can be awaited or entered). In a
``returns`` of ``__aenter__`` and ``__anext__`` it is what ``async with`` and ``async for`` give.

In a decorator's ``becomes``, ``$0`` is the decorated function: ``contextlib.contextmanager`` has
``becomes = "callable[context[item(call($0))]]"``.
"""

from __future__ import annotations

from typing import Literal

import msgspec

BLOCKING_CATEGORIES = frozenset(
    (
        "sleep",
        "http",
        "database",
        "subprocess",
        "file",
        "path",
        "network",
        "sdk",
        "wait",
        "input",
        "import",
        "nested-loop",
        "custom",
    )
)
"""What ``Effect.category`` may be for ``blocking``. ``custom`` is for catalogs of a project's own."""

CPU_CATEGORIES = frozenset(
    ("hash", "compression", "image", "pdf", "data-frame", "inference", "serialization", "parse", "crypto", "cpu")
)
"""What ``Effect.category`` may be for ``cpu``."""

CALLBACK_KINDS = frozenset(
    (
        "route", "websocket", "dependency", "middleware", "exception-handler", "lifespan", "startup", "shutdown",
        "background-task", "stream", "task", "callback", "timer", "offload", "command", "worker", "test", "call", "factory",
        "validator", "serializer", "resolver", "tool", "partial", "wrapper", "context", "property", "response",
        "handler-factory", "iterate", "enter",
    )
)  # fmt: skip
"""What ``Callback.kind`` and ``Override.kind`` may be; explained at :class:`Callback`."""


class Strict(msgspec.Struct, frozen=True, forbid_unknown_fields=True, omit_defaults=True, gc=False):
    """Base: an unknown key is an error."""


class Library(Strict, frozen=True):
    """Which library the file is about, and how its names are checked against reality."""

    name: str
    """PyPI name; ``python`` for the standard library."""
    modules: tuple[str, ...]
    """Top-level import names."""
    versions: str = ""
    """Version range that the file speaks of, as in a requirement: ``>=2.28``."""
    checked: str = ""
    """The version whose names were last checked."""
    check: Literal["installed", "stubs", "source", "documented"] = "installed"
    """How the names are checked: against the installed library, its stubs, its source package, its documentation."""
    documentation: str = ""
    heavy_import: bool = False
    """Importing it takes more than about 100 ms."""
    note: str = ""


class Condition(Strict, frozen=True):
    """A test on an argument. Exactly one of equals / missing / type / greater / flags is set. Unknown values fail the test."""

    argument: str
    """Keyword name; ``position`` counts from 0, without the receiver."""
    position: int | None = None
    of: Literal["call", "constructor"] = "call"
    """``constructor``: the argument of the call that made the receiver (``queue.Queue(maxsize=0).put``)."""
    equals: tuple[str | int | float | bool, ...] | None = None
    """The argument is a literal equal to one of these."""
    missing: bool | None = None
    """True: the argument is not given. False: it is given."""
    type: tuple[str, ...] | None = None
    """The argument is an instance of one of these classes (``io.BytesIO``), as far as known."""
    greater: float | None = None
    """The argument is a literal number greater than this, or a literal or repeated text/bytes that long."""
    flags: tuple[str, ...] | None = None
    """The argument is one of these named constants, or has one of them joined with ``|`` (``fcntl.LOCK_NB``)."""


class Effect(Strict, frozen=True):
    """What calling these names does to the thread that runs the call.

    ``kind``: ``blocking`` (waits on I/O or another thread), ``cpu`` (computes), ``async`` (a coroutine function or
    an awaitable/async-iterator maker: does async I/O), ``loop-api`` (needs a running event loop in this thread), ``context`` (changes what only code in
    the same thread or task sees; category ``set`` or ``reset``; or what only the event loop's thread may touch: ``loop``), ``silent`` (looks blocking but is not; says why in ``note``).
    """

    kind: Literal["blocking", "cpu", "async", "loop-api", "context", "silent"]
    names: tuple[str, ...] = ()
    """Functions, classes (their constructor), or methods, by full name."""
    on: str | tuple[str, ...] = ()
    """Class(es) whose ``methods`` and ``properties`` these are."""
    methods: tuple[str, ...] = ()
    """``*`` stands for any other public method, of subclasses as well, that no entry, ``attributes`` or ``returns`` of the class
    or its bases names: for clients whose methods are all requests, or are made at run time. ``*_async``: those that end so."""
    properties: tuple[str, ...] = ()
    """Attributes whose plain read has the effect."""
    category: str = ""
    """Required for blocking and cpu (a project's own catalog may leave it out for blocking: ``custom``): ``sleep http database subprocess file path network sdk wait input`` for blocking
    (``path``: metadata only; ``nested-loop`` for asyncio.run and the like), ``hash compression image pdf data-frame inference
    serialization parse crypto cpu`` for cpu; free text for others."""
    severity: Literal["critical", "minor"] = "critical"
    releases_gil: bool | None = None
    """Whether another Python thread can run meanwhile. None: yes for blocking, must be stated for cpu."""
    uninterrupted: bool = False
    """With ``releases_gil = false``: one call of compiled code that keeps the GIL from beginning to end. From a thread it stops the
    event loop just as well. (Python code gives the GIL away every 5 ms to whoever asks for it.)"""
    replacement: str = ""
    """Public name of the asynchronous counterpart; ``{method}`` stands for the method's own name."""
    when: tuple[Condition, ...] = ()
    """All must hold, else the entry does not apply."""
    unless: tuple[Condition, ...] = ()
    """If any holds, the entry does not apply."""
    returns: str = ""
    """Type expression for what these calls give (for ``async``: what awaiting gives). Of several entries the first whose conditions
    on plain values hold decides (``open(path, "rb")``)."""
    eager: bool = False
    """For ``async``: the work starts with the call, awaited or not (``run_in_executor``, ``gather``). Otherwise what is not
    awaited, iterated or entered never runs."""
    lazy: bool = False
    """The call itself only makes a generator or a context manager (``returns`` says of what): the effect comes when that is
    iterated or entered (``redis.Redis.scan_iter``, ``httpx.stream``). Only for blocking and cpu."""
    versions: str = ""
    """Versions of the library that have these names, where not all that the file speaks of do: ``<1``."""
    note: str = ""
    """One sentence with the reason, shown by ``catalog show``."""


class ClassEntry(Strict, frozen=True):
    """A library class: its bases, what its attributes hold, what its methods return."""

    name: str
    aliases: tuple[str, ...] = ()
    bases: tuple[str, ...] = ()
    attributes: dict[str, str] = {}
    """Attribute → type expression. ``*`` stands for any other attribute (Mongo: ``db.users``)."""
    returns: dict[str, str] = {}
    """Method → type expression; for methods not named in an effect as well. ``__call__``, ``__getitem__``, ``__iter__`` (one
    element), ``__enter__``, ``__aenter__``, ``__await__`` are spelled as such. For methods of ``async`` effects: what awaiting gives."""
    reuse: bool = False
    """A client, engine or pool that is meant to be made once and shared."""
    pool: bool = False
    """With ``reuse``, for synchronous classes: it keeps connections to a database, broker or cloud. (Asynchronous ones all do.)"""
    given_by: tuple[str, ...] = ()
    """With ``reuse``: full names of functions that give an instance that is there already."""
    borrows: tuple[str, ...] = ()
    """With ``reuse``: keywords of its constructor that give it the connections of another object (``transport``,
    ``connection_pool``, ``http_client``): then that object is what is made once and shared."""
    thread_bound: bool = False
    """Its instances may only be used in the thread that made them."""
    thread_check: str = ""
    """Keyword of the call that makes one: true, only the thread that made it may use it. It may be passed through other libraries."""
    per_thread: bool = False
    """Every thread has a state of its own behind the one instance (``scoped_session``)."""
    guard: bool = False
    """A lock: who enters it holds it until leaving. The same thread must leave it, and no ``await`` may stand in between."""
    twin: str = ""
    """Public name of the asynchronous class that has the same constructor and attributes; its methods are awaited."""
    twin_never: tuple[str, ...] = ()
    """Keywords of a call that make its result another kind of thing with the twin (``stream``)."""
    usual_names: tuple[str, ...] = ()
    """What people call a parameter that holds one. Where nothing tells what such a parameter is, and its methods are this class's
    and no other's of that usual name, it is taken for one, which makes findings *possible* at most."""
    puts: dict[str, Argument] = {}
    """Methods (``__init__`` for the constructor) that put an argument into the instance, which holds it then: ``Queue.put``, ``ContextVar.set``."""
    prefix: Argument | None = None
    """Constructor argument that prefixes the paths of the routes registered on the instance."""
    before: Argument | None = None
    """Constructor argument with the dependencies of all routes registered on the instance, and included in it."""
    fields: bool = False
    """Subclasses take their annotated class attributes as constructor keywords (pydantic, dataclass-likes)."""
    versions: str = ""
    """Versions of the library that have these names, where not all that the file speaks of do: ``<1``."""


class Argument(Strict, frozen=True):
    """Where an argument stands: ``position`` (from 0, without the receiver) or ``keyword``, or either."""

    position: int | None = None
    keyword: str = ""


Place = Literal["caller", "loop", "thread", "process", "elsewhere", "never", "use"]
"""Where a callable that is handed over runs: ``caller`` at once in the calling thread (``map``), on the ``loop``, in a ``thread``
(pool), in another ``process``, ``elsewhere`` (in the same process on another loop, or in a worker, a command, a test: not in
the application's event loop), or ``never``. ``use``: with the class of the project that it belongs to, wherever that is used
(:class:`Use`); on the loop, where no use of it is known."""


class Callback(Strict, frozen=True):
    """Calls that take a callable (or a coroutine) and run it, now or later: off-loading, tasks, routes, dependencies, hooks.

    ``sync``: where a plain function runs; ``asynchronous``: where an ``async def`` function or a coroutine runs.
    """

    names: tuple[str, ...]
    kind: str
    """``route websocket dependency middleware exception-handler lifespan startup shutdown background-task stream task callback
    timer offload command worker test call factory validator serializer resolver tool response``: who calls it, later or now.
    ``call``: the library calls it as part of this very call (``sorted(key=…)``), or while its result is iterated (``map``).
    Four kinds run nothing by themselves: ``partial`` and ``wrapper`` give something that runs the function when it is called
    (``functools.partial``, ``functools.lru_cache``, ``tenacity.retry``, ``asgiref.sync.sync_to_async``; ``caller``: in the thread
    of that call; ``partial`` has taken the first arguments), ``context`` something that runs the generator function when it is
    entered and left (``contextlib.contextmanager``), ``property`` an attribute whose read runs it
    (``functools.cached_property``).
    Two take no callable: ``iterate`` iterates the argument, in this call or while the result is iterated (``list``, ``zip``);
    ``enter`` enters it now and leaves it when the receiver is left (``ExitStack.enter_context``).
    ``handler-factory``: called at start-up; it is the function it returns that runs in the place stated
    (``APIRoute.get_route_handler``)."""
    sync: Place
    asynchronous: Place
    argument: Argument = Argument(position=0)
    """The callable (or coroutine, or iterator) that is handed over."""
    many: bool = False
    """The argument is a list (or ``*arguments`` from that position, or a dict by its values) of callables or coroutines
    (``gather``, ``on_startup=[…]``, ``exception_handlers={…}``)."""
    decorator: Literal["no", "only", "either"] = "no"
    """``only``: the call returns a decorator that takes the callable (``@app.get("/x")``). ``either``: also usable bare (``@task`` and ``@task()``)."""
    method: str = ""
    """The argument is a class (or instance) and this method of it is what runs (``add_middleware(Cls)`` → ``dispatch``/``__call__``)."""
    passes: Literal["rest", "none", "each"] = "rest"
    """The callable gets the call's remaining arguments; nothing known; or the elements of the following iterables (``map``)."""
    keywords: bool = False
    """With ``passes = "rest"``: keyword arguments of the call go to the callable as well (``submit``); else they are the call's own."""
    args: str = ""
    """The keyword whose value, a tuple, holds the callable's positional arguments (``Thread(args=…)``)."""
    kwargs: str = ""
    """The keyword whose value, a dict, holds its keyword arguments."""
    objects: bool = False
    """What is handed over is an iterator or a context manager itself, no function."""
    becomes: str = ""
    """For decorators: type expression of what replaces the function; empty: the function itself."""
    path: Argument | None = None
    """For routes: the argument that holds the path."""
    methods: tuple[str, ...] = ()
    """For routes: HTTP methods, unless ``methods_argument`` is given in the call."""
    methods_argument: Argument | None = None
    validates: bool = False
    """The library makes the callable's arguments by the annotations of its parameters, on the loop. What a route returns it makes
    by the return annotation, where the callable runs, and dumps on the loop."""
    result_arguments: tuple[Argument, ...] = ()
    """For routes: arguments of the registering call that stand for the return annotation (``response_model``)."""
    before: Argument | None = None
    """For routes: argument of the registering call with further dependencies. Without it, those of what it is registered on do not run."""
    gives: tuple[str, ...] = ()
    """Type expressions of what the library passes to the callable, by position: ``(request, call_next)``."""
    provides: bool = False
    """As a parameter's default or ``Annotated`` metadata, the parameter gets what the callable returns or yields (``Depends``)."""
    lazy: bool = False
    """The call gives an iterator (``returns`` must say ``iterator[…]``): the callable runs, or the argument is iterated, where
    that is iterated (``map``, ``zip``)."""
    state: str = ""
    """For ``lifespan``: the class whose attributes take what the generator yields as a mapping (``request.state``)."""
    waits: bool = False
    """The call itself does not return before the callable has finished, blocking its own thread."""
    keep: bool = False
    """The loop holds the task by a weak reference only: whoever makes it must keep what the call returns (``create_task``)."""
    keeps: bool = False
    """For ``wrapper``: the result is kept for each set of arguments (``functools.lru_cache``); for ``property``: on the object."""
    adds: str = ""
    """For ``wrapper``: public name of a catalogued function that the result calls besides, in its caller's thread: for plain
    functions (``time.sleep`` between the attempts of ``tenacity.retry``); where ``sync`` is ``never``, for coroutine functions."""
    when: tuple[Condition, ...] = ()
    """All must hold, else the entry does not apply."""
    unless: tuple[Condition, ...] = ()
    """If any holds, the entry does not apply."""
    versions: str = ""
    """Versions of the library that have these names, where not all that the file speaks of do: ``<1``."""
    note: str = ""


class Override(Strict, frozen=True):
    """Methods that the library calls on first-party subclasses (or duck-typed members) of ``base``."""

    base: str
    methods: tuple[str, ...]
    kind: str
    sync: Place
    asynchronous: Place
    gives: tuple[str, ...] = ()
    """Type expressions of what the library passes to the methods, by position."""
    path_methods: bool = False
    """The method's name is an HTTP method (``HTTPEndpoint.get``)."""
    versions: str = ""
    """Versions of the library that have these names, where not all that the file speaks of do: ``<1``."""
    note: str = ""


class Use(Strict, frozen=True):
    """Calls that run what classes of the project bring along for the library: callbacks and overrides whose place is ``use``."""

    names: tuple[str, ...]
    """Functions and methods; a class for its constructor, that of the project's subclasses included."""
    kinds: tuple[str, ...]
    """Which of them, by their kind: ``validator serializer response``."""
    of: Literal["receiver", "call", "constructor"] = "receiver"
    """Whose: of the class that the call constructs or is called on; or of the types in ``argument`` of the call, or of the call
    that made the receiver."""
    argument: Argument = Argument(position=0)
    place: Literal["caller", "loop"] = "caller"
    versions: str = ""
    """Versions of the library that have these names, where not all that the file speaks of do: ``<1``."""


class Mount(Strict, frozen=True):
    """Calls that hang one router or application below another: ``include_router``, ``mount``.

    ``documents``: the child only describes what others serve (OpenAPI callbacks); its routes are no endpoints of this application.
    """

    names: tuple[str, ...]
    child: Argument
    prefix: Argument | None = None
    before: Argument | None = None
    """Argument with the dependencies of all routes of the child; without it, those of the parent do not run for them either."""
    documents: bool = False


class Counterpart(Strict, frozen=True):
    """How calls are rewritten for an asynchronous counterpart, where their arguments allow it.

    ``how``: ``client``: ``r = get(u)`` becomes ``r = await client.get(u)`` with a ``client`` that the file keeps; ``wrap``:
    ``p.read_text()`` becomes ``await to(p).read_text()``; ``owner``: ``u.file.read()`` becomes ``await u.read()``.
    """

    names: tuple[str, ...]
    """Full names of functions and methods; for ``owner`` with the attribute (``UploadFile.file.read``)."""
    how: Literal["client", "wrap", "owner"]
    to: str = ""
    """The asynchronous class."""
    requires: tuple[str, ...] = ()
    """One of these packages must be imported somewhere in the project; none: nothing is needed."""
    positional: int = 0
    """How many positional arguments there may be."""
    keywords: dict[str, str] = {}
    """The keywords there may be, and what they become."""
    forms: dict[str, tuple[str, ...]] = {}
    """What the values of keywords may look like: ``number name string dict tuple``; any, where nothing is said."""
    adds: dict[str, str] = {}
    """Keywords to add unless they are given: Python expressions."""
    results: tuple[str, ...] | None = None
    """Attributes that the results of both have; nothing else may be done with the result. None: the results are the same."""
    errors: tuple[str, ...] = ()
    """Packages whose exceptions are not raised any more: no handler around may ask for them."""
    note: str = ""
    """What differs."""


class CatalogFile(Strict, frozen=True):
    """One TOML file."""

    library: Library = Library(name="project", modules=())
    """Required in built-in files."""
    aliases: dict[str, str] = {}
    """Prefix rewriting before any look-up: ``"fastapi.concurrency" = "starlette.concurrency"``. Both must be the same object."""
    returns: dict[str, str] = {}
    """Module-level function → type expression (for ``async`` effects: what awaiting gives)."""
    attributes: dict[str, str] = {}
    """Module-level object → type expression (``sys.stdin``)."""
    effect: tuple[Effect, ...] = ()
    class_: tuple[ClassEntry, ...] = msgspec.field(default=(), name="class")
    callback: tuple[Callback, ...] = ()
    override: tuple[Override, ...] = ()
    use: tuple[Use, ...] = ()
    mount: tuple[Mount, ...] = ()
    counterpart: tuple[Counterpart, ...] = ()
    quick: tuple[str, ...] = ()
    """Functions, classes (their constructor) and methods (``pkg.Class.*`` for all of a class) that wait for nothing and compute for
    microseconds. Instances of a class named here are plain data: reading an attribute does no more than that."""
