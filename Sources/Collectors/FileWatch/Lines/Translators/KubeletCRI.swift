extension ShippedTranslator {
    /// The output of containers below `/var/log/pods` or `/var/log/containers`, and the kubelet's own log.
    ///
    /// Output is `log.line` of its container: by its id where the name of the file tells it, else `POD-UID/CONTAINER`.
    /// Of the kubelet's log: what its lifecycle events say of containers, and warnings and errors.
    package static let kubeletCRI = ShippedTranslator(
        name: "kubelet-cri",
        text: #"""
            {
              "format": "cri", "zone": "local", "unmatched": "drop",
              "pathPattern": "(?J)/pods/(?<namespace>[^_/]+)_(?<pod>[^_/]+)_(?<key>(?<podUID>[^_/]+)/(?<container>[^/]+))/(?<restart>\\d+)\\.log|/containers/(?<pod>[^_/]+)_(?<namespace>[^_/]+)_(?<container>[^_/]+)-(?<key>[0-9a-f]{64})\\.log$",
              "rules": [
                {
                  "match": { "fields": { "stream": "std*" } }, "type": "log.line",
                  "guest": { "kind": "container", "id": "${key|file.stem}", "name": "${container}", "host": "${host.name}" },
                  "fields": { "namespace": "${namespace}", "pod": "${pod}", "container": "${container}" }
                },
                {
                  "match": {
                    "contains": "\"SyncLoop (PLEG): event for pod\"",
                    "regex": "(?<time>\\d{4} \\d\\d:\\d\\d:\\d\\d\\.\\d+) .*pod=\"(?<namespace>[^/\"]+)/(?<pod>[^\"]+)\" event=\\{\"ID\":\"(?<podUID>[^\"]+)\",\"Type\":\"ContainerStarted\",\"Data\":\"(?<containerID>[^\"]+)\"\\}"
                  },
                  "type": "container.started", "change": "set",
                  "guest": { "kind": "container", "id": "${containerID}", "host": "${host.name}" },
                  "message": "A container of the pod ${namespace}/${pod} was started."
                },
                {
                  "match": {
                    "contains": "\"SyncLoop (PLEG): event for pod\"",
                    "regex": "(?<time>\\d{4} \\d\\d:\\d\\d:\\d\\d\\.\\d+) .*pod=\"(?<namespace>[^/\"]+)/(?<pod>[^\"]+)\" event=\\{\"ID\":\"(?<podUID>[^\"]+)\",\"Type\":\"ContainerDied\",\"Data\":\"(?<containerID>[^\"]+)\"\\}"
                  },
                  "type": "container.exited", "change": "set",
                  "guest": { "kind": "container", "id": "${containerID}", "host": "${host.name}" },
                  "message": "A container of the pod ${namespace}/${pod} ended."
                },
                {
                  "match": {
                    "regex": "(?:^|\\]: )(?<level>[EFW])(?<time>\\d{4} \\d\\d:\\d\\d:\\d\\d\\.\\d+) +(?<thread>\\d+) (?<code>[^ \\]]+:\\d+)\\] (?<message>.*)$"
                  },
                  "type": "host.message-logged"
                }
              ]
            }
            """#)
}
