#!/bin/sh
# Find a Chromium for the tests that need one; install Debian's when we are root on Debian; else say what to do.
set -u
for name in "${CHROMIUM:-}" chromium chromium-browser google-chrome; do
    if [ -n "$name" ] && command -v "$name" >/dev/null 2>&1; then
        exit 0
    fi
done
if [ "$(id -u)" = 0 ] && command -v apt-get >/dev/null 2>&1; then
    echo "Installing Chromium (Debian package) for the browser tests ..."
    if apt-get update -qq >/dev/null 2>&1 && apt-get install -y -qq chromium >/dev/null 2>&1; then
        exit 0
    fi
    echo "apt-get could not install chromium."
fi
echo "No Chromium: the browser tests will be skipped. Install it (Debian: apt-get install chromium)"
echo "or set CHROMIUM=/path/to/chromium and run make test again."
exit 0
