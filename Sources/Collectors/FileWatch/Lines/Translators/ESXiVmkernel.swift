extension ShippedTranslator {
    /// ESXi's `vmkernel.log`: links, paths to storage, and what the kernel warns of.
    package static let esxiVmkernel = ShippedTranslator(
        name: "esxi-vmkernel",
        text: #"""
            {
              "format": "plain", "zone": "UTC", "unmatched": "drop",
              "messagePattern": "cpu(?<cpu>\\d+):(?<world>\\d+)(?: opID=(?<opID>\\S+))?\\)(?<message>(?:(?<level>WARNING|ALERT): )?.*)",
              "rules": [
                {
                  "match": { "contains": "NIC Link is Down", "regex": "(?<nic>vmnic\\w*):? NIC Link is Down" },
                  "type": "network.link-down", "severity": "warning"
                },
                {
                  "match": { "contains": "NIC Link is Up", "regex": "(?<nic>vmnic\\w*):? NIC Link is Up(?: (?<speed>\\d+ \\w+))?" },
                  "type": "network.link-up", "severity": "info"
                },
                {
                  "match": { "contains": "APD_START", "regex": "APD_START \\(\\d+\\) for vol '(?<volume>[^']+)'" },
                  "type": "storage.all-paths-down", "severity": "error"
                },
                {
                  "match": { "contains": "APD_EXIT", "regex": "APD_EXIT \\(\\d+\\) for vol '(?<volume>[^']+)'" },
                  "type": "storage.all-paths-recovered", "severity": "info"
                },
                {
                  "match": { "contains": "APD_TIMEOUT", "regex": "APD_TIMEOUT \\(\\d+\\) for vol '(?<volume>[^']+)'" },
                  "type": "storage.all-paths-timed-out", "severity": "critical"
                },
                {
                  "match": { "contains": "StorageApdHandler", "regex": "APD [Ss]tart for \\S+ \\[(?<device>[^\\]]+)\\]" },
                  "type": "storage.all-paths-down", "severity": "error"
                },
                {
                  "match": { "contains": "StorageApdHandler", "regex": "APD [Ee]xit for \\S+ \\[(?<device>[^\\]]+)\\]" },
                  "type": "storage.all-paths-recovered", "severity": "info"
                },
                {
                  "match": { "contains": "marked \"OFFLINE\"", "regex": "(?<adapter>vmhba\\d+)" },
                  "type": "storage.connectivity-lost", "severity": "error"
                },
                {
                  "match": { "contains": "marked \"ONLINE\"", "regex": "(?<adapter>vmhba\\d+)" },
                  "type": "storage.connectivity-restored", "severity": "info"
                },
                { "match": { "fields": { "level": "ALERT" } }, "type": "host.message-logged", "severity": "error" },
                { "match": { "fields": { "level": "WARNING" } }, "type": "host.message-logged", "severity": "warning" }
              ]
            }
            """#)
}
