# Copyright (c) 2026 The cloudcron.huaweicloud contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Listings that are read page by page."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Callable, Optional, TypeVar

from .._errors import ServiceError

Item = TypeVar("Item")
# The items of one page, and how many there are in all, where that is known.
Page = tuple[list[Item], Optional[int]]

# However many items a service says that it has.
MOST_PAGES_AHEAD = 1000


def pages(
    tried: str,
    fetch: Callable[[int], Page[Item]],
    size: int,
    side_by_side: Callable[[Callable[[int], Page[Item]], range], Iterable[Page[Item]]] = map,
    most: int | None = None,
) -> Iterator[Item]:
    """Return the items of a listing, page by page, to its end.

    :param tried: what this is about, for errors.
    :param fetch: takes an offset and returns the items from there on, and how many there are in all, where it is known.
    :param size: the largest page that the service gives.
    :param side_by_side: calls `fetch` for several offsets, as `map` does.
    :param most: how many items are wanted; there may be more of them on the last page. None for all.
    :raises ServiceError: a page is the same as the one before, so that there would be no end.
    """
    offset, step, ahead = 0, size, range(1)
    before: list[Item] = []
    while True:
        for items, total in side_by_side(fetch, ahead):
            has_all = total is not None and offset >= total
            if items and items == before:
                if has_all:
                    return
                raise ServiceError(tried, f"the service answers the entries up to {offset} and those behind them alike")
            before = items
            yield from items
            offset += len(items)
            # Behind a full page there may be more, although the service counts no more: the count may be too low.
            is_last = len(items) < size and (total is None or offset >= total)
            if not items or is_last or (most is not None and offset >= most):
                return
            if len(items) != step:
                break
        # The service may give less than it is asked for, and tasks may vanish meanwhile. Where pages begin is known
        # only when two in a row were of one length.
        is_known = total is not None and len(items) == step
        step = len(items)
        end = offset + 1 if total is None else max(total, offset + 1)
        ahead = range(offset, end if most is None else min(end, most), step)[: MOST_PAGES_AHEAD if is_known else 1]
