# Copyright (c) 2026 The cloudcron.huaweicloud contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Everything that can go wrong and that a user should read about.

Every error knows its own text. The doors turn it into a failed result with `to_result()` and know nothing else of it.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

MOST_LISTED = 10
LONGEST_VALUE = 200  # characters of a value that messages show
LONGEST_NAME = 255  # characters; no service's names are longer
LONGEST_MESSAGE = 4000  # characters, whatever a service has put into what a message quotes

# Options in which users keep secrets of their own: parameters of scripts, and what is written down of a task. Not even
# `no_log` keeps the message of a failure from being shown.
FOR_SECRETS = ("description", "coc.input_param", "workspace.extra_params")


def quoted(value: Any, option: str = "") -> str:
    """Return a value as messages show it: on one line of a bounded length.

    :param option: dotted path of the option that has the value. Where it may have a secret, only its size is told.
    """
    if option.startswith(FOR_SECRETS):
        return size_of(value)
    text = repr(value)
    return text if len(text) <= LONGEST_VALUE else f"{text[:LONGEST_VALUE]}... ({len(text)} characters)"


def size_of(value: Any) -> str:
    """Return what may be told of a value that may be a secret."""
    for kind, word in ((str, "text"), (list, "list"), (Mapping, "dictionary")):
        if isinstance(value, kind):
            return f"{word} of length {len(value)}"
    if isinstance(value, bool):
        return "a truth value"
    return "a number" if isinstance(value, (int, float)) else "what is given"


def brief(words: Any, most: int = LONGEST_NAME) -> str:
    """Return text in one line of a bounded length, without what a terminal would act on."""
    line = " ".join(_printable(str(words)).split())
    return line if len(line) <= most else line[:most] + "..."


def first_ten(words: Sequence[str]) -> str:
    """Return words as messages list them, with dots in the place of those behind the tenth."""
    return ", ".join([*words[:MOST_LISTED], *(["..."] if words[MOST_LISTED:] else [])])


def bounded(message: str) -> str:
    """Return a message in one line that is not too long, whatever a service has put into what it quotes."""
    line = _printable(message)
    return line if len(line) <= LONGEST_MESSAGE else f"{line[: LONGEST_MESSAGE - 3]}..."


def _printable(text: str) -> str:
    return text if text.isprintable() else "".join(each if each.isprintable() else " " for each in text)


class CloudCronError(Exception):
    """Base of all errors of this collection.

    :param message: one or more sentences for the user, without any secret.
    :ivar state: words on the state that the failure left the task in, where a service undid or could not undo what
        was done before.
    :ivar is_undone: whether all that was done before is undone.
    :ivar is_repetition: whether the answer to an earlier attempt was lost, so that the service may have carried the
        request out then, whatever it says of it now.
    :ivar is_partial: whether something was changed before the request that failed, as a part of the same step.
    :ivar is_overtaken: whether somebody else has changed the task meanwhile, so that nothing is to be taken back.
    :ivar warnings: what the user should know of besides.
    """

    def __init__(self, message: str) -> None:
        self.message = bounded(message)
        super().__init__(self.message)
        self.state: str | None = None
        self.is_undone = False
        self.is_repetition = False
        self.is_partial = False
        self.is_overtaken = False
        self.warnings: list[str] = []

    @property
    def is_unclear(self) -> bool:
        """Whether the request that failed may have been carried out all the same."""
        return self.is_repetition or isinstance(self, OutcomeUnknownError)

    @property
    def may_have_acted(self) -> bool:
        """Whether the step that failed may have changed something."""
        return self.is_unclear or self.is_partial

    def add_state(self, words: str) -> None:
        """Add a sentence, without its full stop, on the state that the failure left the task in."""
        self.state = words if self.state is None else f"{self.state}. {words}"

    def details(self) -> dict[str, Any]:
        """Return the facts of the error that a playbook may want to decide by, under their return names."""
        return {}

    def to_result(self) -> dict[str, Any]:
        """Return what a module hands to Ansible: the details that are known, that it failed, and `msg`."""
        known = {key: value for key, value in self.details().items() if value is not None}
        warnings = {"warnings": self.warnings} if self.warnings else {}
        return {**known, **warnings, "failed": True, "msg": self.message}


