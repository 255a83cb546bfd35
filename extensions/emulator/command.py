# Copyright (c) 2026 The cloudcron.huaweicloud contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The emulator's command line: serve in the foreground, or for as long as a command runs."""

from __future__ import annotations

import argparse
import contextlib
import os
import shlex
import signal
import subprocess
import sys
import threading
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any, NoReturn

from . import account
from .emulator import Emulator
from .seed import BadSeed, plant, read_seed

COMPETING = ("HC_CONTAINER_", "HUAWEICLOUD_", "HW_", "OS_")
"""How the variables begin that could lead a caller elsewhere, or say that it is somebody else."""

ENDING = (signal.SIGHUP, signal.SIGINT, signal.SIGQUIT, signal.SIGTERM)
FROM_THE_TERMINAL = (signal.SIGINT, signal.SIGQUIT)

FAILED = 2
NOT_EXECUTABLE = 126
NOT_FOUND = 127


def main(arguments: Sequence[str]) -> int:
    """Do what the command line says, and return the exit status."""
    options = _parse(arguments)
    for project_id in options.project:
        account.open_project(project_id)
    with contextlib.ExitStack() as stack:
        try:
            seed = {} if options.seed is None else read_seed(options.seed)
            emulator = stack.enter_context(Emulator(options.port))
            plant(emulator, seed)
            _limit(emulator, options)
        except BadSeed as error:
            _fail(FAILED, f"{options.seed}: {error}")
        except OSError as error:
            _fail(FAILED, f"port {options.port}: {os.strerror(error.errno or 0)}")
        if options.command:
            return run(options.command, inside(emulator.url, os.environ))
        _serve(emulator.url)
    return 0


def variables(url: str) -> dict[str, str]:
    """What leads the modules to the emulator at this address, and lets them in."""
    return {
        "CLOUDCRON_ENDPOINT": url,
        "HW_AUTH_URL": url,
        "HW_REGION_NAME": account.REGION,
        "HW_PROJECT_ID": account.PROJECT_ID,
        "HW_ACCESS_KEY": account.ACCESS_KEY,
        "HW_SECRET_KEY": account.SECRET_KEY,
    }


def inside(url: str, environment: Mapping[str, str]) -> dict[str, str]:
    """An environment in which the modules reach the emulator at this address, and nothing else."""
    kept = {name: value for name, value in environment.items() if not name.startswith(COMPETING)}
    return reach_directly({**kept, **variables(url)})


def reach_directly(environment: Mapping[str, str]) -> dict[str, str]:
    """The environment with proxies ruled out for this machine's own addresses."""
    exceptions = ",".join(filter(None, [environment.get("no_proxy") or environment.get("NO_PROXY"), "127.0.0.1"]))
    return {**environment, "no_proxy": exceptions, "NO_PROXY": exceptions}


def run(command: Sequence[str], environment: Mapping[str, str]) -> int:
    """Run a command; return its status as a shell does. Signals that come meanwhile are the command's.

    They reach all its processes. In the foreground of a terminal it stays there instead, so that it can ask questions,
    and the terminal interrupts it.
    """
    apart = not _is_in_the_foreground()
    early: list[int] = []
    _handle(early.append)
    try:
        process = subprocess.Popen(command, env=environment, process_group=0 if apart else None)
    except OSError as error:
        status = NOT_FOUND if isinstance(error, FileNotFoundError) else NOT_EXECUTABLE
        _fail(status, f"cannot run {command[0]}: {error.strerror}")

    def pass_on(number: int) -> None:
        # What the terminal has interrupted, it has interrupted itself.
        if apart or number not in FROM_THE_TERMINAL:
            with contextlib.suppress(ProcessLookupError):
                (os.killpg if apart else os.kill)(process.pid, number)

    _handle(pass_on)
    for number in early:
        pass_on(number)
    status = process.wait()
    return status if status >= 0 else 128 - status


