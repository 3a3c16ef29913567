# shellcheck shell=bash
# Shared by all scripts: quiet steps with one line each, logs on failure, and clean-up by process id.
#
#   source "$(dirname "$0")/lib.sh"
#   step "build" cmake --build build/release     # prints: build ................ ok     12.3 s
#   finish                                       # prints the verdict and exits

set -euo pipefail

repository=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
# The compiler cache serves any clone of the project, wherever it stands.
export CCACHE_BASEDIR=$repository CCACHE_NOHASHDIR=true
# One folder of logs per run, so that two runs at once do not overwrite each other's.
log_folder=${SLUICE_LOG_FOLDER:-$repository/build/logs/$(basename "$0")-$$}
log_lines_shown=60
started_at=$SECONDS
failed_steps=()
step_log=""
# Stands in the environment of everything this run starts: a leftover is told from other people's work.
export SLUICE_RUN_ID="$$-$RANDOM$RANDOM"

die() {
    printf '%s: %s\n' "$(basename "$0")" "$1" >&2
    exit "${2:-1}"
}

note() { printf '  %s\n' "$*"; }

# How many compilers fit: one per core, and 1.5 GiB of memory for each.
jobs_count() {
    local cores memory_kib
    cores=$(nproc)
    memory_kib=$(awk '/^MemAvailable:/ {print $2}' /proc/meminfo)
    local by_memory=$((memory_kib / 1572864))
    ((by_memory < 1)) && by_memory=1
    echo $((cores < by_memory ? cores : by_memory))
}

elapsed() { awk -v from="$1" -v to="$2" 'BEGIN { printf "%.1f s", to - from }'; }

# step NAME COMMAND…: runs it with its output in a log; the log's end is shown when it fails. Never exits.
# The function's status is the command's.
step() {
    local name=$1 status=0 begin=$EPOCHREALTIME dots=................................................
    shift
    mkdir -p "$log_folder"
    step_log="$log_folder/$(printf '%s' "$name" | tr -c 'A-Za-z0-9' '-').log"
    printf '%s %s ' "$name" "${dots:${#name}}"
    "$@" >"$step_log" 2>&1 </dev/null || status=$?
    if ((status == 0)); then
        printf 'ok     %s\n' "$(elapsed "$begin" "$EPOCHREALTIME")"
    else
        failed_steps+=("$name")
        printf 'FAILED (status %d) %s\n' "$status" "$(elapsed "$begin" "$EPOCHREALTIME")"
        tail -n "$log_lines_shown" "$step_log" | sed 's/^/    /'
        printf '    whole log: %s\n' "$step_log"
    fi
    return "$status"
}

# A step whose failure ends the run: nothing after it could work.
must() {
    step "$@" || finish
}

# Says loudly that something was left out, and why.
skip() {
    printf '\n*** SKIPPED: %s ***\n\n' "$*"
}

# Ends processes by id: first politely, then for good.
end_processes() {
    local pid tries
    for pid in "$@"; do kill -TERM "$pid" 2>/dev/null || true; done
    for pid in "$@"; do
        for ((tries = 0; tries < 50; ++tries)); do
            kill -0 "$pid" 2>/dev/null || break
            sleep 0.1
        done
        kill -KILL "$pid" 2>/dev/null || true
        wait "$pid" 2>/dev/null || true
    done
}

# The ids of processes that this run started (they carry its mark) and that are still there.
leftovers() {
    local pid found=()
    while read -r pid; do
        [[ $pid != "$$" && $pid != "$BASHPID" && -d /proc/$pid ]] && found+=("$pid")
    done < <(grep -lsz "^SLUICE_RUN_ID=$SLUICE_RUN_ID\$" /proc/[0-9]*/environ 2>/dev/null |
        sed 's|^/proc/\([0-9]*\)/.*|\1|')
    # The search itself carried the mark too; what is gone by now does not count.
    sleep 0.1
    for pid in ${found[@]+"${found[@]}"}; do
        [[ -d /proc/$pid ]] && printf '%s\n' "$pid"
    done
    return 0
}

# Fails the run when a process outlived it, and ends that process.
check_leftovers() {
    local pid pids
    mapfile -t pids < <(leftovers)
    ((${#pids[@]} == 0)) && return 0
    for pid in "${pids[@]}"; do
        printf 'left behind: %s %s\n' "$pid" "$(tr '\0' ' ' <"/proc/$pid/cmdline" 2>/dev/null || true)"
    done
    failed_steps+=("processes left behind")
    end_processes "${pids[@]}"
}

# The last line of every run.
finish() {
    local took=$((SECONDS - started_at))
    if ((${#failed_steps[@]} == 0)); then
        printf '\n%s: PASSED in %d s\n' "$(basename "$0")" "$took"
        exit 0
    fi
    local list
    list=$(printf ', %s' "${failed_steps[@]}")
    printf '\n%s: FAILED in %d s: %s\n' "$(basename "$0")" "$took" "${list:2}"
    exit 1
}

# Configures one preset (further arguments are cmake's), and builds it (further arguments are targets).
configure_preset() {
    cmake -S "$repository" --preset "$@"
}

build_preset() {
    local preset=$1
    shift
    local targets=()
    (($# > 0)) && targets=(--target "$@")
    cmake --build "$repository/build/$preset" -j "$(jobs_count)" ${targets[@]+"${targets[@]}"}
}
