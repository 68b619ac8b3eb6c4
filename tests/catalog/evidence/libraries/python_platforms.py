"""Standard library: what only Windows, macOS or BSD has, or a Python that was built with other libraries."""

from __future__ import annotations

import sys

DOCUMENTED = {
    "Needs Windows: waits until a key is pressed (msvcrt module, documentation of Python)": (
        "msvcrt.getch", "msvcrt.getche", "msvcrt.getwch", "msvcrt.getwche",
    ),
    "Needs Windows: tries ten times, one second apart, to get the lock (msvcrt module, documentation of Python)": (
        "msvcrt.locking",
    ),
    "Needs Windows: plays until the sound is over (winsound module, documentation of Python)": (
        "winsound.Beep", "winsound.PlaySound",
    ),
    "Needs Windows: connects to another computer's registry (winreg module, documentation of Python)": (
        "winreg.ConnectRegistry",
    ),
    "Needs Windows: has the shell find and start the program of a file (os.startfile, documentation of Python)": (
        "os.startfile",
    ),
    "Needs Windows: asks every drive, of the network also (os module, documentation of Python)": (
        "os.listdrives", "os.listmounts", "os.listvolumes",
    ),
    "Needs macOS or BSD: waits for the next event, as select.epoll.poll does, which is run": (
        "select.kqueue.control", "selectors.KqueueSelector.select",
    ),
}  # fmt: skip

if sys.version_info < (3, 14):
    DOCUMENTED[
        "Only Python 3.14 has it, which is not here; shutil.copytree and shutil.move do the same, and are run"
    ] = tuple(f"pathlib.Path.{method}" for method in ("copy", "copy_into", "move", "move_into"))
    DOCUMENTED[
        "Only Python 3.14 has it, which is not here; the same calls of backports.zstd 1.8.0 stall the loop and let go of the GIL"
    ] = (
        *(f"compression.zstd.{name}" for name in (
            "open", "compress", "decompress", "train_dict", "finalize_dict", "ZstdFile", "ZstdCompressor.compress",
            "ZstdDecompressor.decompress",
        )),
        *(f"compression.zstd.ZstdFile.{method}" for method in (
            "read", "read1", "readinto", "readline", "readlines", "write", "__iter__", "__next__",
        )),
    )  # fmt: skip
