extension QMPEventTable {
    /// The rows, grouped as a person looks for them. Of several rows of one event the particular ones come first.
    ///
    /// The end of a disk job is told by `BLOCK_JOB_…`; a job that is gone before anybody can ask for its type is one.
    static let text = """
        STOP | vm.paused notice | {guest} was paused.
        RESUME | vm.resumed notice | {guest} goes on.
        SUSPEND | vm.fell-asleep info | {guest} went to sleep.
        SUSPEND_DISK | vm.fell-asleep info | {guest} wrote its memory to disk to sleep.
        WAKEUP | vm.woke-up info | {guest} woke up.

        RESET guest=true | vm.rebooted notice | {guest} was restarted from inside.
        RESET | vm.reset notice | {guest} was reset ({reason}).
        POWERDOWN | vm.guest-shutdown-started notice | The guest of {guest} was told to shut down.
        GUEST_PVSHUTDOWN | vm.guest-shutdown-started notice | The guest of {guest} shuts itself down.
        GUEST_PANICKED | vm.guest-crashed error | The guest of {guest} crashed (what follows: {action}).
        GUEST_CRASHLOADED | vm.guest-crashed error | The guest of {guest} crashed and runs its crash kernel.
        WATCHDOG | vm.watchdog-expired warning | The watchdog of {guest} expired (what follows: {action}).

        BLOCK_IO_ERROR nospace=true | vm.disk-failed error | {guest} cannot {operation} {node-name}: no space is left.
        BLOCK_IO_ERROR | vm.disk-failed error | {guest} cannot {operation} {node-name}: {reason}.
        BLOCK_IMAGE_CORRUPTED | vm.disk-failed critical | A disk image of {guest} is damaged: {msg}.
        BLOCK_WRITE_THRESHOLD | vm.disk-threshold-exceeded warning | {guest} wrote beyond the threshold of {node-name}.
        QUORUM_FAILURE | vm.disk-failed error | A quorum of disks of {guest} failed ({reference}).
        QUORUM_REPORT_BAD | vm.disk-failed warning | A disk of a quorum of {guest} gave bad data ({node-name}).
        BLOCK_EXPORT_DELETED | vm.disk-export-removed info | The export {id} of a disk of {guest} was removed.
        PR_MANAGER_STATUS_CHANGED connected=false | vm.disk-failed warning | {guest} lost its service {id}.
        PR_MANAGER_STATUS_CHANGED | vm.device-changed info | {guest} reached its service {id}.

        BLOCK_JOB_COMPLETED error=* | vm.job-failed error | The {type} job {device} of {guest} failed: {error}.
        BLOCK_JOB_COMPLETED | vm.job-ended info | The {type} job {device} of {guest} is done.
        BLOCK_JOB_CANCELLED | vm.job-cancelled notice | The {type} job {device} of {guest} was cancelled.
        BLOCK_JOB_ERROR | vm.job-warned warning | The job {device} of {guest} met an error ({operation}).
        BLOCK_JOB_READY | vm.job-changed info | The {type} job {device} of {guest} is ready to be completed.
        BLOCK_JOB_PENDING | vm.job-changed debug | The {type} job {id} of {guest} waits to be finalized.
        JOB_STATUS_CHANGE status=created | vm.job-started info | The job {id} of {guest} started.
        JOB_STATUS_CHANGE status=concluded type=snapshot-save error=* | vm.snapshot-failed error | {guest}: {error}
        JOB_STATUS_CHANGE status=concluded type=snapshot-save | vm.snapshot-created notice | {guest} has a new snapshot.
        JOB_STATUS_CHANGE type=snapshot-load status=concluded error=* | vm.snapshot-revert-failed error | {error}
        JOB_STATUS_CHANGE status=concluded type=snapshot-load | vm.snapshot-reverted notice | {guest} is at a snapshot.
        JOB_STATUS_CHANGE status=concluded type=snapshot-delete error=* | vm.snapshot-failed error | {guest}: {error}
        JOB_STATUS_CHANGE status=concluded type=snapshot-delete | vm.snapshot-removed notice | {guest} lost a snapshot.
        JOB_STATUS_CHANGE status=concluded type=backup | vm.job-changed debug | The job {id} of {guest} is {status}.
        JOB_STATUS_CHANGE status=concluded type=commit | vm.job-changed debug | The job {id} of {guest} is {status}.
        JOB_STATUS_CHANGE status=concluded type=mirror | vm.job-changed debug | The job {id} of {guest} is {status}.
        JOB_STATUS_CHANGE status=concluded type=stream | vm.job-changed debug | The job {id} of {guest} is {status}.
        JOB_STATUS_CHANGE status=concluded error=* | vm.job-failed error | The job {id} of {guest} failed: {error}.
        JOB_STATUS_CHANGE status=concluded type=* | vm.job-ended info | The {type} job {id} of {guest} ended.
        JOB_STATUS_CHANGE status=aborting | vm.job-changed warning | The job {id} of {guest} gives up.
        JOB_STATUS_CHANGE | vm.job-changed debug | The job {id} of {guest} is {status}.
        DUMP_COMPLETED | vm.dumped notice | The memory of {guest} was dumped.

        MIGRATION status=setup | vm.migration-started notice | A migration of {guest} started.
        MIGRATION status=completed | vm.migrated notice | The migration of {guest} is complete.
        MIGRATION status=failed | vm.migration-failed error | The migration of {guest} failed.
        MIGRATION status=cancelled | vm.migration-failed warning | The migration of {guest} was cancelled.
        MIGRATION | vm.migration-progressed debug | The migration of {guest} is {status}.
        MIGRATION_PASS | vm.migration-progressed debug | The migration of {guest} is in pass {pass}.
        COLO_EXIT | vm.ft-terminated warning | {guest} left its fault-tolerant pair ({reason}).
        FAILOVER_NEGOTIATED | vm.device-changed debug | The standby network device {device-id} of {guest} is ready.
        UNPLUG_PRIMARY | vm.device-changed debug | {guest} lets go of {device-id} to migrate.
        VFIO_MIGRATION | vm.migration-progressed debug | The device {device-id} of {guest} is {device-state}.
        SPICE_MIGRATE_COMPLETED | vm.migration-progressed debug | The console of {guest} migrated.

        DEVICE_DELETED device=* | vm.device-removed info | The device {device} of {guest} was removed.
        DEVICE_DELETED | vm.device-removed debug | A part of a device of {guest} was removed ({path}).
        DEVICE_UNPLUG_GUEST_ERROR | vm.device-removal-failed warning | {guest} did not let go of a device ({path}).
        MEM_UNPLUG_ERROR | vm.device-removal-failed warning | {guest} could not give up memory ({device}): {msg}.
        DEVICE_TRAY_MOVED tray-open=true | vm.tray-opened info | The tray of {device} {id} of {guest} is open.
        DEVICE_TRAY_MOVED | vm.tray-closed info | The tray of {device} {id} of {guest} is closed.
        ACPI_DEVICE_OST | vm.device-changed debug | The guest of {guest} answered about a device.
        MEMORY_DEVICE_SIZE_CHANGE | vm.memory-changed info | The memory device {id} of {guest} has {size} bytes.
        BALLOON_CHANGE | vm.memory-changed info | {guest} has {actual} bytes of memory by its balloon.
        HV_BALLOON_STATUS_REPORT | vm.memory-changed debug | The guest of {guest} tells how much memory it uses.
        MEMORY_FAILURE recipient=guest | vm.memory-failed critical | Memory of {guest} failed; it was told.
        MEMORY_FAILURE | vm.memory-failed critical | Memory below {guest} failed ({action}).

        NIC_RX_FILTER_CHANGED | vm.interface-changed debug | A network filter of {guest} changed ({path}).
        NETDEV_STREAM_CONNECTED | vm.interface-up info | The network {netdev-id} of {guest} is connected.
        NETDEV_STREAM_DISCONNECTED | vm.interface-down warning | The network {netdev-id} of {guest} is disconnected.
        NETDEV_VHOST_USER_CONNECTED | vm.interface-up info | The network {netdev-id} of {guest} is connected.
        NETDEV_VHOST_USER_DISCONNECTED | vm.interface-down warning | The network {netdev-id} of {guest} is disconnected.
        RDMA_GID_STATUS_CHANGED | vm.interface-changed debug | An RDMA address of {guest} changed ({netdev}).
        VSERPORT_CHANGE open=true | vm.guest-port-opened info | The guest of {guest} opened its port {id}.
        VSERPORT_CHANGE | vm.guest-port-closed info | The guest of {guest} closed its port {id}.
        VFU_CLIENT_HANGUP | vm.device-changed warning | The user of the device {dev-id} of {guest} hung up.

        VNC_CONNECTED | vm.console-progressed debug | Somebody reached the console of {guest}.
        VNC_INITIALIZED | vm.console-connected notice | Somebody opened the console of {guest}.
        VNC_DISCONNECTED | vm.console-disconnected info | Somebody left the console of {guest}.
        SPICE_CONNECTED | vm.console-progressed debug | Somebody reached the console of {guest}.
        SPICE_INITIALIZED | vm.console-connected notice | Somebody opened the console of {guest}.
        SPICE_DISCONNECTED | vm.console-disconnected info | Somebody left the console of {guest}.

        RTC_CHANGE | vm.clock-changed info | The guest of {guest} set its clock ({offset} s off).
        CPU_POLARIZATION_CHANGE | vm.device-changed debug | The CPUs of {guest} are arranged otherwise.
        """
}
