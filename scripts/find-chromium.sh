#!/bin/sh
# Print the path of a Chromium for the browser tests; install Debian's where that is allowed.
set -u

found() {
    for name in chromium chromium-browser google-chrome google-chrome-stable; do
        command -v "$name" && return 0
    done
    return 1
}

found && exit 0

if [ "$(id -u)" = 0 ]; then
    as_root=""
elif command -v sudo >/dev/null 2>&1 && sudo -n true 2>/dev/null; then
    as_root="sudo"
else
    as_root="none"
fi

if [ "$as_root" != none ] && command -v apt-get >/dev/null 2>&1; then
    echo "chromium: none on the path; installing Debian's" >&2
    $as_root apt-get update -qq >&2 && $as_root apt-get install -y -qq --no-install-recommends chromium fonts-dejavu-core >&2
    found && exit 0
fi

echo "chromium: the browser tests need it and it could not be installed here. Run: sudo apt-get install chromium" >&2
exit 1
