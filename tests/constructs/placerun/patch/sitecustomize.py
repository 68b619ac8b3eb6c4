"""Imported by every interpreter that has this folder on its path: writes down where ``time.sleep`` is called.

Only calls that stand in files below ``PLACES_FOLDER`` count. One line of JSON for each call, appended to ``PLACES_RECORD``.
"""

import json
import os
import sys
import threading
import time

_FOLDER = os.environ["PLACES_FOLDER"]
_RECORD = os.environ["PLACES_RECORD"]
_sleep = time.sleep


def sleep(seconds):
    """As ``time.sleep``, and written down."""
    frame = sys._getframe(1)
    if frame.f_code.co_filename.startswith(_FOLDER):
        entry = {"file": frame.f_code.co_filename, "line": frame.f_lineno, "place": place()}
        with open(_RECORD, "ab", buffering=0) as record:
            record.write(json.dumps(entry).encode() + b"\n")
    _sleep(seconds)


def place():
    """Where the caller runs, seen from the application that ``serve`` announced."""
    if str(os.getpid()) != os.environ.get("PLACES_PROCESS"):
        return "process"
    asyncio = sys.modules.get("asyncio")
    running = asyncio and asyncio._get_running_loop()
    if running is not None:
        return "loop" if running is sleep.loop else "other loop"
    return "import" if threading.get_ident() == sleep.thread else "thread"


sleep.loop = None
sleep.thread = threading.get_ident()
time.sleep = sleep
