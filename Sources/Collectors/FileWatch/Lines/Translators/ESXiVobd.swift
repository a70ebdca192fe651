extension ShippedTranslator {
    /// ESXi's `vobd.log`: what the kernel observed, and the host's events made of it.
    ///
    /// Host events (`esx.…`) get the type and severity that vCenter's event of the same id has. Of the observations
    /// below them (`vob.…`) only those of links are told: the others become a host event where they matter.
    package static let esxiVobd = ShippedTranslator(
        name: "esxi-vobd",
        text: #"""
            {
              "format": "plain", "zone": "UTC", "unmatched": "drop", "continuation": "-->",
              "messagePattern": "\\[(?<correlator>\\w+)\\] (?<uptime>\\d+)us: +\\[(?<id>[\\w.-]+)\\] (?<message>(?s:.*))",
              "rules": [
                {
                  "match": { "fields": { "id": "vob.net.vmnic.linkstate.down" }, "regex": "vmnic (?<nic>\\S+)" },
                  "type": "network.link-down", "severity": "warning"
                },
                {
                  "match": { "fields": { "id": "vob.net.vmnic.linkstate.up" }, "regex": "vmnic (?<nic>\\S+)" },
                  "type": "network.link-up"
                },
                { "match": { "fields": { "id": "vob.*" } }, "drop": true },
                { "match": { "fields": { "id": "*.problem.*" } }, "eventTypeId": "${id}", "type": "host.other" },
                { "match": { "fields": { "id": "*" } }, "eventTypeId": "${id}", "type": "host.message-logged" }
              ]
            }
            """#)
}
