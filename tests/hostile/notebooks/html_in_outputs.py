"""Run a script on the instructor's page, from an output."""

from hostile_notebooks import EVIL, Notebook

EARNED = 6.5


def build(answered: Notebook) -> object:
    for cell in answered["cells"]:
        if cell["cell_type"] == "code":
            cell["outputs"] = [
                {"output_type": "display_data", "metadata": {}, "data": data}
                for data in (
                    {"text/html": f"<script>{EVIL}</script><img src=x onerror='{EVIL}'>"},
                    {"application/javascript": EVIL},
                    {"image/svg+xml": f"<svg onload='{EVIL}'></svg>"},
                    {"text/markdown": f"<script>{EVIL}</script>"},
                )
            ]
    return answered
