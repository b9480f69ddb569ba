#!/bin/sh
# Prepares a fresh Debian machine: the Debian packages that Qt needs, then .venv with everything from pyproject.toml.
set -eu

# Qt's xcb and offscreen platforms load these; a font, or every letter is a box.
QT_PACKAGES="libegl1 libgl1 libopengl0 libfontconfig1 libfreetype6 libdbus-1-3 libglib2.0-0 libxkbcommon0 libxkbcommon-x11-0
libx11-xcb1 libxcb-cursor0 libxcb-icccm4 libxcb-image0 libxcb-keysyms1 libxcb-randr0 libxcb-render-util0 libxcb-render0
libxcb-shape0 libxcb-shm0 libxcb-sync1 libxcb-xfixes0 libxcb-xinerama0 libxcb-xkb1 libxcb1 fonts-dejavu-core"

# The tests compare the slope analysis with gdaldem, keep a password in a real Secret Service, start a mongod (libcurl4), and
# cut its connections (iptables, ss).
TEST_PACKAGES="gdal-bin gnome-keyring dbus-daemon libcurl4 iptables iproute2"

as_root() {
    if [ "$(id -u)" -eq 0 ]; then "$@"; else sudo "$@"; fi
}

missing_packages() {
    for package in "$@"; do
        dpkg-query -W -f '${Status}' "$package" 2>/dev/null | grep -q 'ok installed' && continue
        # Debian 13 renamed some libraries for 64-bit time (libglib2.0-0 is now libglib2.0-0t64).
        dpkg-query -W -f '${Status}' "${package}t64" 2>/dev/null | grep -q 'ok installed' && continue
        printf '%s ' "$package"
    done
}

install_packages() {
    [ -n "$1" ] || return 0
    echo "Installing Debian packages: $1"
    as_root apt-get update -qq
    # shellcheck disable=SC2086 # one word per package
    as_root env DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends $1 >/dev/null
}

fail() {
    echo "setup: $1" >&2
    exit 2
}

# The first Python that really runs and is new enough (a version manager's shim may stand for none).
find_python() {
    for candidate in ${PYTHON:-python3 python3.11 python3.12 python3.13 python3.14}; do
        "$candidate" -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null && echo "$candidate" && return 0
    done
    return 1
}

PYTHON=$(find_python) ||
    fail "Python 3.11 or later was not found. Install it (Debian: apt-get install python3) or call make PYTHON=/path/to/python3.11."

if command -v dpkg-query >/dev/null && command -v apt-get >/dev/null; then
    # shellcheck disable=SC2086 # one word per package
    needed=$(missing_packages $QT_PACKAGES $TEST_PACKAGES)
    "$PYTHON" -c 'import ensurepip, venv' 2>/dev/null || needed="$needed python3-venv"
    install_packages "$needed"
fi

if ! .venv/bin/python -c 'import pip' 2>/dev/null; then
    rm -rf .venv
    "$PYTHON" -m venv .venv
fi
echo "Installing Python packages into .venv (about 1.5 GB, once)"
.venv/bin/python -m pip install --quiet --disable-pip-version-check 'pip>=25.1,<27'
.venv/bin/python -m pip install --quiet --disable-pip-version-check --group dev --editable .
