extension ShippedTranslator {
    /// Proxmox VE's tasks, as the daemons tell them to syslog, or as `/var/log/pve/tasks/index` lists those that ended.
    ///
    /// Both tell of the same tasks: follow one of them. A guest is known by its VMID.
    package static let proxmoxTasks = ShippedTranslator(
        name: "proxmox-tasks",
        text: #"""
            {
              "format": "syslog", "zone": "local", "unmatched": "drop",
              "time": { "layouts": ["auto", "%x"] },
              "messagePattern": "^(?:(?:\\w+\\[\\d+\\]: )?<[^>]+> (?<verb>starting|end) task )?(?<upid>UPID:(?<node>[^:]+):(?<worker>[0-9A-F]{8}):(?<workerStart>[0-9A-F]{8,9}):(?<start>[0-9A-F]{8}):(?<task>[^:]+):(?<vmid>[^:]*):(?<user>[^:]+):)(?: (?<time>[0-9A-F]{8}))?(?: (?<status>.+))?$",
              "rules": [
            """# + tasks.split(separator: "\n").map(rules).joined() + #"""
                    { "match": { "fields": { "status": "OK" } }, "drop": true },
                    {
                      "match": { "fields": { "status": "*" } },
                      "type": "host.message-logged", "severity": "warning",
                      "message": "The task ${task} of ${user} ended: ${status}"
                    },
                    {
                      "match": { "contains": " qmp command failed", "regex": "^VM (?<vmid>\\d+) qmp command failed" },
                      "type": "vm.message-logged", "severity": "warning",
                      "guest": { "kind": "vm", "id": "${vmid}", "host": "${host|host.name}" }
                    }
                  ]
                }
                """#)

    /// A task a line: its name, the types of its beginning (`-`: none), its success and its failure, the change.
    private static let tasks = """
        qmstart     vm.power-on-started        vm.powered-on        vm.power-on-failed        set
        qmstop      vm.power-off-started       vm.powered-off       vm.power-off-failed       set
        qmshutdown  vm.guest-shutdown-started  vm.powered-off       vm.guest-shutdown-failed  set
        qmreboot    vm.guest-reboot-started    vm.rebooted          vm.guest-reboot-failed    none
        qmreset     -                          vm.reset             vm.reset-failed           none
        qmsuspend   vm.suspend-started         vm.suspended         vm.suspend-failed         set
        qmpause     vm.suspend-started         vm.suspended         vm.suspend-failed         set
        qmresume    vm.resume-started          vm.powered-on        vm.power-on-failed        set
        qmigrate    vm.migration-started       vm.migrated          vm.migration-failed       set
        qmclone     vm.clone-started           vm.cloned            vm.clone-failed           none
        qmcreate    vm.creation-started        vm.created           vm.creation-failed        add
        qmrestore   vm.creation-started        vm.created           vm.creation-failed        add
        qmdestroy   -                          vm.removed           vm.other                  remove
        vzstart     -                          container.started    container.other           set
        vzstop      -                          container.stopped    container.other           set
        vzshutdown  -                          container.stopped    container.other           set
        vzreboot    -                          container.rebooted   container.other           none
        vzsuspend   -                          container.suspended  container.other           set
        vzresume    -                          container.resumed    container.other           set
        vzcreate    -                          container.created    container.other           add
        vzrestore   -                          container.created    container.other           add
        vzdestroy   -                          container.removed    container.other           remove
        """

    private static func rules(_ line: Substring) -> String {
        let words = line.split(separator: " ")
        guard words.count == 5 else { return "" }
        let (task, started, done, failed, change) = (words[0], words[1], words[2], words[3], words[4])
        let kind = task.hasPrefix("qm") ? "vm" : "container"
        let guest = #""guest": { "kind": "\#(kind)", "id": "${vmid}", "host": "${node}" }"#
        func rule(_ field: String, _ pattern: String, _ event: String, _ message: String) -> String {
            #"""

                { "match": { "fields": { "task": "\#(task)", "\#(field)": "\#(pattern)" } },
                  \#(event), \#(guest),
                  "message": "\#(message)" },
            """#
        }
        let beginning = #""type": "\#(started)""#
        let doneEvent = #""type": "\#(done)", "change": "\#(change)""#
        return (started == "-" ? "" : rule("verb", "starting", beginning, "${user} began ${task} of ${vmid}."))
            + rule("status", "OK", doneEvent, "${task} of ${vmid} by ${user} is done.")
            + rule(
                "status", "WARNINGS*", doneEvent + #", "severity": "warning""#,
                "${task} of ${vmid} by ${user} is done, with ${status}.")
            + rule(
                "status", "*", #""type": "\#(failed)", "severity": "error""#,
                "${task} of ${vmid} by ${user} failed: ${status}")
    }
}
