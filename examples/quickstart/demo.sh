#!/bin/sh
# The quick start, from validation to drift. Needs persync[sandbox] on the PATH.
set -eu
cd "$(dirname "$0")"
rm -f sandbox.db sandbox.db-*

say() { printf '\n\033[1m$ %s\033[0m\n' "$*"; }
run() { say "$@"; "$@"; }

run persync validate
run persync status
run persync plan
run persync apply --auto-approve
run persync status

run persync plan --detailed-exitcode # 0: no changes
echo "(exit 0: live matches the files)"

run python introduce-drift.py # changes a live property
say persync plan --detailed-exitcode
code=0
persync plan --detailed-exitcode || code=$?
echo "(exit $code: drift)"
test "$code" -eq 2
