# SPDX-FileCopyrightText: 2026 The cloudcron.huaweicloud contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""How Sphinx makes the documentation site. tests/tools/docs.py prepares the sources and names the version."""

from __future__ import annotations

from typing import Any

project = "cloudcron.huaweicloud"
author = "The cloudcron.huaweicloud contributors"
project_copyright = "The cloudcron.huaweicloud contributors"

extensions = ["sphinx.ext.intersphinx", "sphinx_antsibull_ext"]
highlight_language = "yaml+jinja"
pygments_style = "ansible"
default_role = "any"
nitpicky = True
# Dashes only: a quotation mark may be part of what is quoted.
smartquotes_action = "D"

# The pages of Ansible that are referred to. The file beside the sources stands for the inventory of that site, so that
# no network is needed.
intersphinx_mapping = {"ansible": ("https://docs.ansible.com/projects/ansible/latest/", "ansible.inv")}

html_theme = "sphinx_ansible_theme"
html_theme_options = {
    "collapse_navigation": False,
    "navigation_depth": 2,
    "show_rtd_ethical_ads": False,
    "topbar_links": {
        "GALAXY": "https://galaxy.ansible.com/ui/repo/published/cloudcron/huaweicloud/",
        "SOURCES": "https://github.com/cloudcron/huaweicloud",
        "ISSUES": "https://github.com/cloudcron/huaweicloud/issues",
    },
}
html_static_path = ["static"]
html_css_files = ["cloudcron.css"]
html_copy_source = False
html_show_sphinx = False
html_use_index = False
html_domain_indices = False


def lead_home(app: Any, pagename: str, templatename: str, context: dict[str, Any], doctree: Any) -> None:
    """Let the heading of each page lead to the first page, wherever the site lies."""
    context["theme_documentation_home_url"] = context["pathto"]("index")


def setup(app: Any) -> None:
    """Sphinx calls this."""
    app.connect("html-page-context", lead_home)
