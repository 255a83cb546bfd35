# Copyright (c) 2026 The cloudcron.huaweicloud contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The page that shows the matrix."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass

from ..benchmark.table import FOLDER, Section, as_markdown, as_plain, as_text, head, paragraphs
from .calls import ENTRIES, HIT, ROWS, Row
from .faults import ERROR_500, FAULTS, REASONS, Fault
from .outcomes import CELLS, IMPOSSIBLE, REPORTS, STAYING, SURVIVES, UNSEEN, outcome

PAGE = FOLDER / "faults.md"

MARKS = {SURVIVES: "S", REPORTS: "R", UNSEEN: "U", IMPOSSIBLE: "n/a"}
FAILED = "!"
"""The mark of a cell of which something else came than was stated. No page is written then."""

LEAST = 95  # %

INTRODUCTION = """
Networks lose connections, gateways time out, services turn requests away. This page shows what becomes of a play then.

Everything that a user does with the modules was taken apart into the requests that it sends, and each request was met
by every fault of the list below, once. That makes the cells of the tables. Each cell is a call of a module, with its
default of four `retries`, against the emulator of the services that the tests of this collection use: over real
connections where the fault is about the connection, and past them where the answer is whole and wrong. None of it was
tried against the services themselves. What has to come of a cell is stated by a rule, and a test of each cell sees that
it does. Those tests are part of the collection's own; `make faults` in a checkout runs them alone, prints the tables,
and writes this page.

A cell has one of three outcomes:

{marks}

Whatever the outcome: no task is ever there twice, no request goes to a host that was not named, a look-up changes
nothing, there is no traceback, and no secret stands in the result.

{figures}
"""

SURVIVED = """
`S`: the same run survives. It succeeds as if nothing had happened. `changed` and `operations` tell the truth, the
service holds exactly what is wanted, and nothing was asked of it more often than the fault made necessary.
"""
REPORTED = """
`R`: the run fails and reports. The message names what was tried, on which task, and what came: the status, the
service's error code and the request id, where there are any. `changed` and `operations` tell what was done before,
and what of it was undone. The same play run once more reaches what is wanted, and a third run changes nothing.
"""
OVERLOOKED = """
`U`: the run cannot see the fault, as the section *{title}* explains. The next run finds and mends what is missing.
"""
LEGEND = (
    "`S` survives, `R` fails and reports, `U` is unseen, `n/a` does not apply. The numbers are those of the "
    "faults above."
)

SECTIONS = {
    "workspace_app": (
        "Workspace App",
        """
        A creation is sent again at once only where the service surely did not act on it. Where that is not known, the
        task is looked for by its name: found, it is the one that was asked for; not found, the creation is tried once
        more. After an answer of 500 it is looked for as well, but not tried again, so a creation survives that answer
        if the service has acted. After every creation the tasks of its name are looked for, since nothing keeps another
        play from creating one at the same moment. If that look fails, so does the run, and says that the task is there.

        A purge deletes several tasks with one request. Where it is not known whether that was carried out, all tasks
        are listed again. Those that are gone were deleted, and the others are named in the message. So a purge survives
        an answer of 500 if the service has acted.
        """,
    ),
    "workspace": (
        "Workspace",
        """
        Creations are looked for as those of Workspace App are. A creation takes a second request where the task is to
        be disabled or to have a priority. If that one fails, the message says that the task was created and stays, and
        the next run finishes it.

        A purge is as with Workspace App. Repeated, a request that was carried out is refused, since its tasks are gone;
        they are then deleted one by one, which finds them gone.
        """,
    ),
    "coc": (
        "Cloud Operations Center",
        """
        A task can be updated and deleted only while it is disabled, and an update may enable it. So an update disables
        the task, writes, looks, and enables or disables it if it must be. If the write fails, the task gets its
        enablement back, and the message says so. If the look fails, the task is enabled or disabled without it, which
        is why that survives everything. An update that breaks off behind the write leaves the new settings, and the
        message says in which state: give `enabled`, and the next run finishes it.

        That a task has gone is noticed when it is to get its enablement back, so a deletion survives an answer of 500
        if the service has acted. That it was not disabled, although the service said so, is noticed when the write is
        refused, and it is disabled once more. An update that was carried out enables the task, so its repetition is
        refused, and the task tells that it has its new settings. Creations are looked for as those of Workspace App
        are.
        """,
    ),
    "codearts_check": ("CodeArts Check", "Its tasks can be looked up only."),
    "iam": (
        "IAM",
        """
        These requests come before those of a service. Here the token or the temporary keys expire right after they were
        issued. A password is sent without a signature, so no clock is looked at, and access keys do not expire.
        """,
    ),
}

