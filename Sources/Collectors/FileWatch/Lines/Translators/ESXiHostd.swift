extension ShippedTranslator {
    /// ESXi's `hostd.log`, in the styles of ESX 3, 6.5 and 8.
    ///
    /// A machine is known by the path of its configuration file; where a line names only the machine, by that name.
    /// Transitions tell the power: the events that say the same once more are left out.
    package static let esxiHostd = ShippedTranslator(
        name: "esxi-hostd",
        text: #"""
            {
              "format": "plain", "zone": "UTC", "unmatched": "drop", "continuation": "-->",
              "messagePattern": "(?:sub=Vmsvc\\.vm:|'vm:)(?<vmx>/.*?(?<vm>[^/]+)\\.vmx)(?:'| )?(?: ?opID=(?<opID>[^\\] ]+))?(?: user=(?<user>[^\\]]+))?[^\\]]*\\] (?:State Transition \\((?<from>VM_STATE_\\w+) -> (?<to>VM_STATE_\\w+)\\)(?<refused> not allowed)?|Answered user-visible question (?<question>\\S+))|(?:sub=Vimsvc\\.ha-eventmgr|'ha-eventmgr')(?: opID=(?<eventOpID>[^\\] ]+))?(?: user=(?<eventUser>[^\\]]+))?[^\\]]*\\] Event (?<event>\\d+) : (?<message>(?s:.*))",
              "rules": [
                { "match": { "fields": { "refused": "*" } }, "drop": true },
                {
                  "match": { "fields": { "to": "VM_STATE_POWERING_ON" } },
                  "type": "vm.power-on-started", "guest": { "kind": "vm", "id": "${vmx}", "name": "${vm}" },
                  "message": "${vm} is being powered on."
                },
                {
                  "match": { "fields": { "from": "VM_STATE_POWERING_ON", "to": "VM_STATE_ON" } },
                  "type": "vm.powered-on", "change": "set", "guest": { "kind": "vm", "id": "${vmx}", "name": "${vm}" },
                  "message": "${vm} was powered on."
                },
                {
                  "match": { "fields": { "from": "VM_STATE_RESUMING", "to": "VM_STATE_ON" } },
                  "type": "vm.powered-on", "change": "set", "guest": { "kind": "vm", "id": "${vmx}", "name": "${vm}" },
                  "message": "${vm} was resumed."
                },
                {
                  "match": { "fields": { "from": "VM_STATE_RESETTING", "to": "VM_STATE_ON" } },
                  "type": "vm.reset", "guest": { "kind": "vm", "id": "${vmx}", "name": "${vm}" },
                  "message": "${vm} was reset."
                },
                {
                  "match": { "fields": { "to": "VM_STATE_POWERING_OFF" } },
                  "type": "vm.power-off-started", "guest": { "kind": "vm", "id": "${vmx}", "name": "${vm}" },
                  "message": "${vm} is being powered off."
                },
                {
                  "match": { "fields": { "to": "VM_STATE_SHUTTING_DOWN" } },
                  "type": "vm.guest-shutdown-started", "guest": { "kind": "vm", "id": "${vmx}", "name": "${vm}" },
                  "message": "The guest system of ${vm} was told to shut down."
                },
                {
                  "match": { "fields": { "from": "VM_STATE_POWERING_OFF", "to": "VM_STATE_OFF" } },
                  "type": "vm.powered-off", "change": "set", "guest": { "kind": "vm", "id": "${vmx}", "name": "${vm}" },
                  "message": "${vm} was powered off."
                },
                {
                  "match": { "fields": { "from": "VM_STATE_SHUTTING_DOWN", "to": "VM_STATE_OFF" } },
                  "type": "vm.powered-off", "change": "set", "guest": { "kind": "vm", "id": "${vmx}", "name": "${vm}" },
                  "message": "${vm} was shut down."
                },
                {
                  "match": { "fields": { "from": "VM_STATE_ON", "to": "VM_STATE_OFF" } },
                  "type": "vm.powered-off", "change": "set", "guest": { "kind": "vm", "id": "${vmx}", "name": "${vm}" },
                  "message": "${vm} was powered off from inside, or its process ended."
                },
                {
                  "match": { "fields": { "to": "VM_STATE_SUSPENDING" } },
                  "type": "vm.suspend-started", "guest": { "kind": "vm", "id": "${vmx}", "name": "${vm}" },
                  "message": "${vm} is being suspended."
                },
                {
                  "match": { "fields": { "from": "VM_STATE_SUSPENDING", "to": "VM_STATE_SUSPENDED" } },
                  "type": "vm.suspended", "change": "set", "guest": { "kind": "vm", "id": "${vmx}", "name": "${vm}" },
                  "message": "${vm} was suspended."
                },
                {
                  "match": { "fields": { "from": "VM_STATE_RECONFIGURING" } },
                  "type": "vm.reconfigured", "change": "set", "guest": { "kind": "vm", "id": "${vmx}", "name": "${vm}" },
                  "message": "${vm} was reconfigured."
                },
                {
                  "match": { "fields": { "to": "VM_STATE_GONE" } },
                  "type": "vm.removed", "change": "remove", "guest": { "kind": "vm", "id": "${vmx}", "name": "${vm}" },
                  "message": "${vm} was taken out of the inventory."
                },
                {
                  "match": { "fields": { "question": "*" } },
                  "type": "vm.message-answered", "guest": { "kind": "vm", "id": "${vmx}", "name": "${vm}" },
                  "message": "A question of ${vm} was answered."
                },
                {
                  "match": { "fields": { "event": "*" }, "regex": "^Registered (?<vm>.+) on +(?<host>\\S+) in \\S+$" },
                  "type": "vm.registered", "change": "add",
                  "guest": { "kind": "vm", "id": "${vm}", "name": "${vm}", "host": "${host}" }
                },
                {
                  "match": {
                    "fields": { "event": "*" },
                    "regex": "^(?:Removed .+ on +\\S+ from \\S+|.+ on +(?:host +)?\\S+ in \\S+ is (?:starting|stopping|powered on|powered off|suspended|being suspended|reset))$"
                  },
                  "drop": true
                },
                {
                  "match": { "fields": { "event": "*" }, "regex": "^Message on (?<vm>.+) on +(?<host>\\S+) in \\S+: " },
                  "type": "vm.message-logged", "severity": "notice",
                  "guest": { "kind": "vm", "id": "${vm}", "name": "${vm}", "host": "${host}" }
                },
                {
                  "match": {
                    "fields": { "event": "*" },
                    "regex": "identifier (?<device>\\S+) has entered the All Paths Down state"
                  },
                  "type": "storage.all-paths-down", "severity": "error"
                },
                {
                  "match": {
                    "fields": { "event": "*" },
                    "regex": "identifier (?<device>\\S+) has exited the All Paths Down state"
                  },
                  "type": "storage.all-paths-recovered"
                },
                {
                  "match": { "fields": { "event": "*" }, "regex": "^User (?<userName>\\S+) logged in" },
                  "type": "session.logged-in"
                },
                {
                  "match": { "fields": { "event": "*" }, "regex": "^User (?<userName>\\S+) logged out" },
                  "type": "session.logged-out"
                },
                { "match": { "fields": { "event": "*" } }, "type": "host.message-logged" }
              ]
            }
            """#)
}
