# What a program that is not very careful writes.
echo '{"type":"vm.powered-on","time":"2026-01-02T03:04:05Z","subject":"vm/7","guestname":"db-1","data":{"message":"db-1 is on"}}'
echo ''
echo '{"specversion":"1.0","id":"a/1","source":"lab://x","type":"guestwatch.vm.powered-off","time":"2026-01-02T03:04:06.5Z","subject":"vm/7","severity":"notice"}'
echo '{"checkpoint":{"line":2}}'
printf '{"type":"vm.other","time":"2026-01-02T03:04:07Z","data":{"text":"CR LF"}}\r\n'
printf '{"type":"vm.other","time":"2026-01-02T03:04:08Z","data":{"text":"no line end"}}'
echo "a complaint that nobody needs" >&2
