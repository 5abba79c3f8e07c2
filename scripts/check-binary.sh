#!/usr/bin/env bash
# Says how a binary is linked and hardened; fails when a property of the release build is missing.
set -euo pipefail
binary=$1
headers=$(readelf -hlW "$binary")
dynamic=$(readelf -dW "$binary")
want() { # description, text, pattern
  if grep -q "$3" <<< "$2"; then echo "  $1: yes"; else echo "  $1: NO"; failed=1; fi
}
failed=0
echo "$binary ($(stat -c %s "$binary") bytes)"
want "position independent" "$headers" 'Type:.*DYN'
want "read-only relocations" "$headers" 'GNU_RELRO'
want "bind now" "$dynamic" 'BIND_NOW\|Flags:.*NOW'
if grep -q 'GNU_STACK.*RWE' <<< "$headers"; then echo "  non-executable stack: NO"; failed=1; else echo "  non-executable stack: yes"; fi
if grep -q 'INTERP' <<< "$headers"; then echo "  static: NO (dynamic build)"; else echo "  static: yes"; fi
exit $failed
