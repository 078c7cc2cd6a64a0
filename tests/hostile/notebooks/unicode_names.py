"""Name files in other scripts."""

from hostile_notebooks import Notebook

EARNED = 6.5


def build(answered: Notebook) -> object:
    answered["cells"].append(
        {
            "cell_type": "code",
            "metadata": {},
            "outputs": [],
            "source": "%%write app/orders/größe_模块.py\nwert = 'ß'",
        }
    )
    answered["cells"].append(
        {"cell_type": "code", "metadata": {}, "outputs": [], "source": "%%write app/\u202egnp.py\nx = 1"}
    )
    return answered
