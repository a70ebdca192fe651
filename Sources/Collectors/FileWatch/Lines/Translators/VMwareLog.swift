extension ShippedTranslator {
    /// `vmware.log` of a machine, in its folder: the name of the folder is taken for that of the machine.
    package static let vmwareLog = ShippedTranslator(
        name: "vmware-log",
        text: #"""
            {
              "format": "plain", "zone": "UTC", "unmatched": "drop",
              "pathPattern": "(?<vm>[^/]+)/vmware(?:-\\d+)?\\.log$",
              "messagePattern": "^(?:\\S+\\| )?(?<thread>[^ |]+)\\| (?<level>[IWE])(?<code>\\d+): (?<message>.*)$|^\\S+ (?<level2>In|Wa|Er|Cr)\\((?<code2>\\d+)\\)(?:\\+|:)? (?<thread2>\\S+)(?: -)? (?<text>.*)$",
              "rules": [
                {
                  "match": { "contains": "PANIC: " },
                  "type": "vm.other", "severity": "critical", "guest": { "kind": "vm", "id": "${vm}", "name": "${vm}" },
                  "message": "${text|message}"
                },
                {
                  "match": { "contains": "Kernel panic" },
                  "type": "vm.guest-crashed", "severity": "error",
                  "guest": { "kind": "vm", "id": "${vm}", "name": "${vm}" }, "message": "${text|message}"
                },
                {
                  "match": { "contains": "A core file is available in ", "regex": "in \"(?<core>[^\"]+)\"" },
                  "type": "vm.message-logged", "severity": "error",
                  "guest": { "kind": "vm", "id": "${vm}", "name": "${vm}" }, "message": "${text|message}"
                },
                {
                  "match": { "contains": "GuestMsg: " },
                  "type": "vm.message-logged", "guest": { "kind": "vm", "id": "${vm}", "name": "${vm}" },
                  "message": "${text|message}"
                },
                {
                  "match": { "fields": { "level": "E" } },
                  "type": "vm.message-logged", "severity": "error",
                  "guest": { "kind": "vm", "id": "${vm}", "name": "${vm}" }
                },
                {
                  "match": { "fields": { "level2": "Er" } },
                  "type": "vm.message-logged", "severity": "error",
                  "guest": { "kind": "vm", "id": "${vm}", "name": "${vm}" }, "message": "${text}"
                },
                {
                  "match": { "fields": { "level2": "Cr" } },
                  "type": "vm.message-logged", "severity": "critical",
                  "guest": { "kind": "vm", "id": "${vm}", "name": "${vm}" }, "message": "${text}"
                }
              ]
            }
            """#)
}