class OptionError(CloudCronError):
    """An option has a value that it must not have. Nothing was written.

    :param option: dotted path of the option, such as `schedule.time`.
    :param value: what was given.
    :param expected: what it may be; completes the sentence "... is refused: ".
    :param is_hidden: whether the value is not to be shown, whatever the option.
    :param shown: what the message shows in the place of the value; nothing where it is empty.
    :ivar subject: what is refused, for comparison: the option and its value as text, which may be a secret.
    """

    def __init__(
        self, option: str, value: Any, expected: str, is_hidden: bool = False, shown: str | None = None
    ) -> None:
        text = shown if shown is not None else size_of(value) if is_hidden else quoted(value, option)
        stop = "" if expected.endswith("?") else "."
        super().__init__(f"{option}{f': {text}' if text else ''} is refused: {expected}{stop}")
        self.option = option
        self.subject = (option, str(value))

    def add_sentence(self, words: str) -> None:
        """Add a sentence, without its full stop, to the message."""
        self.message = f"{self.message} {words}."

    @property
    def faults(self) -> Sequence[OptionError]:
        """The errors of single options that this one is made of."""
        return (self,)

    def details(self) -> dict[str, Any]:
        paths = list(dict.fromkeys(fault.option for fault in self.faults))
        return {"option": self.option, **({"options": paths} if len(paths) > 1 else {})}


class OptionsError(OptionError):
    """Several options are refused, all of them at once. Nothing was written.

    :param faults: of single options, in the order in which they are told. Not empty.
    :param advice: a sentence for all of them.
    """

    def __init__(self, faults: Sequence[OptionError], advice: str | None = None) -> None:
        super().__init__(faults[0].option, None, "it is one of several")
        self.message = bounded(" ".join([*(fault.message for fault in faults), *([advice] if advice else [])]))
        self.args = (self.message,)
        self.subject = faults[0].subject
        self._faults = tuple(faults)

    @property
    def faults(self) -> Sequence[OptionError]:
        return self._faults


def as_one(faults: Sequence[OptionError]) -> OptionError | None:
    """Return several refusals as one error; a single one as it is, and None for none."""
    if not faults:
        return None
    return faults[0] if len(faults) == 1 else OptionsError(faults)


class TaskError(CloudCronError):
    """What was asked for does not fit the task that was found. Nothing was written."""


class AccountError(CloudCronError):
    """Who is asking, or for which project, cannot be told. Nothing was written."""


class TracedError(CloudCronError):
    """An error that lies in a program.

    :param trace: where it came from, which Ansible shows at high verbosity only.
    """

    def __init__(self, message: str, trace: str) -> None:
        super().__init__(message)
        self.trace = trace

    def details(self) -> dict[str, Any]:
        return {"exception": self.trace}


class LibraryError(TracedError):
    """A Python library is missing where the module runs. The message is Ansible's usual hint."""


class UnexpectedError(TracedError):
    """This collection has a bug. Whether anything was written is not known.

    :param cause: what nobody had thought of.
    """

    def __init__(self, cause: Exception, trace: str) -> None:
        super().__init__(
            f"This is a bug of cloudcron.huaweicloud: {type(cause).__name__}: {cause}. Please report it, with what "
            "Ansible says at -vvv, after looking through it for what is nobody else's business.",
            trace,
        )


