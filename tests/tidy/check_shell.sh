#!/usr/bin/env bash
# Runs shellcheck on every shell script of the repository. Usage: check_shell.sh SHELLCHECK REPOSITORY
set -euo pipefail
shellcheck=$1
cd "$2"
mapfile -t scripts < <(grep -lE '^#!.*\b(ba)?sh$|^# shellcheck shell=' -r scripts .ci tests docs --include='*' \
    --exclude-dir=corpus)
"$shellcheck" "${scripts[@]}"
printf 'shellcheck: %d scripts\n' "${#scripts[@]}"
