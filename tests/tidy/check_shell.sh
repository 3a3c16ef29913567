#!/usr/bin/env bash
# Runs shellcheck on every shell script of the repository. Usage: check_shell.sh SHELLCHECK REPOSITORY
set -euo pipefail
shellcheck=$1
cd "$2"
marks='^#!.*\b(ba)?sh$|^# shellcheck shell='
mapfile -t scripts < <(grep -rlE "$marks" scripts .ci tests --exclude-dir=corpus --exclude='*.txt')
"$shellcheck" "${scripts[@]}"
printf 'shellcheck: %d scripts\n' "${#scripts[@]}"
