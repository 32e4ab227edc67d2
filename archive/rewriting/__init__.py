"""Archived pages and style sheets written anew, so that they lead into the archive and run nothing. Pure."""

from __future__ import annotations

from typing import Literal

Modifier = Literal["", "id_", "im_", "cs_", "js_", "if_", "oe_"]
"""What an address is for, as replay tools write it: a page, raw bytes, a picture, a style sheet, a script, a frame,
something else."""

LONGEST_PAGE = 8 * 1024 * 1024
"""Bytes of a page that is gone through; what is longer is offered as it was recorded."""
LONGEST_SHEET = 2 * 1024 * 1024
"""Bytes of a style sheet likewise: its tokens take some hundred times as much memory."""
