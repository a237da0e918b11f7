"""How `make docs` builds this folder as a site (ADR 0019)."""

project = "Orderline"
copyright = "the Orderline authors, Apache-2.0"  # noqa: A001 - Sphinx's own name

extensions = ["myst_parser"]
myst_heading_anchors = 4
"""Links to headings use the same anchors as on a code host: the heading in lower case, with hyphens."""
highlight_language = "text"

html_theme = "furo"
html_title = "Orderline"
html_static_path = ["_static"]
html_css_files = ["site.css"]
html_show_sourcelink = False
html_copy_source = False
html_theme_options = {
    "light_css_variables": {"color-brand-primary": "#0b6a75", "color-brand-content": "#0b6a75"},
    "dark_css_variables": {"color-brand-primary": "#5cc8d4", "color-brand-content": "#5cc8d4"},
}
