"""Archived pages and style sheets written anew, so that they lead into the archive and run nothing. Pure."""

from __future__ import annotations

from typing import Literal

Modifier = Literal["", "id_", "im_", "cs_", "js_", "if_", "oe_"]
"""What an address is for, as replay tools write it: a page, raw bytes, a picture, a style sheet, a script, a frame,
something else."""
