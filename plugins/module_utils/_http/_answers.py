# Copyright (c) 2026 The cloudcron.huaweicloud contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What a service answered: as data where it carried the request out, else as an error in the user's words."""

from __future__ import annotations

import json
import math
import re
from collections.abc import Mapping
from typing import Any, Callable, NamedTuple
from urllib.parse import urlsplit

from .._errors import AnswerLostError, NotFoundError, OutcomeUnknownError, ServiceError, brief

THROTTLED = 429
# Of a 500 it is documented for no service that it passes, and for Workspace that it is one of two ways to refuse.
FAILED = 500
# A 408 may have been sent before the request came, when the connection had been idle for long.
UNAVAILABLE = (408, 502, 503, 504)
# What else begins with a 5 may have failed at any moment.
NOT_EVEN_TRIED = (501, 505, 511)

GATEWAY_CODES = ("APIGW.", "APIG.")
LONGEST_EXCERPT = 300  # characters of a service's own words
HALF_CHARACTER = re.compile(r"\\u[dD][89a-fA-F]")
MOST_LEVELS = 50  # of lists and objects in one another
LONGEST_PAGE = 10_000  # characters of an HTML page that are looked at

ADVICE: dict[Any, str] = {
    "APIGW.0303": "Set the clock of the machine that runs this: the service refuses a date more than 15 minutes off",
    "APIGW.0307": "The token is not valid or has expired: fetch a new one, or give a password and let it be renewed",
    "APIGW.0101": "Check endpoint and region: this host does not offer the service's API",
    401: "Check the credentials and whether they have expired",
    403: "Check that the user has the permission for this operation and that project_id is a project of the account",
    THROTTLED: "The service is being asked too often: lower parallel, run fewer at once, or run it again later",
    FAILED: "The service failed: try again later, or ask its support with the request id",
}


class Answer(NamedTuple):
    """What a service answered to a request that it carried out.

    :ivar tried: what was tried, for errors.
    :ivar body: the parsed JSON; None where the answer is empty.
    :ivar request_id: the service's name for the request, without any secret.
    """

    tried: str
    status: int
    headers: Mapping[str, str]
    body: Any
    request_id: str | None

    def unusable(self, problem: str, advice: str | None = None) -> AnswerLostError:
        """Return the error that the answer is none which the service's pages promise.

        :param problem: completes the sentence "200, but ...".
        """
        problem = f"{self.status}, but {problem}"
        return AnswerLostError(self.tried, problem, self.status, request_id=self.request_id, advice=advice)


class ErrorRules(NamedTuple):
    """How a service says no, as far as the status alone does not tell.

    :ivar missing: whether an error of the service itself, by its status, code and message, says that there is nothing
        of the name or id that the request has in its URL.
    :ivar hidden: whether the body of an answer whose status means success says no nevertheless.
    :ivar advise: returns what the user can do about an error, by its status, code and message; None for the general
        advice.
    """

    missing: Callable[[int, str, str], bool] = lambda status, code, text: False
    hidden: Callable[[Any], bool] = lambda body: False
    advise: Callable[[int, str, str], str | None] = lambda status, code, text: None


NO_ERROR_RULES = ErrorRules()


