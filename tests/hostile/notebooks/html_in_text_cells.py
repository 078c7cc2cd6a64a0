"""Run a script on the instructor's page, from a text cell."""

from hostile_notebooks import EVIL, Notebook

EARNED = 6.5


def build(answered: Notebook) -> object:
    evil = [
        f"<script>{EVIL}</script>",
        f"<img src=x onerror='{EVIL}'>",
        f"[a](javascript:{EVIL}) ![b](javascript:{EVIL}) <javascript:{EVIL}>",
        f"[c]: javascript:{EVIL}\n\n[c]",
        f"[d](<javascript:{EVIL}>) [e](java&#115;cript:{EVIL}) [f](data:text/html,<script>{EVIL}</script>)",
        f"$<img src=x onerror='{EVIL}'>$ \\\\(<script>{EVIL}</script>\\\\)",
        f"$$\n<script>{EVIL}</script>\n$$\n\\begin{{equation}}<script>{EVIL}</script>\\end{{equation}}",
        f"```html\n<script>{EVIL}</script>\n```\n`<script>{EVIL}</script>`",
        f"<!-- --!><script>{EVIL}</script> <![CDATA[<script>{EVIL}</script>",
    ]
    for kind in ("markdown", "raw"):
        for text in evil:
            metadata = {"format": "text/html", "raw_mimetype": "text/html"}
            answered["cells"].append({"cell_type": kind, "metadata": metadata, "source": text})
    return answered
