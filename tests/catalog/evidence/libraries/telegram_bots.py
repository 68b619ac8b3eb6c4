"""python-telegram-bot: the bot, what it gets, and the application around it, against a slow web server."""

from __future__ import annotations

import datetime
from collections.abc import Callable, Iterator
from typing import Any

import telegram
import telegram.ext
from evidence.arguments import Arguments
from evidence.subjects import JSON, web_inside
from evidence.sweep import Sweep
from evidence.world import World

NOW = datetime.datetime(2030, 1, 1, tzinfo=datetime.timezone.utc)
ME = b'{"ok": true, "result": {"id": 1, "is_bot": true, "first_name": "x", "username": "x"}}'
USER = telegram.User(1, "x", is_bot=False)


def bot(url: str) -> telegram.Bot:
    return telegram.Bot("1:x", base_url=f"{url}/bot", base_file_url=f"{url}/file")


def of(make: Callable[[], Any]) -> Callable[[str], Any]:
    """What the bot got."""

    def made(url: str) -> Any:
        found = make()
        found.set_bot(bot(url))
        if isinstance(found, telegram.CallbackQuery):
            found.message.set_bot(found.get_bot())
        return found

    return made


def message() -> telegram.Message:
    return telegram.Message(1, NOW, telegram.Chat(1, "private"), text="x")


def pressed() -> telegram.CallbackQuery:
    return telegram.CallbackQuery("x", USER, "x", message=message())


def downloaded(url: str) -> Any:
    found = telegram.File("x", "x", file_path=f"{url}/x")
    found.set_bot(bot(url))
    return found


async def in_turn(app: Any, methods: tuple[str, ...]) -> None:
    for method in methods:
        await getattr(app, method)()


def application(*methods: str) -> Callable[[World], Iterator[Callable[[], object]]]:
    """An application whose bot's server answers late, and what leads to the last of the methods."""

    def case(world: World) -> Iterator[Callable[[], object]]:
        with world.http(body=ME, headers=JSON) as (host, port):
            made = telegram.ext.Application.builder().bot(bot(f"http://{host}:{port}")).build()
            yield lambda: in_turn(made, methods)

    return case


async def answered(app: telegram.ext.Application, update: telegram.Update) -> None:
    app._initialized = True
    await app.process_update(update)


def processed(world: World) -> Iterator[Callable[[], object]]:
    """An update that a handler answers."""
    with world.http(body=b"{}", headers=JSON) as (host, port):
        speaker = bot(f"http://{host}:{port}")
        app = telegram.ext.Application.builder().bot(speaker).build()

        async def reply(update: Any, context: Any) -> None:
            await update.message.reply_text("x")

        app.add_handler(telegram.ext.MessageHandler(None, reply))
        got = message()
        got.set_bot(speaker)
        yield lambda: answered(app, telegram.Update(1, message=got))


def shut_down(world: World) -> Iterator[Callable[[], object]]:
    made = telegram.Bot("1:x")
    yield lambda: made.shutdown()


ASYNC = {
    "telegram.ext.Application.initialize": application("initialize"),
    "telegram.ext.Application.process_update": processed,
}
COROUTINE = {
    "telegram.Bot.shutdown": shut_down,
    "telegram.ext.Application.shutdown": application("initialize", "shutdown"),
    "telegram.ext.Application.start": application("initialize", "start"),
    "telegram.ext.Application.stop": application("initialize", "start", "stop"),
}
PHOTO = {
    "photo": b"x", "document": b"x", "video": b"x", "audio": b"x", "voice": b"x", "animation": b"x",
    "media": telegram.InputMediaPhoto(b"x"), "action": "typing",
}  # fmt: skip
GROUP: dict[str, Arguments] = {"reply_media_group": (([telegram.InputMediaPhoto(b"x")] * 2,), {})}

QUIET = ("to_dict", "to_json", "de_json", "de_list", "get_bot", "set_bot")

SWEEPS = [
    Sweep("telegram.Bot", web_inside(bot), apart=dict.fromkeys(("shutdown", *QUIET), "see above"), sample=60),
    Sweep("telegram.Message", web_inside(of(message)), PHOTO, GROUP),
    Sweep("telegram.CallbackQuery", web_inside(of(pressed)), PHOTO),
    Sweep("telegram.Chat", web_inside(of(lambda: telegram.Chat(1, "private"))), PHOTO),
    Sweep("telegram.File", web_inside(downloaded)),
]
DOCUMENTED = {
    "Only makes a dictionary, or an object of one, or keeps the bot it is given (python-telegram-bot 22.8, _telegramobject.py).": tuple(
        f"telegram.Bot.{method}" for method in QUIET
    ),
}