class ServiceError(CloudCronError):
    """The service refused a request, or its answer cannot be used.

    :param tried: what was tried and on which task, such as `update scheduled task nightly-restart`.
    :param problem: what came of it.
    :param status: HTTP status, where there was an answer.
    :param code: the service's error code.
    :param text: the service's own message.
    :param request_id: the service's name for the request, which its support asks for.
    :param advice: what the user can do.
    """

    def __init__(
        self,
        tried: str,
        problem: str,
        status: int | None = None,
        code: str | None = None,
        text: str | None = None,
        request_id: str | None = None,
        advice: str | None = None,
    ) -> None:
        parts = [f"{tried}: {problem}"]
        if request_id:
            parts.append(f" (request id {request_id})")
        parts.append(f". {advice}." if advice else ".")
        super().__init__("".join(parts))
        self.tried = tried
        self.problem = problem
        self.advice = advice
        self.status = status
        self.code = code
        self.text = text
        self.request_id = request_id

    def details(self) -> dict[str, Any]:
        return {
            "status": self.status,
            "error_code": self.code,
            "error_msg": self.text,
            "request_id": self.request_id,
        }


class UnreachableError(ServiceError):
    """No request reaches the service, so none was carried out."""


class NotFoundError(ServiceError):
    """The service itself (not a gateway or a proxy in front of it) says that there is no such task."""


class ContradictionError(ServiceError):
    """Two answers of the service contradict each other, and looking again for a while did not settle it."""


class RefusedBeforeError(ServiceError):
    """A request was not sent, since what it would be made with was refused before.

    :param tried: what would have been tried.
    :param refusal: what came of the login when it was tried.
    """

    def __init__(self, tried: str, refusal: ServiceError) -> None:
        super().__init__(
            tried,
            "not asked for, since the same login was refused before and too many refusals lock it. That was: "
            f"{refusal.message.rstrip('.')}",
            refusal.status,
            refusal.code,
            refusal.text,
        )
        self.request_id = refusal.request_id


class OutcomeUnknownError(ServiceError):
    """The request may or may not have been carried out, and asking again would most likely not tell either."""


class AnswerLostError(OutcomeUnknownError):
    """The answer was lost or cannot be used, which may pass by itself."""


class UnwantedError(CloudCronError):
    """The service carried a change out, and what came of it is not what was asked for.

    To ask for the same again would not help.
    """


class InterruptionError(CloudCronError):
    """The process was told to end, and what it had begun is whole all the same.

    :param reason: completes the sentence "Nothing more is done, since ...".
    :param words: what was done.
    :param result: what is known of it, as the result that would have been returned.
    """

    def __init__(self, reason: str, words: str | None = None, result: Mapping[str, Any] | None = None) -> None:
        super().__init__(f"Nothing more is done, since {reason}.{f' {words}.' if words else ''}")
        self.result = result or {}
        self.is_undone = True

    def details(self) -> dict[str, Any]:
        return dict(self.result)


class InterruptedChangeError(CloudCronError):
    """A change broke, and the task may not be as it was before.

    :param cause: the error of the request that failed.
    :param done: the operations that were carried out before, in order.
    :param task: the id or name of the task that they were carried out on.
    """

    def __init__(self, cause: CloudCronError, done: list[str], task: str) -> None:
        parts = [cause.message]
        is_unknown = isinstance(cause, OutcomeUnknownError)
        if is_unknown:
            parts.append("Whether this was carried out is not known.")
        if done:
            listed = ", ".join(done)
            if cause.state or isinstance(cause, UnwantedError):
                parts.append(f"In all, this was done to scheduled task {task}: {listed}.")
            else:
                parts.append(f"Before that, this was done to scheduled task {task} and stays: {listed}.")
        if cause.state:
            parts.append(f"{cause.state}.")
        if is_unknown or not (cause.is_undone or isinstance(cause, UnwantedError)):
            parts.append("Run the same task again to finish the change.")
        super().__init__(" ".join(parts))
        self.cause = cause
        self.done = done

    def details(self) -> dict[str, Any]:
        return {**self.cause.details(), "changed": bool(self.done), "operations": self.done}
