#!/bin/sh
# Counts the instructions of the hot paths under valgrind, and compares them with those kept in kept.txt.
#
#     count.sh PROGRAM [keep]
#
# Times are noisy where others use the machine; instructions are not. Each path runs with 2 rounds and with 6 of a
# thousand events: the difference, over 4,000, is the cost of an event. Fails when one is more than 5 % above its number;
# "keep" writes the numbers down as they are now.
set -eu

program=$1
kept=$(dirname "$0")/kept.txt
tolerance=5
few=2 many=6 events=1000

command -v valgrind > /dev/null || { echo "valgrind is not there: apt-get install valgrind" >&2; exit 1; }
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
# valgrind cannot read the debug information of Swift.
strip -g -o "$folder/plain" "$program"

count() {
    SWIFT_DETERMINISTIC_HASHING=1 valgrind --tool=callgrind --callgrind-out-file=/dev/null "$folder/plain" "$1" "$2" \
        > "$folder/log-$1-$2" 2>&1 || { cat "$folder/log-$1-$2" >&2; exit 1; }
    awk '/Collected :/ { print $4 }' "$folder/log-$1-$2"
}

for path in decode translate lines commit publish; do
    less=$(count $path $few)
    more=$(count $path $many)
    echo "$path $(((more - less) / ((many - few) * events)))"
done > "$folder/counted"

if [ "${2:-}" = keep ]; then
    cp "$folder/counted" "$kept"
    echo "written to kept.txt:"
    cat "$kept"
    exit
fi

awk -v tolerance=$tolerance '
    BEGIN { printf "%-10s %22s %8s %8s\n", "path", "instructions per event", "kept", "" }
    NR == FNR { kept[$1] = $2; next }
    {
        change = kept[$1] ? 100 * ($2 / kept[$1] - 1) : 1000
        printf "%-10s %22d %8d %+7.1f%%\n", $1, $2, kept[$1], change
        if (change > tolerance) worse = worse " " $1
        if (change < -tolerance) better = better " " $1
    }
    END {
        if (better) print "Cheaper by more than " tolerance " %:" better "; keep that: make instructions-kept"
        if (worse) {
            print "Dearer by more than " tolerance " %:" worse "; find out why, or make instructions-kept"
            exit 1
        }
    }' "$kept" "$folder/counted"
