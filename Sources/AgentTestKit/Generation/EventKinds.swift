/// The kinds of events of a busy vCenter, with how often each comes: 43 in 24 classes.
enum EventKinds {
    /// All kinds; a mix gives each its weight.
    static let all: [EventKind] = power + lifecycle + changes + hosts + alarms + tasks + dynamic + network + sessions

    private static let template = "<template>false</template>"

    private static let power: [EventKind] = [
        .init("DrsVmPoweredOnEvent", 110, 80, .vm, "DRS powered On $vm on $host in Lab", template),
        .init("DrsVmPoweredOnEvent", 110, 84, .vm, "DRS powered on $vm with id $n on $host in Lab", template),
        .init("VmPoweredOffEvent", 120, 90, .vm, "$vm on  $host in Lab is powered off", template),
        .init("VmPoweredOffEvent", 98, 72, .vm, "$vm on host $host in Lab is powered off for request $n", template),
        .init("VmPoweredOnEvent", 62, 47, .vm, "$vm on  $host in Lab is powered on", template),
        .init("VmStartingEvent", 14, 10, .vm, "$vm on host $host in Lab is starting", template),
        .init("VmStoppingEvent", 14, 10, .vm, "$vm on host $host in Lab is stopping", template),
        .init("VmGuestShutdownEvent", 8, 6, .vm, "Guest OS shut down for $vm on $host in Lab", template),
    ]

    private static let lifecycle: [EventKind] = [
        .init("VmRemovedEvent", 10, 20, .vm, "Removed $vm on $host from Lab", template),
        .init(
            "VmBeingCreatedEvent", 8, 20, .vm, "Creating $vm on $host in Lab",
            template + "<configSpec><name>$vm</name><version>vmx-19</version><guestId>otherLinux64Guest</guestId>"
                + "<files><vmPathName>[ds-15]</vmPathName></files><numCPUs>4</numCPUs><memoryMB>8192</memoryMB>"
                + "</configSpec>"),
        .init("VmCreatedEvent", 8, 16, .vm, "Created virtual machine $vm on $host in Lab", template),
        .init(
            "VmClonedEvent", 4, 20, .vm, "golden-$n cloned to $vm on $host in Lab",
            template + "<sourceVm><name>golden-$n</name><vm type=\"VirtualMachine\">vm-59</vm></sourceVm>"),
        .init(
            "VmMigratedEvent", 8, 24, .vm, "Migration of virtual machine $vm from esx22.lab.example, ds-15 completed",
            template + "<sourceHost><name>esx22.lab.example</name><host type=\"HostSystem\">host-22</host></sourceHost>"
                + "<sourceDatacenter><name>Lab</name><datacenter type=\"Datacenter\">datacenter-2</datacenter>"
                + "</sourceDatacenter><sourceDatastore><name>ds-15</name><datastore type=\"Datastore\">datastore-15"
                + "</datastore></sourceDatastore>"),
        .init("VmEvent", 24, 40, .vm, "Virtual machine $vm was seen on $host in Lab after $n seconds", template),
        .init("VmInstanceUuidAssignedEvent", 4, 8, .vm, "Assigned new instance UUID to $vm", template),
    ]

    private static let changes: [EventKind] = [
        .init("VmReconfiguredEvent", 20, 66, .vm, reconfigured, template + reconfiguredSpec(devices: 0)),
        .init(
            "VmReconfiguredEvent", 8, 55, .vm, reconfigured + reconfigured,
            template + reconfiguredSpec(devices: 4)),
        .init(
            "VmReconfiguredEvent", 1, 28, .vm, reconfigured,
            template + reconfiguredSpec(devices: 16)),
        .init(
            "VmResourceReallocatedEvent", 4, 14, .vm, "Changed resource allocation for $vm",
            template + "<configChanges><modified>config.cpuAllocation.shares.shares: 1000 -&gt; 2000; </modified>"
                + "<added></added><deleted></deleted></configChanges>"),
    ]

    private static let reconfigured =
        "Reconfigured $vm on $host in Lab.  \n \nModified:  \n \nconfig.hardware.memoryMB: 4096 -> 8192; \n\n"
        + "config.hardware.numCPU: 2 -> 4; \n\n Added:  \n \n Deleted:  \n \n"

    private static func reconfiguredSpec(devices: Int) -> String {
        "<configSpec><changeVersion>2026-01-01T00:00:00.000000Z</changeVersion><files></files><numCPUs>4</numCPUs>"
            + "<numCoresPerSocket>1</numCoresPerSocket><memoryMB>8192</memoryMB>"
            + String(repeating: reconfiguredDevice, count: devices)
            + "<maxMksConnections>40</maxMksConnections></configSpec><configChanges>"
            + "<modified>config.hardware.memoryMB: 4096 -&gt; 8192; </modified><added></added>"
            + "<deleted></deleted></configChanges>"
    }

    private static let reconfiguredDevice =
        "<deviceChange><operation>edit</operation><device xsi:type=\"VirtualDisk\"><key>2000</key><backing "
        + "xsi:type=\"VirtualDiskFlatVer2BackingInfo\"><fileName>[ds-15] $vm/$vm.vmdk</fileName><diskMode>persistent"
        + "</diskMode><thinProvisioned>true</thinProvisioned><uuid>6000C29$n</uuid></backing><controllerKey>1000"
        + "</controllerKey><unitNumber>0</unitNumber><capacityInKB>41943040</capacityInKB></device></deviceChange>"

