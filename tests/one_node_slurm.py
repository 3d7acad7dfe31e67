"""A Slurm of one node, started for a test from Debian's packages and ended with it."""

import fcntl
import os
import shutil
import socket
import subprocess
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

DAEMONS = ("munged", "slurmctld", "slurmd")
# Where commands and daemons look, whatever else is said.
CONFIGURATION = Path("/etc/slurm/slurm.conf")
MARK = "# written by a test of the citizen security compendium\n"
SECONDS_TO_START = 30

TEMPLATE = """\
{mark}ClusterName=compendium
SlurmctldHost={host}(127.0.0.1)
SlurmUser=root
SlurmdUser=root
AuthType=auth/munge
AuthInfo=socket={folder}/munge.socket
CredType=cred/munge
ProctrackType=proctrack/linuxproc
TaskPlugin=task/none
SelectType=select/cons_tres
SelectTypeParameters=CR_Core_Memory
StateSaveLocation={folder}/state
SlurmdSpoolDir={folder}/spool
SlurmctldPidFile={folder}/slurmctld.pid
SlurmdPidFile={folder}/slurmd.pid
SlurmctldLogFile={folder}/slurmctld.log
SlurmdLogFile={folder}/slurmd.log
SlurmctldPort={controller}
SlurmdPort={node}
MinJobAge=600
MpiDefault=none
JobAcctGatherType=jobacct_gather/none
AccountingStorageType=accounting_storage/none
NodeName={host} NodeAddr=127.0.0.1 CPUs=2 RealMemory=6000 State=UNKNOWN
PartitionName=all Nodes=ALL Default=YES MaxTime=INFINITE State=UP
"""


def daemon(name: str) -> str | None:
    return shutil.which(name, path=f"{os.environ.get('PATH', '')}:/usr/sbin:/sbin")


def can_start() -> bool:
    """Whether this machine may start a Slurm of its own: by root, installed, and not a node of a real cluster."""
    mine = not CONFIGURATION.exists() or CONFIGURATION.read_text().startswith(MARK)
    return os.geteuid() == 0 and all(map(daemon, DAEMONS)) and mine


@contextmanager
def one_node(folder: Path) -> Iterator[None]:
    """Run a controller and a node; `folder` has a short path, since the socket is in it."""
    with ExitStack() as stack:
        lock = stack.enter_context(CONFIGURATION.with_name(".compendium.lock").open("w"))
        fcntl.flock(lock, fcntl.LOCK_EX)
        for name in ("state", "spool"):
            (folder / name).mkdir()
        controller, node = free_ports(2)
        text = TEMPLATE.format(
            mark=MARK, host=socket.gethostname().split(".")[0], folder=folder, controller=controller, node=node
        )
        CONFIGURATION.write_text(text)
        stack.callback(CONFIGURATION.unlink, missing_ok=True)
        key = folder / "munge.key"
        key.write_bytes(os.urandom(128))
        key.chmod(0o600)
        files = ("socket", "pid-file", "log-file", "seed-file", "key-file")
        paths = (f"munge.{kind.split('-')[0]}" for kind in files)
        start(
            stack,
            "munged",
            "--foreground",
            "--force",
            *(f"--{kind}={folder / path}" for kind, path in zip(files, paths, strict=True)),
        )
        wait_until((folder / "munge.socket").exists)
        start(stack, "slurmctld", "-D", "-c")
        start(stack, "slurmd", "-D")
        wait_until(
            lambda: (
                "idle"
                in subprocess.run(["sinfo", "-h", "-o", "%t"], capture_output=True, text=True, check=False).stdout
            )
        )
        stack.callback(subprocess.run, ["scancel", "--user=root"], check=False)
        yield


def start(stack: ExitStack, name: str, *words: str) -> None:
    process = subprocess.Popen([daemon(name), *words], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    stack.callback(process.wait)
    stack.callback(process.terminate)


def free_ports(number: int) -> list[int]:
    with ExitStack() as stack:
        sockets = [stack.enter_context(socket.socket()) for _ in range(number)]
        for it in sockets:
            it.bind(("127.0.0.1", 0))
        return [it.getsockname()[1] for it in sockets]


def wait_until(condition) -> None:
    until = time.monotonic() + SECONDS_TO_START
    while not condition():
        assert time.monotonic() < until, "Slurm did not start"
        time.sleep(0.1)
