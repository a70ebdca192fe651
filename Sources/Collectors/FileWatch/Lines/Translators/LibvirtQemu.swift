extension ShippedTranslator {
    /// `/var/log/libvirt/qemu/NAME.log`: the name of the file is that of the domain.
    ///
    /// libvirt tells of a start before QEMU runs; one that fails is followed by `reason=failed`.
    package static let libvirtQemu = ShippedTranslator(
        name: "libvirt-qemu",
        text: #"""
            {
              "format": "plain", "zone": "UTC", "unmatched": "drop",
              "messagePattern": "^[-0-9]+[ T][0-9:.]+(?:\\+0000|Z):? (?<message>(?<program>qemu[^ :]*|kvm)?.*)$",
              "rules": [
                {
                  "match": {
                    "contains": ": starting up",
                    "regex": "^starting up(?: libvirt version: (?<libvirt>[^,]+),.* qemu version: (?<qemu>[^,]+),.* kernel: (?<kernel>[^,]+), hostname: (?<hostname>\\S+))?"
                  },
                  "type": "vm.powered-on", "change": "set",
                  "guest": { "kind": "vm", "id": "${file.stem}", "name": "${file.stem}", "host": "${hostname|host.name}" },
                  "message": "${file.stem} was started."
                },
                {
                  "match": { "contains": ": shutting down, reason=failed" },
                  "type": "vm.power-on-failed", "severity": "error",
                  "guest": { "kind": "vm", "id": "${file.stem}", "name": "${file.stem}", "host": "${host.name}" },
                  "fields": { "reason": "failed" }, "message": "${file.stem} could not be started."
                },
                {
                  "match": { "contains": ": shutting down, reason=destroyed" },
                  "type": "vm.terminated", "severity": "notice", "change": "set",
                  "guest": { "kind": "vm", "id": "${file.stem}", "name": "${file.stem}", "host": "${host.name}" },
                  "fields": { "reason": "destroyed" }, "message": "${file.stem} was ended by force."
                },
                {
                  "match": { "contains": ": shutting down, reason=crashed" },
                  "type": "vm.powered-off", "severity": "error", "change": "set",
                  "guest": { "kind": "vm", "id": "${file.stem}", "name": "${file.stem}", "host": "${host.name}" },
                  "fields": { "reason": "crashed" }, "message": "The process of ${file.stem} crashed or was killed."
                },
                {
                  "match": { "contains": ": shutting down, reason=saved" },
                  "type": "vm.suspended", "change": "set",
                  "guest": { "kind": "vm", "id": "${file.stem}", "name": "${file.stem}", "host": "${host.name}" },
                  "fields": { "reason": "saved" }, "message": "${file.stem} was saved."
                },
                {
                  "match": { "contains": ": shutting down, reason=migrated" },
                  "type": "vm.migrated", "change": "set",
                  "guest": { "kind": "vm", "id": "${file.stem}", "name": "${file.stem}", "host": "${host.name}" },
                  "fields": { "reason": "migrated" }, "message": "${file.stem} moved to another host."
                },
                {
                  "match": { "contains": ": shutting down", "regex": "^shutting down(?:, reason=(?<reason>.+))?$" },
                  "type": "vm.powered-off", "change": "set",
                  "guest": { "kind": "vm", "id": "${file.stem}", "name": "${file.stem}", "host": "${host.name}" },
                  "message": "${file.stem} was powered off."
                },
                {
                  "match": {
                    "contains": "terminating on signal ",
                    "regex": "terminating on signal (?<signal>\\d+)(?: from pid (?<pid>\\d+)(?: \\((?<sender>.*)\\))?)?"
                  },
                  "type": "vm.message-logged", "severity": "notice",
                  "guest": { "kind": "vm", "id": "${file.stem}", "name": "${file.stem}", "host": "${host.name}" }
                },
                {
                  "match": { "contains": " is tainted: ", "regex": "^Domain id=(?<domain>\\d+) is tainted: (?<taint>.*)$" },
                  "type": "vm.message-logged", "severity": "notice",
                  "guest": { "kind": "vm", "id": "${file.stem}", "name": "${file.stem}", "host": "${host.name}" }
                },
                {
                  "match": { "fields": { "program": "*" } },
                  "type": "vm.message-logged", "severity": "warning",
                  "guest": { "kind": "vm", "id": "${file.stem}", "name": "${file.stem}", "host": "${host.name}" }
                }
              ]
            }
            """#)
}
