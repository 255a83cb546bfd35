# Copyright (c) 2026 The cloudcron.huaweicloud contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""A Python that has started already, and runs modules as Ansible sends them.

Python's own start, the import of requests and the compilation of what Ansible packs into a module take ten times as
long as the module's work. Here they are done once. A module is nevertheless a process of its own, and nothing leads to
it but what Ansible hands to a Python: the program, standard input and output, the environment and the current folder.
Nothing of Ansible or of the collection is imported beforehand.

Tests of processes, of what a Python has and of signals take an ordinary Python instead.
"""

from __future__ import annotations

import contextlib
import os
import socket
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

# Runs as `python -ISs CLIENT SOCKET [PROGRAM]`, with imports that cost nothing.
CLIENT = """
import marshal, os, sys
from _socket import AF_UNIX, SCM_RIGHTS, SHUT_WR, SOCK_STREAM, SOL_SOCKET, socket

asking = socket(AF_UNIX, SOCK_STREAM)
asking.connect(sys.argv[1])
files = b"".join(number.to_bytes(4, sys.byteorder) for number in range(3))
asking.sendmsg([b"."], [(SOL_SOCKET, SCM_RIGHTS, files)])
asking.sendall(marshal.dumps((os.getcwd(), sys.argv[2:], dict(os.environ))))
asking.shutdown(SHUT_WR)
# One that is killed says nothing.
os._exit(int(asking.recv(4) or 137))
"""

SERVER = """
import _imp, atexit, contextlib, hashlib, marshal, os, socket, sys, traceback, types, zipimport
import argparse, base64, datetime, json, logging, runpy, shlex, shutil, subprocess, tempfile, zipfile, zoneinfo
import requests

folder = sys.argv[1]


def compiled(path, source, compile=zipimport._compile_source):
    kept = os.path.join(folder, hashlib.sha256(source).hexdigest())
    try:
        with open(kept, "rb") as file:
            code = marshal.loads(file.read())
    except OSError:
        code = compile(path, source)
        with open(f"{kept}.{os.getpid()}", "wb") as file:
            file.write(marshal.dumps(code))
        os.replace(file.name, kept)
    _imp._fix_co_filename(code, path)
    return code


def run(asked):
    _byte, files, _flags, _address = socket.recv_fds(asked, 1, 3)
    for number, file in enumerate(files):
        os.dup2(file, number)
        os.close(file)
    current, arguments, environment = marshal.loads(b"".join(iter(lambda: asked.recv(1 << 16), b"")))
    os.chdir(current)
    os.environ.clear()
    os.environ.update(environment)
    sys.argv = arguments or ["-"]
    with open(arguments[0] if arguments else 0, "rb", closefd=bool(arguments)) as file:
        program = file.read()
    main = sys.modules["__main__"] = types.ModuleType("__main__")
    if arguments:
        main.__file__ = arguments[0]
        sys.path[0] = os.path.dirname(arguments[0])
    exec(compile(program, arguments[0] if arguments else "<stdin>", "exec"), main.__dict__)


zipimport._compile_source = compiled
listening = socket.socket(fileno=0)
print("ready", flush=True)
while True:
    asked = listening.accept()[0]
    if os.fork():
        asked.close()
        with contextlib.suppress(ChildProcessError):
            while os.waitpid(-1, os.WNOHANG)[0]:
                pass
        continue
    # Standard input takes its place.
    listening.detach()
    status = 0
    try:
        run(asked)
    except SystemExit as end:
        status = end.code if isinstance(end.code, int) else int(end.code is not None)
    except BaseException:
        traceback.print_exc()
        status = 1
    atexit._run_exitfuncs()
    sys.stdout.flush()
    sys.stderr.flush()
    asked.send(str(status).encode())
    os._exit(status)
"""


@contextlib.contextmanager
def ready_python() -> Iterator[str]:
    """The command, for a shell, that stands for a Python as long as the context lasts."""
    with tempfile.TemporaryDirectory(prefix="cloudcron-python-") as name, socket.socket(socket.AF_UNIX) as listening:
        folder = Path(name)
        (folder / "kept").mkdir()
        (folder / "client.py").write_text(CLIENT, encoding="utf-8")
        listening.bind(str(folder / "socket"))
        listening.listen(64)
        # What of its environment counts when Python starts is as it is for the plays.
        environment = {"LC_ALL": "C.UTF-8", "PATH": os.defpath, "PYTHONHASHSEED": "0"}
        with subprocess.Popen(
            [sys.executable, "-c", SERVER, str(folder / "kept")],
            stdin=listening,
            stdout=subprocess.PIPE,
            env=environment,
        ) as server:
            try:
                assert server.stdout and server.stdout.readline() == b"ready\n"
                yield f"{sys.executable} -ISs {folder / 'client.py'} {folder / 'socket'}"
            finally:
                server.kill()