LIST_TITLE = "Lists"
LIST_NOTES = """
Rows that begin with *list of {entries}* are calls of `scheduled_tasks`, whose entries all want the same, each of a task
of its own. The fault meets entry {hit}. Where the same run does not survive it, the other entries are made all the
same. The result names the entry that failed, with the reason, and the next run makes that one alone. Two kinds of
faults are everybody's: where the tasks of a service cannot be listed, none of its entries is attempted, and keys that
are refused are not tried again for the entries behind.

Further tests have faults that stay, which end a list after three tasks of a service have failed in a row, and answers
of 429 in bursts, which a list survives.
"""

REASON_TITLE = "Why some faults end a run"
REASON_NOTES = """
Three kinds of faults are such that the same run cannot or must not recover, and the user has to do something.
"""
STAYING_TITLE = "Faults that stay"
STAYING_NOTES = """
A fault that does not go away ends a run with an error after a bounded number of requests. A test has each of {cases}
cells, in {rows} of the rows above, with a fault that stays. Where the fault lets a request be repeated, it is sent five
times with the default of four `retries`, and the waits in between grow. What is turned away with 429 is tried again for
15 minutes, and less and less often. A creation that may have been carried out is
sent twice, with a look in between, and a request whose token is refused is sent twice, with a new token in between.
Every other request is sent once. Message, result and second run are as they are for `R`.
"""
UNSEEN_TITLE = "What a run cannot see"
UNSEEN_NOTES = """
Services answer many changes with a success status and an empty body, and what their documentation says of such bodies
is not always what they answer. So an empty success is taken for success. If it comes from something that stands in the
place of the service, the result says that a change was made, and it was not. These cells have the mark `U`. A
creation is not among them: it has to answer an id, and is looked for where it does not. Nor is a look-up, which has to
answer an object.

Nothing is lost for good by that: the next run compares again, finds the difference, and makes the change.
"""
USER_TITLE = "What to do"
USER_NOTES = """
Run the play again. It looks at what there is, and does what is still to be done. That is so after every failure on this
page.

Give `enabled` where it matters. A change of Cloud Operations Center that breaks off may leave a task disabled; the
next run can mend that only if the options say what it should be.

Raise `retries` where a network is bad, and `timeout` where answers take long.
"""

FIGURES = """
Of {cells} cells, {survived} survive, {reported} fail and report, and {unseen} are unseen. {recoverable} cells have a
fault from which the same run can recover, and **{recovered} of them survive, which is {share} %**; the target is
{least} % at least. The others have a fault of which the sections *{reasons}* and *{unseen_title}* tell. If answers of
500 and unseen faults were counted among those from which a run can recover, the share would be {wider_share} %.
"""

Mark = Callable[[Row, Fault], str]


def stated(row: Row, fault: Fault) -> str:
    """Return the mark of a cell, as it has to be."""
    return MARKS[outcome(row, fault)]


@dataclass(frozen=True)
class Counts:
    """How many cells come to what.

    :ivar survived: those that survive.
    :ivar reported: those that fail and report.
    :ivar unseen: those whose fault cannot be seen.
    :ivar recoverable: those from whose fault the same run can recover.
    :ivar recovered: those of them that survive.
    :ivar more: those that are recoverable if those that are unseen, or have an answer of 500, are taken for it.
    :ivar more_recovered: those of them that survive.
    """

    cells: int
    survived: int
    reported: int
    unseen: int
    recoverable: int
    recovered: int
    more: int
    more_recovered: int

    @property
    def share(self) -> float:
        """How many of those that can recover do, in percent."""
        return 100 * self.recovered / self.recoverable

    @property
    def wider_share(self) -> float:
        """The same in the wider sense."""
        return 100 * self.more_recovered / self.more


