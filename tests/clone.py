"""A clone of this repository as it is now, for tests that serve one, or close it to others."""

import shutil
import subprocess
from pathlib import Path

ROOT = Path(__file__).parents[1]


def clone_at(place: Path) -> Path:
    """What a clone of this repository holds, as it is now."""
    listed = subprocess.run(
        ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"],
        cwd=ROOT,
        capture_output=True,
        check=True,
    ).stdout.decode()
    for name in filter(None, listed.split("\0")):
        if (ROOT / name).is_file():
            (place / name).parent.mkdir(parents=True, exist_ok=True)
            shutil.copy2(ROOT / name, place / name)
    return place
