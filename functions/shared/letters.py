"""The one layout of all letters: what is said, facts as a table, and one link. Pure.

The HTML takes its colours from the reader, so that it is legible on a light and on a dark ground,
and fetches nothing from anywhere: opening a letter tells nobody.
"""

from collections.abc import Sequence
from html import escape

from functions.shared.mail import Letter

Facts = Sequence[tuple[str, str]]
Link = tuple[str, str]
"""What it says, and where it leads."""

PAGE = """\
<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width">
<meta name="color-scheme" content="light dark">
<title>{subject}</title>
<style>
:root {{ color-scheme: light dark; }}
body {{ margin: 0; padding: 24px; font: 16px/1.5 system-ui, sans-serif; }}
main {{ max-width: 34em; margin: auto; }}
h1 {{ font-size: 1.3em; }}
th {{ padding: 2px 16px 2px 0; font-weight: normal; text-align: left; vertical-align: top; }}
th {{ white-space: nowrap; }}
td {{ padding: 2px 0; font-weight: bold; overflow-wrap: anywhere; }}
a {{ display: inline-block; padding: 8px 16px; border: 2px solid; border-radius: 8px; }}
</style>
</head>
<body>
<main>
<h1 dir="auto">{subject}</h1>
{paragraphs}
<table>
{facts}
</table>
<p><a href="{href}">{label}</a></p>
</main>
</body>
</html>
"""


def letter(to: str, subject: str, *, says: Sequence[str], facts: Facts, link: Link) -> Letter:
    """A letter that says so in each paragraph, shows the facts, and leads on."""
    label, href = link
    html = PAGE.format(
        subject=escape(subject),
        paragraphs="\n".join(f"<p>{escape(paragraph)}</p>" for paragraph in says),
        facts="\n".join(_row(name, fact) for name, fact in facts),
        href=escape(href),
        label=escape(label),
    )
    told = "\n".join(f"{name}: {fact}" for name, fact in facts)
    text = "\n\n".join([*says, told, f"{label}: {href}"]) + "\n"
    return Letter(to=to, subject=subject, text=text, html=html)


def _row(name: str, fact: str) -> str:
    return f'<tr><th scope="row">{escape(name)}</th><td dir="auto">{escape(fact)}</td></tr>'
