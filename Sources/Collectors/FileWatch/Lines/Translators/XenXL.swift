extension ShippedTranslator {
    /// `/var/log/xen/xl-NAME.log` of Xen: it has no times, so events have that of reading.
    package static let xenXL = ShippedTranslator(
        name: "xen-xl",
        text: #"""
            {
              "format": "plain", "unmatched": "drop", "time": { "read": false },
              "pathPattern": "xl-(?<vm>[^/]+?)\\.log(?:\\.\\d+)?$",
              "messagePattern": "^Domain (?<domid>\\d+) has shut down, reason code (?<code>\\d+) ",
              "rules": [
                {
                  "match": {
                    "contains": "Waiting for domain ",
                    "regex": "^Waiting for domain (?<domain>.+) \\(domid (?<domid>\\d+)\\) to die \\[pid (?<pid>\\d+)\\]"
                  },
                  "type": "vm.powered-on", "change": "set",
                  "guest": { "kind": "vm", "id": "${domain}", "name": "${domain}", "host": "${host.name}" },
                  "message": "${domain} was started."
                },
                {
                  "match": { "fields": { "code": "0" } },
                  "type": "vm.powered-off", "change": "set",
                  "guest": { "kind": "vm", "id": "${vm|domid}", "name": "${vm}", "host": "${host.name}" },
                  "message": "The guest powered itself off."
                },
                {
                  "match": { "fields": { "code": "1" } },
                  "type": "vm.rebooted", "severity": "notice",
                  "guest": { "kind": "vm", "id": "${vm|domid}", "name": "${vm}", "host": "${host.name}" },
                  "message": "The guest rebooted."
                },
                {
                  "match": { "fields": { "code": "2" } },
                  "type": "vm.suspended", "change": "set",
                  "guest": { "kind": "vm", "id": "${vm|domid}", "name": "${vm}", "host": "${host.name}" },
                  "message": "The guest was suspended."
                },
                {
                  "match": { "fields": { "code": "3" } },
                  "type": "vm.guest-crashed", "severity": "error",
                  "guest": { "kind": "vm", "id": "${vm|domid}", "name": "${vm}", "host": "${host.name}" },
                  "message": "The guest crashed."
                },
                {
                  "match": { "fields": { "code": "4" } },
                  "type": "vm.guest-crashed", "severity": "error",
                  "guest": { "kind": "vm", "id": "${vm|domid}", "name": "${vm}", "host": "${host.name}" },
                  "message": "The watchdog of the guest ran out."
                },
                {
                  "match": { "fields": { "code": "5" } },
                  "type": "vm.reset",
                  "guest": { "kind": "vm", "id": "${vm|domid}", "name": "${vm}", "host": "${host.name}" },
                  "message": "The guest was reset by its own."
                }
              ]
            }
            """#)
}