class ResponseParser:
    """Reads one response.

    :param tried: what was tried, for errors.
    :param response: of requests, whose content was read.
    :param content: the whole of it.
    :param mask: takes the secrets out of a text. It sees every text as it came: cut or folded, a secret would no longer
        be recognised.
    :param error_rules: how the service says no.
    """

    def __init__(
        self, tried: str, response: Any, content: bytes, mask: Callable[[str], str], error_rules: ErrorRules
    ) -> None:
        self._tried = tried
        self._response = response
        self._content = content
        self._mask = mask
        self._refusals = error_rules
        self.status: int = response.status_code
        try:
            self._body = parse(content) if content.strip() else None
            self._readable = True
        except ValueError:
            self._body, self._readable = None, False

    def answer(self) -> Answer:
        """Return the answer.

        :raises NotFoundError: the service itself says that there is nothing of that name or id.
        :raises OutcomeUnknownError: it is not known whether the request was carried out.
        :raises ServiceError: the service refused the request.
        """
        if 200 <= self.status < 300 and self._readable and not self._refusals.hidden(self._body):
            return Answer(self._tried, self.status, self._response.headers, self._body, self._request_id())
        raise self._refusal()

    def _refusal(self) -> ServiceError:
        if 300 <= self.status < 400:
            problem = f", a redirect to {self._redirect_target()}, which is not followed"
            return self._error(ServiceError, problem, advice="Check endpoint and auth_url")
        if not self._readable:
            return self._unreadable_error()
        code, text = self._code_and_message()
        # IAM's code is the status.
        words = " ".join(word for word in (code, text) if word and word != str(self.status)) or "without a reason"
        from_gateway = (code or "").startswith(GATEWAY_CODES)
        kind = self._kind()
        if kind is ServiceError and code and not from_gateway and self._refusals.missing(self.status, code, text or ""):
            kind = NotFoundError
        common_code = (code or "").replace("APIG.", "APIGW.")
        advice = self._refusals.advise(self.status, common_code, text or "")
        advice = advice or ADVICE.get(common_code) or ADVICE.get(self.status)
        return self._error(kind, f" {words}{self._wish_to_wait()}", code, text, advice)

    def _unreadable_error(self) -> ServiceError:
        host = urlsplit(self._response.url).netloc
        advice = f"Check that {host} is the service's host and that no proxy answers for it"
        if self.status < 300:
            problem = f", but what came with it is {self._unreadable()}"
            return self._error(AnswerLostError, problem, advice=advice)
        return self._error(self._kind(), f" with {self._unreadable()}{self._wish_to_wait()}", advice=advice)

    def _kind(self) -> type[ServiceError]:
        if self.status in UNAVAILABLE:
            return AnswerLostError
        is_refusal = self.status < FAILED or self.status in NOT_EVEN_TRIED
        return ServiceError if is_refusal else OutcomeUnknownError

    def _error(
        self,
        kind: type[ServiceError],
        problem: str,
        code: str | None = None,
        text: str | None = None,
        advice: str | None = None,
    ) -> ServiceError:
        return kind(self._tried, f"{self.status}{problem}", self.status, code, text, self._request_id(), advice)

    def _redirect_target(self) -> str:
        try:
            target = urlsplit(self._response.headers.get("Location", ""))
            # Without the user and the password that an address may have.
            host = self._excerpt(target.netloc.rpartition("@")[2])
        except ValueError:
            host = ""
        return host or "another address"

    def _wish_to_wait(self) -> str:
        wish = self._response.headers.get("Retry-After")
        return f", asks to wait: Retry-After {self._excerpt(wish)}" if wish else ""

    def _code_and_message(self) -> tuple[str | None, str | None]:
        """Return code and message of an error body: the services', IAM's (inside `error`), or the gateway's."""
        if not isinstance(self._body, dict):
            return None, None
        within = self._body.get("error")
        body = within if isinstance(within, dict) else self._body
        code = self._first_text(body, "error_code", "errorCode", "code")
        return code, self._first_text(body, "error_msg", "errorMsg", "message", "error_detail")

    def _first_text(self, body: Mapping[str, Any], *names: str) -> str | None:
        for name in names:
            value = body.get(name)
            if isinstance(value, (str, int)) and not isinstance(value, bool) and self._excerpt(str(value)):
                return self._excerpt(str(value))
        return None

    def _request_id(self) -> str | None:
        in_body = self._body.get("request_id") if isinstance(self._body, dict) else None
        found = self._response.headers.get("X-Request-Id") or in_body
        return self._excerpt(found) if isinstance(found, str) and found else None

    def _unreadable(self) -> str:
        beginning = self._content.lstrip()[:1]
        is_page = "html" in self._response.headers.get("Content-Type", "").lower() or beginning == b"<"
        if self.status < 300 and beginning in (b"{", b"["):
            # It may be from IAM, and have keys that nobody here has read, so that they could not be masked.
            return "no whole JSON"
        # What is behind what is looked at may complete a secret, and long ones are known by their beginnings.
        text = self._mask(self._content.decode("utf-8", "replace")[: 2 * LONGEST_PAGE])[:LONGEST_PAGE]
        if is_page:
            text = re.sub(r"<(script|style)\b.*?</\1>|<[^>]*>", " ", text, flags=re.S)
        kind = "an HTML page instead of JSON" if is_page else "no whole JSON"
        return f"{kind}: {excerpt(text)}" if excerpt(text) else kind

    def _excerpt(self, text: str) -> str:
        return excerpt(self._mask(text[: 2 * LONGEST_PAGE]))


def parse(content: bytes) -> Any:
    """Return parsed JSON, which can be written as JSON again, and in which every text can be encoded.

    :raises ValueError: it is not JSON in UTF-8, or nested more deeply than anything that a service has to tell.
    """

    def refuse(constant: str) -> Any:
        raise ValueError(f"{constant} is no JSON")

    def finite(number: str) -> float:
        if math.isinf(float(number)):
            raise ValueError("a number is too large")
        return float(number)

    text = content.decode("utf-8-sig")
    try:
        parsed = json.loads(text, parse_constant=refuse, parse_float=finite)
        _check_depth(parsed)
        if not HALF_CHARACTER.search(text):
            return parsed
        # Half of a character is text that no terminal, file or other program takes.
        return json.loads(json.dumps(parsed, ensure_ascii=False).encode("utf-8", "replace"))
    except RecursionError:
        raise ValueError("nested too deeply") from None


def _check_depth(parsed: Any) -> None:
    # Other programs, Ansible among them, work through data level by level, and fail of too many.
    level = [parsed]
    for _number in range(MOST_LEVELS):
        level = [
            item
            for container in level
            if isinstance(container, (dict, list))
            for item in (container.values() if isinstance(container, dict) else container)
        ]
        if not level:
            return
    raise ValueError("nested too deeply")


def excerpt(text: str) -> str:
    """Return the beginning of a service's own words."""
    return brief(text, LONGEST_EXCERPT)
