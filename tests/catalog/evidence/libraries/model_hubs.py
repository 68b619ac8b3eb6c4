"""Hugging Face's hub, every host of which answers late."""

from __future__ import annotations

import atexit
import os
import shutil
import tempfile
from pathlib import Path

FOLDER = Path(tempfile.mkdtemp(prefix="evidence-"))
atexit.register(shutil.rmtree, FOLDER, ignore_errors=True)
os.environ["HF_HOME"] = str(FOLDER / "home")
"""The library's own way to look for nothing that is there already."""
UPLOADED = FOLDER / "uploaded"
UPLOADED.mkdir()
(UPLOADED / "x.txt").write_text("x")

import huggingface_hub  # noqa: E402
from evidence.subjects import anywhere  # noqa: E402
from evidence.sweep import Sweep  # noqa: E402

GIVEN = {
    "repo_id": "x/x", "token": "hf_x", "path_or_fileobj": b"x", "path_in_repo": "x", "folder_path": str(UPLOADED), "filename": "x", "private": None,
}  # fmt: skip

OPERATION = huggingface_hub.CommitOperationAdd("x", b"x")
GIVEN |= {"operations": [OPERATION], "from_id": "x/x", "to_id": "x/y"}

SWEEPS = [Sweep("huggingface_hub", anywhere(lambda: huggingface_hub), GIVEN)]
