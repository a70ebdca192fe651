extension ShippedTranslator {
    /// A container's log of LXC, at the level INFO or DEBUG: at lower ones it tells less. Times are of the local zone.
    ///
    /// The signal that ends the container tells a reboot (SIGHUP) from a halt (SIGINT) and from all else.
    package static let lxc = ShippedTranslator(
        name: "lxc",
        text: #"""
            {
              "format": "regex", "zone": "local", "unmatched": "drop",
              "pattern": "^\\S+ (?<container>\\S+) (?<time>\\d{14}\\.\\d{3}) (?<level>[A-Z]+) +(?<component>\\S+) - (?:(?<code>\\S+:\\w+:\\d+) - )?(?<message>.*)$",
              "rules": [
                {
                  "match": { "contains": "started with pid", "regex": "started with pid '(?<pid>\\d+)'" },
                  "type": "container.started", "severity": "info", "change": "set",
                  "guest": { "kind": "container", "id": "${container}", "name": "${container}", "host": "${host.name}" }
                },
                {
                  "match": { "contains": "is rebooting", "regex": "^(?<signal>\\w+)\\((?<number>\\d+)\\) - Container" },
                  "type": "container.rebooted", "severity": "notice",
                  "guest": { "kind": "container", "id": "${container}", "name": "${container}", "host": "${host.name}" }
                },
                {
                  "match": { "contains": "is halting", "regex": "^(?<signal>\\w+)\\((?<number>\\d+)\\) - Container" },
                  "type": "container.halted", "severity": "notice", "change": "set",
                  "guest": { "kind": "container", "id": "${container}", "name": "${container}", "host": "${host.name}" }
                },
                {
                  "match": { "contains": " init exited", "regex": "^(?:(?<signal>\\w+)\\((?<number>\\d+)\\) - )?Container" },
                  "type": "container.exited", "severity": "info", "change": "set",
                  "guest": { "kind": "container", "id": "${container}", "name": "${container}", "host": "${host.name}" }
                },
                {
                  "match": { "contains": "violated its seccomp policy" },
                  "type": "container.failed", "severity": "error", "change": "set",
                  "guest": { "kind": "container", "id": "${container}", "name": "${container}", "host": "${host.name}" }
                },
                {
                  "match": { "fields": { "level": "ERROR" } },
                  "type": "container.other", "severity": "error",
                  "guest": { "kind": "container", "id": "${container}", "name": "${container}", "host": "${host.name}" }
                },
                {
                  "match": { "fields": { "level": "FATAL" } },
                  "type": "container.other", "severity": "critical",
                  "guest": { "kind": "container", "id": "${container}", "name": "${container}", "host": "${host.name}" }
                }
              ]
            }
            """#)
}
