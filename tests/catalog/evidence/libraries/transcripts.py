"""youtube_transcript_api, of now and before release 1: every host answers late."""

from __future__ import annotations

from typing import Any

import requests
import youtube_transcript_api
from evidence.subjects import anywhere, web
from evidence.sweep import Sweep
from youtube_transcript_api import _transcripts


def transcript(url: str) -> Any:
    return _transcripts.Transcript(requests.Session(), "x", url, "English", "en", False, [])


SWEEPS = [
    Sweep(
        "youtube_transcript_api.YouTubeTranscriptApi",
        anywhere(youtube_transcript_api.YouTubeTranscriptApi),
        {"video_ids": ["x"]},
    ),
    Sweep("youtube_transcript_api._transcripts.Transcript", web(transcript)),
]
