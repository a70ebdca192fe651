extension ShippedTranslator {
    /// The virtualization records of auditd: who started and stopped what, and with what result.
    ///
    /// Of the records a start brings along (a `VIRT_RESOURCE` for each disk, network and the memory) none is told.
    package static let auditdVirt = ShippedTranslator(
        name: "auditd-virt",
        text: #"""
            {
              "format": "audit", "zone": "local", "unmatched": "drop",
              "rules": [
                { "match": { "fields": { "type": "VIRT_RESOURCE", "reason": "start" } }, "drop": true },
                {
                  "match": { "fields": { "type": "VIRT_CONTROL", "virt": "lxc", "op": "start", "res": "success" } },
                  "type": "container.started", "change": "set",
                  "guest": { "kind": "container", "id": "${uuid|vm}", "name": "${vm}", "host": "${node|host.name}" },
                  "message": "${vm} was started: ${reason}."
                },
                {
                  "match": { "fields": { "type": "VIRT_CONTROL", "virt": "lxc", "op": "stop", "res": "success" } },
                  "type": "container.stopped", "change": "set",
                  "guest": { "kind": "container", "id": "${uuid|vm}", "name": "${vm}", "host": "${node|host.name}" },
                  "message": "${vm} was stopped: ${reason}."
                },
                {
                  "match": { "fields": { "type": "VIRT_CONTROL", "virt": "*", "op": "start", "res": "success" } },
                  "type": "vm.powered-on", "change": "set",
                  "guest": { "kind": "vm", "id": "${uuid|vm}", "name": "${vm}", "host": "${node|host.name}" },
                  "message": "${vm} was started: ${reason}."
                },
                {
                  "match": { "fields": { "type": "VIRT_CONTROL", "virt": "*", "op": "start" } },
                  "type": "vm.power-on-failed", "severity": "error",
                  "guest": { "kind": "vm", "id": "${uuid|vm}", "name": "${vm}", "host": "${node|host.name}" },
                  "message": "${vm} could not be started: ${reason}."
                },
                {
                  "match": { "fields": { "type": "VIRT_CONTROL", "virt": "*", "op": "stop", "res": "success" } },
                  "type": "vm.powered-off", "change": "set",
                  "guest": { "kind": "vm", "id": "${uuid|vm}", "name": "${vm}", "host": "${node|host.name}" },
                  "message": "${vm} was stopped: ${reason}."
                },
                {
                  "match": { "fields": { "type": "VIRT_RESOURCE", "virt": "lxc" } },
                  "type": "container.other", "change": "set",
                  "guest": { "kind": "container", "id": "${uuid|vm}", "name": "${vm}", "host": "${node|host.name}" },
                  "message": "${vm}: ${reason} of ${resrc}: ${res}."
                },
                {
                  "match": { "fields": { "type": "VIRT_RESOURCE", "res": "success" } },
                  "type": "vm.reconfigured", "change": "set",
                  "guest": { "kind": "vm", "id": "${uuid|vm}", "name": "${vm}", "host": "${node|host.name}" },
                  "message": "${vm}: ${reason} of ${resrc}."
                },
                {
                  "match": { "fields": { "type": "VIRT_RESOURCE" } },
                  "type": "vm.reconfiguration-failed", "severity": "error",
                  "guest": { "kind": "vm", "id": "${uuid|vm}", "name": "${vm}", "host": "${node|host.name}" },
                  "message": "${vm}: ${reason} of ${resrc} failed."
                },
                {
                  "match": { "fields": { "type": "VIRT_CONTROL", "virt": "*" } },
                  "type": "vm.other",
                  "guest": { "kind": "vm", "id": "${uuid|vm}", "name": "${vm}", "host": "${node|host.name}" },
                  "message": "${op} of ${vm}: ${res}."
                },
                {
                  "match": { "fields": { "type": "VIRT_CONTROL", "hostname": "*" } },
                  "type": "container.other",
                  "guest": { "kind": "container", "id": "${hostname}", "host": "${node|host.name}" },
                  "message": "${op} of a container of ${vm}: ${res}."
                }
              ]
            }
            """#)
}