    private static let hosts: [EventKind] = [
        .init("EnteredMaintenanceModeEvent", 28, 21, .host, "Host $host in Lab has entered maintenance mode"),
        .init("ExitMaintenanceModeEvent", 28, 21, .host, "Host $host in Lab has exited maintenance mode"),
        .init("HostConnectionLostEvent", 4, 4, .host, "Host $host in Lab is not responding", category: "error"),
        .init("HostConnectedEvent", 4, 4, .host, "Connected to $host in Lab"),
        .init("HostSyncFailedEvent", 2, 2, .host, "Cannot synchronize host $host.", category: "error"),
    ]

    private static let alarms: [EventKind] = [
        alarm("VM CPU usage", 33, 30, from: "green", to: "yellow"),
        alarm("Virtual machine memory usage", 20, 20, from: "yellow", to: "red"),
        alarm("Datastore usage on disk", 10, 12, from: "red", to: "green"),
        .init(
            "AlarmActionTriggeredEvent", 4, 6, .vm, "Alarm 'VM CPU usage' on $vm triggered an action",
            "<source><name>Datacenters</name><entity type=\"Folder\">group-d1</entity></source><entity><name>$vm</name>"
                + "<entity type=\"VirtualMachine\">vm-41</entity></entity>"),
    ]

    private static func alarm(
        _ name: String, _ power: Int, _ change: Int, from old: String, to new: String
    ) -> EventKind {
        .init(
            "AlarmStatusChangedEvent", power, change, .vm, "Alarm '\(name)' on $vm changed from \(old) to \(new)",
            "<alarm><name>\(name)</name><alarm type=\"Alarm\">alarm-282</alarm></alarm><source><name>Datacenters</name>"
                + "<entity type=\"Folder\">group-d1</entity></source><entity><name>$vm</name><entity "
                + "type=\"VirtualMachine\">vm-41</entity></entity><from>\(old)</from><to>\(new)</to>")
    }

    private static let tasks: [EventKind] = [
        task("VirtualMachine.createSnapshot", "Create virtual machine snapshot", 2, 18),
        task("VirtualMachine.reconfigure", "Reconfigure virtual machine", 2, 16),
        task("VirtualMachine.powerOn", "Power On virtual machine", 2, 10),
    ]

    private static func task(_ id: String, _ name: String, _ power: Int, _ change: Int) -> EventKind {
        .init(
            "TaskEvent", power, change, .vm, "Task: \(name)",
            "<info><key>task-$n</key><task type=\"Task\">task-$n</task><name>\(id)_Task</name><descriptionId>\(id)"
                + "</descriptionId><entity type=\"VirtualMachine\">vm-41</entity><entityName>$vm</entityName>"
                + "<state>queued</state><cancelled>false</cancelled><cancelable>false</cancelable><reason "
                + "xsi:type=\"TaskReasonUser\"><userName>VSPHERE.LOCAL\\Administrator</userName></reason><queueTime>"
                + "2026-01-01T00:00:00.000000Z</queueTime><eventChainId>$n</eventChainId></info>")
    }

    private static let dynamic: [EventKind] = [
        .dynamic(
            "esx.problem.vmfs.heartbeat.timedout", 30, 20, "error",
            "Lost access to volume on $host due to connectivity issues.", ["1", "2"]),
        .dynamic(
            "esx.clear.net.redundancy.restored", 20, 14, "info", "Uplink redundancy restored on $host.",
            ["1", "2", "3"]),
        .dynamic(
            "com.vmware.vc.HA.HostStateChangedEvent", 20, 14, "info", "The HA state of $host in Lab is now Connected",
            ["prevState", "newState"]),
        .dynamic(
            "vim.event.LicenseDowngradedEvent", 10, 8, "warning", "License downgrade: $n features were lost",
            ["lostFeatures"]),
        .dynamic(
            "com.vmware.vc.authorization.NoPermission", 13, 10, "error", "User $n has no permission on $host",
            ["priv", "user"]),
    ]

    private static let network: [EventKind] = [
        .init(
            "DvsPortLinkUpEvent", 32, 24, .datacenter, "The dvPort $n link was up in the distributed switch in Lab",
            "<portKey>$n</portKey>"),
        .init(
            "DVPortgroupRenamedEvent", 32, 24, .datacenter, "dvPort group dv-$n in Lab was renamed to net-$n",
            "<oldName>dv-$n</oldName><newName>net-$n</newName>"),
        .init(
            "DatastoreRenamedEvent", 32, 24, .datacenter, "Renamed datastore from local-$n to ds-$n in Lab",
            "<datastore><name>ds-$n</name><datastore type=\"Datastore\">datastore-15</datastore></datastore>"
                + "<oldName>local-$n</oldName><newName>ds-$n</newName>"),
    ]

    private static let sessions: [EventKind] = [
        .init(
            "UserLoginSessionEvent", 31, 23, .datacenter, "User watch@192.0.2.7 logged in as pyvmomi Python/3.11",
            "<ipAddress>192.0.2.7</ipAddress><userAgent>pyvmomi Python/3.11</userAgent><locale>en</locale><sessionId>"
                + "52b910cf-661f-f72d-9f86-fb8211$n</sessionId>"),
        .init(
            "UserLogoutSessionEvent", 62, 46, .datacenter,
            "User watch@192.0.2.7 logged out (login time: Friday, 02 January, 2026 03:04:05 AM, number of API "
                + "invocations: $n, user agent: pyvmomi Python/3.11)",
            "<ipAddress>192.0.2.7</ipAddress><userAgent>pyvmomi Python/3.11</userAgent><callCount>$n</callCount>"
                + "<sessionId>52b910cf-661f-f72d-9f86-fb8211$n</sessionId><loginTime>2026-01-02T03:04:05.123456Z"
                + "</loginTime>"),
    ]
}
