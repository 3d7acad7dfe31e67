#!/bin/sh
# Install Debian's Slurm for the test of the cluster's profile, where that is allowed: its daemons are started by root.
set -u

there() {
    PATH="$PATH:/usr/sbin:/sbin"
    command -v slurmctld >/dev/null 2>&1 && command -v slurmd >/dev/null 2>&1 && command -v munged >/dev/null 2>&1
}

[ "$(id -u)" = 0 ] || exit 0
there && exit 0
command -v apt-get >/dev/null 2>&1 || exit 0
echo "slurm: none here; installing Debian's for the test of the cluster's profile" >&2
apt-get install -y -qq --no-install-recommends slurm-wlm munge >/dev/null 2>&1 ||
    { apt-get update -qq && apt-get install -y -qq --no-install-recommends slurm-wlm munge; } >/dev/null 2>&1
there || echo "slurm: it could not be installed; the cluster's profile is not tested on this machine" >&2