def count(mark: Mark) -> Counts:
    """Return the counts of the cells that have these marks."""
    marks = [(row, fault, mark(row, fault)) for row, fault in CELLS]
    more = [(row, fault, each) for row, fault, each in marks if fault.reason in (None, ERROR_500)]
    recoverable = [each for row, fault, each in more if fault.reason is None and outcome(row, fault) != UNSEEN]
    survives = MARKS[SURVIVES]
    seen = Counter(each for row, fault, each in marks)
    return Counts(
        cells=len(marks),
        survived=seen[survives],
        reported=seen[MARKS[REPORTS]],
        unseen=seen[MARKS[UNSEEN]],
        recoverable=len(recoverable),
        recovered=recoverable.count(survives),
        more=len(more),
        more_recovered=sum(each == survives for row, fault, each in more),
    )


def figures(counts: Counts) -> str:
    """Return a paragraph of what came of how many cells."""
    return FIGURES.format(
        **{name: f"{number:,}" for name, number in vars(counts).items()},
        share=percent(counts.share),
        wider_share=percent(counts.wider_share),
        least=LEAST,
        reasons=REASON_TITLE,
        unseen_title=UNSEEN_TITLE,
    )


def percent(share: float) -> str:
    """Return a share that never looks like all where it is not."""
    return "100" if share == 100 else f"{int(share * 10) / 10:.1f}"


def fault_table() -> Section:
    """Return the table of the faults."""
    rows = [
        (str(number), fault.title, fault.what, "fails and reports" if fault.reason else "survives")
        for number, fault in enumerate(FAULTS, start=1)
    ]
    notes = """
    Each of them happens once. Whether the service has acted or not cannot be seen by a client, so the tests have both.
    The last column is the rule. Where a cell is an exception, the text above its table says why.
    """
    return Section("The faults", notes, ("No.", "Fault", "What happens", "The same run"), rows)


def cell_tables(mark: Mark) -> Iterator[Section]:
    """Return a table of cells for each service."""
    columns = ("What is done, and its request", *(str(number) for number in range(1, len(FAULTS) + 1)))
    for section, (title, notes) in SECTIONS.items():
        rows = [(row.title, *(mark(row, fault) for fault in FAULTS)) for row in ROWS if row.section == section]
        yield Section(title, f"{notes}\n\n{LEGEND}", columns, rows)


def prose(title: str, text: str) -> str:
    """Return a section without a table."""
    return "\n".join([f"## {title}\n", *(f"{paragraph}\n" for paragraph in paragraphs(text))])


def page() -> str:
    """Return the page, which is the same whenever what is stated is."""
    marks = "\n\n".join((SURVIVED, REPORTED, OVERLOOKED.format(title=UNSEEN_TITLE)))
    reasons = "\n\n".join(f"**{reason.title}.** {reason.why} {reason.advice}" for reason in REASONS)
    staying = STAYING_NOTES.format(cases=len(STAYING), rows=len({row.name for row, fault in STAYING}))
    return "\n".join(
        [
            head("When something goes wrong"),
            *(f"{each}\n" for each in paragraphs(INTRODUCTION.format(marks=marks, figures=figures(count(stated))))),
            as_markdown(fault_table()),
            prose(REASON_TITLE, f"{REASON_NOTES}\n\n{reasons}"),
            prose(UNSEEN_TITLE, UNSEEN_NOTES),
            prose(USER_TITLE, USER_NOTES),
            prose(LIST_TITLE, LIST_NOTES.format(entries=ENTRIES, hit=HIT)),
            *map(as_markdown, cell_tables(stated)),
            prose(STAYING_TITLE, staying).rstrip() + "\n",
        ]
    )


def report(mark: Mark) -> str:
    """Return the tables and the counts for a terminal."""
    tables = [as_text(table) for table in (fault_table(), *cell_tables(mark))]
    return "\n".join([*tables, *paragraphs(as_plain(figures(count(mark))))])
