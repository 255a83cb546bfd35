# Copyright (c) 2026 The cloudcron.huaweicloud contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Which tests a mutant has to stand: those of the unit tests that are about its file.

Nearly every test reaches most of the files, and a mutant that survives has to stand all tests that reach it. That would
take days. What is left out can only make a file look worse than it is.
"""

from __future__ import annotations

SECONDS = 2.0
"""How long those that it has to stand take at most, all together and without a mutant."""

ABOUT: dict[str, tuple[str, ...]] = {
    "_account": ("test_identity", "test_agencies"),
    "_addresses": ("test_client", "test_client_limits", "test_settings"),
    "_answers": ("test_answers",),
    "_arguments": ("test_connections", "test_modules"),
    "_capabilities": ("test_scheduled_task_purge", "test_scheduled_task_info"),
    "_client": ("test_client", "test_client_limits", "test_certificates", "test_credentials"),
    "_coc_body": ("test_coc_body", "test_coc"),
    "_coc_schedule": ("test_coc", "test_options_of_services", "test_coc_idempotency"),
    "_coc_switch": (
        "test_plan",
        "test_options_of_services",
        "test_coc",
        "test_refused_operations",
        "test_broken_off",
        "test_two_at_once",
        "test_coc_idempotency",
        "test_operations",
    ),
    "_coc_task": (
        "test_options_of_services",
        "test_coc",
        "test_refused_operations",
        "test_broken_off",
        "test_two_at_once",
        "test_coc_idempotency",
        "test_operations",
    ),
    "_connections": ("test_connections", "test_certificates", "test_agencies"),
    "_credentials": ("test_credentials",),
    "_errors": ("test_errors",),
    "_filters": ("test_services_in_common", "test_scheduled_task_info", "test_scheduled_task_purge"),
    "_iam": ("test_identity", "test_agencies"),
    "_info": ("test_run", "test_scheduled_task_info", "test_listings"),
    "_listed_service": (
        "test_services_in_common",
        "test_reads_may_lag",
        "test_scheduled_task_purge",
        "test_options_of_services",
        "test_scheduled_task",
        "test_scheduled_task_info",
        "test_workspace_app",
        "test_operations",
    ),
    "_metadata": ("test_credentials", "test_known_secrets"),
    "_paging": ("test_client", "test_client_limits", "test_listings"),
    "_parallel": ("test_parallel",),
    "_plan": ("test_plan", "test_services_in_common", "test_interruption"),
    "_purge": ("test_scheduled_task_purge",),
    "_reconcile": ("test_services_in_common", "test_scheduled_task", "test_read_back", "test_idempotency"),
    "_refused_logins": ("test_identity", "test_connections"),
    "_request": ("test_client", "test_client_limits", "test_signing"),
    "_run": (
        "test_run",
        "test_scheduled_task",
        "test_scheduled_task_purge",
        "test_agencies",
        "test_in_process",
        "test_scheduled_task_info",
    ),
    "_schedule": ("test_schedule_options", "test_schedule", "test_scheduled_task", "test_idempotency"),
    "_secrets": ("test_secrets",),
    "_sendable": ("test_run",),
    "_service": (
        "test_scheduled_task_purge",
        "test_services_in_common",
        "test_options_of_services",
        "test_scheduled_task",
        "test_scheduled_task_info",
        "test_workspace_app",
        "test_operations",
    ),
    "_session": ("test_client", "test_client_limits", "test_broken_answers", "test_certificates"),
    "_shapes": ("test_shapes",),
    "_signing": ("test_signing",),
    "_table": ("test_operations",),
    "_task": ("test_task", "test_scheduled_task"),
    "_task_service": (
        "test_services_in_common",
        "test_options_of_services",
        "test_scheduled_task_purge",
        "test_scheduled_task",
        "test_scheduled_task_info",
        "test_workspace_app",
        "test_operations",
    ),
    "_times": ("test_schedule_options", "test_schedule", "test_scheduled_task", "test_idempotency"),
    "_values": ("test_values",),
    "_wire": ("test_wire",),
    "_workspace_body": (
        "test_options_of_services",
        "test_workspace",
        "test_refused_operations",
        "test_workspace_idempotency",
        "test_operations",
    ),
    "_workspace_events": (
        "test_options_of_services",
        "test_workspace",
        "test_refused_operations",
        "test_workspace_idempotency",
        "test_operations",
    ),
    "_workspace_expiry": ("test_workspace", "test_workspace_idempotency", "test_schedule_options"),
    "_workspace_family": (
        "test_services_in_common",
        "test_workspace",
        "test_workspace_app",
        "test_listings",
        "test_scheduled_task_info",
    ),
    "_workspace_schedule": ("test_workspace_schedule", "test_workspace"),
    "_writing_service": (
        "test_services_in_common",
        "test_refused_repetitions",
        "test_scheduled_task_purge",
        "test_options_of_services",
        "test_scheduled_task",
        "test_scheduled_task_info",
        "test_workspace_app",
        "test_operations",
    ),
    "coc": (
        "test_options_of_services",
        "test_coc",
        "test_refused_operations",
        "test_broken_off",
        "test_two_at_once",
        "test_coc_idempotency",
        "test_operations",
    ),
    "codearts_check": ("test_codearts_check", "test_code_checks_alone", "test_refused_operations", "test_operations"),
    "workspace": (
        "test_options_of_services",
        "test_workspace",
        "test_refused_operations",
        "test_workspace_idempotency",
        "test_operations",
    ),
    "workspace_app": (
        "test_options_of_services",
        "test_workspace_app_alone",
        "test_scheduled_task",
        "test_refused_operations",
        "test_workspace_app",
        "test_scheduled_task_info",
        "test_idempotency",
    ),
}
"""By file, the test files that are about it, the most important one first."""

CLOCK = (
    "test_details_are_read_side_by_side_and_told_in_order",
    "test_outcomes_of_executions_are_read_side_by_side_and_told_in_order",
    "test_pages_are_read_side_by_side_and_told_in_order",
    "test_requests_are_under_way_at_the_same_time",
)
"""Tests that look at the clock. On a busy machine they fail also where nothing was broken."""