def _handle(action: Callable[[int], Any]) -> None:
    for number in ENDING:
        # What `nohup` lets us ignore, the command ignores, too.
        if signal.getsignal(number) is not signal.SIG_IGN:
            signal.signal(number, lambda number, _frame: action(number))


def _is_in_the_foreground() -> bool:
    try:
        with open("/dev/tty", "rb") as terminal:
            return os.tcgetpgrp(terminal.fileno()) == os.getpgrp()
    except OSError:
        return False


def _serve(url: str) -> None:
    stop = threading.Event()
    for number in ENDING:
        # A shell lets what runs in the background ignore more than `nohup` does.
        if number != signal.SIGHUP or signal.getsignal(number) is not signal.SIG_IGN:
            signal.signal(number, lambda *_: stop.set())
    print(f"Listening on {url}")
    competing = sorted(name for name in os.environ if name.startswith(COMPETING) and name not in variables(url))
    if competing:
        print("unset", *competing)
    added = reach_directly(variables(url) | {"no_proxy": os.environ.get("no_proxy") or os.environ.get("NO_PROXY", "")})
    print("export", *(f"{name}={shlex.quote(value)}" for name, value in added.items()), flush=True)
    stop.wait()


def _parse(arguments: Sequence[str]) -> argparse.Namespace:
    own, command = list(arguments), []
    if "--" in own:
        end = own.index("--")
        own, command = own[:end], own[end + 1 :]
    parser = argparse.ArgumentParser(
        prog=f"python3 {Path(__file__).parent}",
        usage="%(prog)s [--port PORT] [--seed FILE] [--project ID] [--rate RATE] [--burst COUNT] "
        "[--quota COUNT/SECONDS] [--retry-after] [-- COMMAND ...]",
        description="Emulates Huawei Cloud's scheduled tasks on this machine: until it is stopped, or while COMMAND "
        "runs, which finds its way by environment variables and whose exit status is returned.",
    )
    parser.add_argument("--port", type=_port, default=0, help="port on 127.0.0.1; 0, the default, is any free one")
    parser.add_argument(
        "--seed",
        type=Path,
        metavar="FILE",
        help="JSON or YAML file with the tasks to begin with: a list for each service, by its name",
    )
    parser.add_argument(
        "--project",
        action="append",
        default=[],
        metavar="ID",
        help=f"id of one more project of the account, beside {account.PROJECT_ID}; may be repeated",
    )
    parser.add_argument("--rate", type=float, help="requests a second that the services take; 429 answers the others")
    parser.add_argument(
        "--burst", type=float, metavar="COUNT", help="requests at once, after few came; those of one second by default"
    )
    parser.add_argument(
        "--quota", type=_quota, metavar="COUNT/SECONDS", help="requests that they take in a period, such as 200/300"
    )
    parser.add_argument("--retry-after", action="store_true", help="let those 429 say when there is room again")
    options = parser.parse_args(own)
    if len(own) < len(arguments) and not command:
        parser.error("there is no command after --")
    options.command = command
    return options


def _limit(emulator: Emulator, options: argparse.Namespace) -> None:
    quota, window = options.quota or (None, None)
    try:
        emulator.limit(
            rate=options.rate, burst=options.burst, quota=quota, window=window, retry_after=options.retry_after
        )
    except ValueError as error:
        _fail(FAILED, str(error))


def _quota(text: str) -> tuple[int, float]:
    count, _slash, seconds = text.partition("/")
    try:
        return int(count), float(seconds)
    except ValueError:
        raise argparse.ArgumentTypeError(f"{text} is not a number of requests, a slash and seconds") from None


def _port(text: str) -> int:
    if not text.isdecimal() or int(text) > 65535:
        raise argparse.ArgumentTypeError(f"{text} is not a port")
    return int(text)


def _fail(status: int, message: str) -> NoReturn:
    print(f"The emulator: {message}", file=sys.stderr)
    raise SystemExit(status)
