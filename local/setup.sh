#!/usr/bin/env bash
# Installs what the Makefile asks for: a virtual environment with its requirements, or a browser for the tests.
set -euo pipefail

fail() {
    printf '\n%s\n' "$*" >&2
    exit 1
}

# Debian keeps some of what we need in packages of their own. Install them where we may, otherwise say the one command.
install_packages() {
    local why=$1 sudo=
    shift
    local by_hand="apt-get update && apt-get install -y $*"
    command -v apt-get >/dev/null || fail "$why Please install it in your system's way (on Debian: $*), then try again."
    if [ "$(id -u)" != 0 ]; then
        { command -v sudo && sudo -n true; } >/dev/null 2>&1 || fail "$why Please type this, then try again:
  sudo sh -c '$by_hand'"
        sudo=sudo
    fi
    echo "$why Installing $*"
    $sudo env DEBIAN_FRONTEND=noninteractive sh -c "apt-get update -qq && apt-get install -y -qq --no-install-recommends $*" >/dev/null ||
        fail "That did not work. Please see why with:
  ${sudo:+$sudo }sh -c '$by_hand'"
}

# The first of these that is new enough; PYTHON=… chooses another.
find_python() {
    local candidate
    for candidate in "${PYTHON:-}" python3 python3.14 python3.13 python3.12 python3.11; do
        if [ -n "$candidate" ] && "$candidate" -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null; then
            echo "$candidate"
            return
        fi
    done
    fail 'Weilin needs Python 3.11 or later. If you have one under another name: make PYTHON=/path/to/python3 …'
}

environment() {
    local folder=$1 python file
    shift
    python=$(find_python)
    if ! "$python" -c 'import ensurepip, venv' 2>/dev/null; then
        install_packages "This Python cannot make virtual environments." \
            "python$("$python" -c 'import sys; print("%d.%d" % sys.version_info[:2])')-venv"
    fi
    echo "Installing into $folder: $*"
    "$folder/bin/python" -c 'import pip' 2>/dev/null || "$python" -m venv --clear "$folder"
    local lists=()
    for file in "$@"; do lists+=(-r "$file"); done
    "$folder/bin/python" -m pip install --quiet --disable-pip-version-check "${lists[@]}" ||
        fail "The packages for $folder could not be installed; pip says why above. Once that is mended, the same command goes on."
    echo '*' >"$folder/.gitignore"
    touch "$folder/.ready"
}

# Chromium, a Chinese font, without which every screenshot is boxes, and what Playwright's own Node.js is linked to.
browser() {
    command -v "${CHROMIUM:-}" chromium google-chrome >/dev/null ||
        install_packages 'The tests need a browser.' chromium fonts-noto-cjk
    ! command -v fc-list >/dev/null || [ -n "$(fc-list :lang=zh-cn)" ] ||
        install_packages 'The tests need a Chinese font.' fonts-noto-cjk
    .venv/bin/python -m playwright --version >/dev/null 2>&1 ||
        install_packages 'Playwright does not run yet.' libatomic1
}

cd "$(dirname "$0")/.."
"$@"
