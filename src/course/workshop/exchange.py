"""nbgrader's exchange, where learners are accounts that cannot be trusted with each other's names."""

import os
import pwd
import shutil
import stat
from contextlib import suppress
from pathlib import Path
from typing import Any

from nbgrader.exchange.default import ExchangeCollect
from nbgrader.utils import ignore_patterns


class CollectOwn(ExchangeCollect):  # type: ignore[misc]  # nbgrader has no types
    """Collects what its owner handed in, and as it is.

    nbgrader only warns of a submission under somebody else's name, copies what links in it lead to with the
    instructor's rights, and stops at the first one that it cannot copy.
    """

    def init_src(self) -> None:
        """Leave out what is not its owner's, and say so."""
        super().init_src()
        self.src_records: list[dict[str, Any]] = list(filter(self._is_its_owners, self.src_records))

    def do_copy(self, src: str, dest: str, log: Any = None) -> None:  # noqa: ANN401 - nbgrader's
        """Copy a submission, links as links, which the grader does not follow; one that cannot be copied is named."""
        ignored = ignore_patterns(
            exclude=self.coursedir.ignore,
            include=self.coursedir.include,
            max_file_size=self.coursedir.max_file_size,
            log=self.log,
        )
        if self.get_size(src) > 1000 * self.coursedir.max_dir_size:
            self._not_collected(src, "it is larger than CourseDirectory.max_dir_size allows")
            return
        try:
            shutil.copytree(src, dest, symlinks=True, ignore=ignored)
            for folder, _, _ in os.walk(dest):
                os.chmod(folder, 0o700)
        except (OSError, shutil.Error) as error:
            shutil.rmtree(dest, ignore_errors=True)
            self._not_collected(src, str(error))

    def _is_its_owners(self, record: dict[str, Any]) -> bool:
        path = Path(self.inbound_path, record["filename"])
        owner = owner_of(path)
        if not self.check_owner or owner == record["username"]:
            return True
        self._not_collected(str(path), f"it says {record['username']}, and it is {owner or 'nobody known'}'s")
        return False

    def _not_collected(self, path: str, why: str) -> None:
        self.log.error("%s is not collected: %s", path, why)


def owner_of(folder: Path) -> str:
    """Return whose folder this is; nothing for what is none: a link's owner says nothing about what it leads to."""
    with suppress(OSError, KeyError):
        status = folder.lstat()
        if stat.S_ISDIR(status.st_mode):
            return pwd.getpwuid(status.st_uid).pw_name
    return ""
