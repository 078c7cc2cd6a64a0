"""A room for the accounts of a machine, with the passwords they have there, through the system's own PAM."""

import ctypes.util
import subprocess
from pathlib import Path

import pytest
from machine import machine, why_not
from person import Person
from room_process import started

pytest.importorskip("jupyterhub", reason="JupyterHub is not installed: uv sync --extra workshop")
if reason := why_not():
    pytest.skip(reason, allow_module_level=True)
if ctypes.util.find_library("pam") is None or not Path("/etc/pam.d/login").is_file():
    pytest.skip("PAM is not on this machine (Debian: libpam0g, login)", allow_module_level=True)

PASSWORDS = {"ada": "adas own password", "teacher": "the teacher's own", "root": "root has one, too"}


def test_people_come_in_with_their_own_accounts_and_root_does_not(tmp_path: Path) -> None:
    log = tmp_path / "log"
    with machine() as place:
        for name in ("ada", "teacher"):
            subprocess.run(place.command("useradd", "--create-home", name), check=True)
        lines = "".join(f"{name}:{password}\n" for name, password in PASSWORDS.items())
        subprocess.run(place.command("chpasswd"), input=lines.encode(), check=True)
        with started(place, log, "--accounts", "pam", "--instructor", "teacher") as room:
            assert (
                "Everybody logs in with their account of this machine; the instructor is teacher."
                in log.read_text()
            )
            for name, password in (
                ("ada", PASSWORDS["teacher"]),  # once: PAM takes three seconds for a wrong password
                ("root", PASSWORDS["root"]),
            ):
                with Person(room.url, name) as stranger:
                    assert stranger.log_in(password).status_code == 403, name
            with Person(room.url, "ada") as ada:
                assert ada.log_in(PASSWORDS["ada"]).status_code == 200
                ada.wait_for_server()
                shown = ada.run("import getpass, os; print(getpass.getuser(), os.getuid(), os.getcwd())")
                assert shown.split() == [
                    "ada",
                    str(place.home("ada").stat().st_uid),
                    f"/home/{ada.name}/my-course",
                ]
