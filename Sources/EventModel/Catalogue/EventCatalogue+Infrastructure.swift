extension EventCatalogue {
    /// What happens to storage, networks and the management around hosts and guests.
    ///
    /// One line for each type: the type, two spaces, one sentence.
    static let infrastructure = """
        datacenter.created  A datacenter was created.
        datacenter.other  Something happened to a datacenter that has no type of its own.
        datacenter.renamed  A datacenter was renamed.

        resource-pool.created  A resource pool was created.
        resource-pool.moved  A resource pool moved to another parent.
        resource-pool.other  Something happened to a resource pool that has no type of its own.
        resource-pool.reconfigured  The configuration of a resource pool changed.
        resource-pool.removed  A resource pool was removed.
        resource-pool.renamed  A resource pool was renamed.
        resource-pool.violated  The guests of a resource pool need more than it has.

        datastore.capacity-increased  The capacity grew.
        datastore.compliance-changed  Whether the datastore keeps its policy changed.
        datastore.corruption-found  Metadata on the datastore is damaged.
        datastore.created  A datastore was created.
        datastore.discovered  A datastore was found on a host.
        datastore.duplicate-found  Two datastores have one name or place.
        datastore.expanded  A VMFS datastore was given more space.
        datastore.extent-offline  A part of the datastore is not reachable.
        datastore.extent-online  A part of the datastore is reachable again.
        datastore.file-copied  A file was copied.
        datastore.file-deleted  A file was deleted.
        datastore.file-moved  A file was moved.
        datastore.foreign-workload-found  Something other than the known hosts loads the datastore.
        datastore.heartbeat-lost  A host lost its heartbeat on the datastore.
        datastore.heartbeat-recovered  A host has its heartbeat on the datastore again.
        datastore.heartbeat-unrecoverable  A host lost its heartbeat on the datastore for good.
        datastore.io-control-reconfigured  Storage I/O control was reconfigured.
        datastore.locked  The datastore is locked: a host may have crashed with it.
        datastore.locker-misconfigured  The datastore for tools and drivers is not configured.
        datastore.locker-reconfigured  The datastore for tools and drivers changed.
        datastore.maintenance-canceled  Entering maintenance was canceled.
        datastore.maintenance-entered  The datastore is in maintenance.
        datastore.maintenance-entry-started  The datastore is entering maintenance.
        datastore.maintenance-exited  The datastore left maintenance.
        datastore.maintenance-failed  Entering maintenance met errors.
        datastore.mount-failed  Mounting failed.
        datastore.mounted  A volume was mounted.
        datastore.other  Something happened to a datastore that has no type of its own.
        datastore.principal-configured  The account for access to files was configured.
        datastore.removed  A datastore was removed.
        datastore.removed-from-host  A host no longer has the datastore.
        datastore.renamed  A datastore was renamed.
        datastore.server-lost  The NFS server does not answer.
        datastore.server-restored  The NFS server answers again.
        datastore.space-exhausted  The datastore is full.
        datastore.unmounted  A volume was unmounted.

        storage.all-paths-down  All paths to a device or share are down.
        storage.all-paths-recovered  A path to a device or share is up again.
        storage.all-paths-timed-out  All paths are down for so long that I/O now fails at once.
        storage.connectivity-lost  A host lost its connection to storage.
        storage.connectivity-restored  A host has its connection to storage again.
        storage.device-lost  A device is gone for good.
        storage.device-returned  A device that was gone came back.
        storage.device-turned-off  A device was turned off by an administrator.
        storage.device-turned-on  A device was turned on by an administrator.
        storage.iscsi-failed  An iSCSI target could not be found, connected or logged in to.
        storage.latency-degraded  I/O is slower than usual.
        storage.latency-improved  I/O is as fast as usual again.
        storage.other  Something happened to storage that has no type of its own.
        storage.quota-reached  A thinly provisioned device is near its quota.
        storage.redundancy-degraded  Paths to a device were lost; others are left.
        storage.redundancy-lost  Only one path to a device is left.
        storage.redundancy-restored  A device has its paths again.

        vsan.health-changed  A vSAN health check changed its result.
        vsan.other  Something happened to vSAN that has no type of its own.
        vsan.problem-found  vSAN found a problem.
        vsan.problem-settled  A problem of vSAN is over.

        network.connectivity-lost  A host lost its connection to a network.
        network.connectivity-restored  A host has its connection to a network again.
        network.ghost-switch-found  Hosts have proxies of a switch that the server does not know.
        network.ghost-switch-removed  Proxies of an unknown switch were removed.
        network.health-changed  The health of a distributed switch changed.
        network.host-in-sync  A host agrees with its distributed switch again.
        network.host-joined  A host joined a distributed switch.
        network.host-left  A host left a distributed switch.
        network.host-out-of-sync  A host differs from its distributed switch.
        network.host-port-created  A host made a port of its own to stay reachable.
        network.host-status-changed  The status of a host on its distributed switch changed.
        network.lacp-changed  The state of link aggregation changed.
        network.link-down  A physical link is down.
        network.link-flapped  A physical link goes up and down.
        network.link-up  A physical link is up.
        network.mtu-matched  The MTU of switch and uplink agree.
        network.mtu-mismatched  The MTU of switch and uplink differ.
        network.other  Something happened to a network that has no type of its own.
        network.port-blocked  A port was blocked.
        network.port-connected  A port was connected.
        network.port-created  Ports were created.
        network.port-disconnected  A port was disconnected.
        network.port-joined-group  A port was put into a port group.
        network.port-left-group  A port was taken out of a port group.
        network.port-link-down  The link of a port is down.
        network.port-link-up  The link of a port is up.
        network.port-passthrough-entered  A port entered passthrough mode.
        network.port-passthrough-exited  A port left passthrough mode.
        network.port-reconfigured  The configuration of ports changed.
        network.port-removed  Ports were removed.
        network.port-state-changed  The state of a port changed.
        network.port-unblocked  A port was unblocked.
        network.portgroup-created  A distributed port group was created.
        network.portgroup-imported  A distributed port group was imported.
        network.portgroup-reconfigured  The configuration of a distributed port group changed.
        network.portgroup-removed  A distributed port group was removed.
        network.portgroup-renamed  A distributed port group was renamed.
        network.portgroup-restored  A distributed port group was restored.
        network.recovered  A host's management network was recovered.
        network.redundancy-degraded  Uplinks were lost; others are left.
        network.redundancy-lost  Only one uplink is left.
        network.redundancy-restored  A network has its uplinks again.
        network.reservation-satisfied  The bandwidth reserved for guests is there again.
        network.reservation-violated  The bandwidth reserved for guests is not there.
        network.rolled-back  A change that cut off a host was rolled back.
        network.switch-created  A distributed switch was created.
        network.switch-imported  A distributed switch was imported.
        network.switch-merged  A distributed switch was merged into another.
        network.switch-reconfigured  The configuration of a distributed switch changed.
        network.switch-removed  A distributed switch was removed.
        network.switch-renamed  A distributed switch was renamed.
        network.switch-restored  A distributed switch was restored.
        network.switch-upgrade-available  An upgrade of a distributed switch is available.
        network.switch-upgrade-rejected  An upgrade of a distributed switch was rejected.
        network.switch-upgrade-started  A distributed switch is being upgraded.
        network.switch-upgraded  A distributed switch was upgraded.
        network.teaming-matched  The teaming policies of switch and uplinks agree.
        network.teaming-mismatched  The teaming policies of switch and uplinks differ.
        network.vlan-trunked  The uplink carries a VLAN.
        network.vlan-untrunked  The uplink does not carry a VLAN.

        alarm.acknowledged  Somebody acknowledged an alarm.
        alarm.action-triggered  An alarm started an action.
        alarm.cleared  Somebody cleared an alarm.
        alarm.created  An alarm was defined.
        alarm.email-failed  A mail about an alarm could not be sent.
        alarm.email-sent  A mail about an alarm was sent.
        alarm.other  Something happened to an alarm that has no type of its own.
        alarm.reconfigured  The definition of an alarm changed.
        alarm.removed  The definition of an alarm was removed.
        alarm.script-completed  The script of an alarm ran.
        alarm.script-failed  The script of an alarm failed.
        alarm.status-changed  An alarm changed its colour; red is an error, yellow a warning.
        alarm.trap-failed  An SNMP trap about an alarm could not be sent.
        alarm.trap-sent  An SNMP trap about an alarm was sent.
        alarm.triggered  An alarm without a state was triggered.

        task.created  A task was created; it may still be waiting.
        task.timed-out  A task took too long.

        scheduled-task.completed  A scheduled task finished.
        scheduled-task.created  A task was scheduled.
        scheduled-task.email-failed  A mail about a scheduled task could not be sent.
        scheduled-task.email-sent  A mail about a scheduled task was sent.
        scheduled-task.failed  A scheduled task failed.
        scheduled-task.other  Something happened to a scheduled task that has no type of its own.
        scheduled-task.reconfigured  A scheduled task was changed.
        scheduled-task.removed  A scheduled task was removed.
        scheduled-task.started  A scheduled task started.

        session.access-denied  A user without any permission tried to log in.
        session.logged-in  A user logged in.
        session.logged-out  A user logged out.
        session.login-failed  A login failed: an unknown name or a wrong password.
        session.login-repeated  A session logged in that was logged in already.
        session.message-changed  The message shown to all users changed.
        session.other  Something happened to a session that has no type of its own.
        session.terminated  A session was ended by another user.

        permission.added  A permission was given.
        permission.changed  A permission was changed.
        permission.denied  An operation was refused for want of a permission.
        permission.other  Something happened to permissions that has no type of its own.
        permission.removed  A permission was taken away.
        permission.role-added  A role was added.
        permission.role-changed  A role was changed.
        permission.role-removed  A role was removed.

        license.added  A licence was added.
        license.assigned  A licence was assigned.
        license.assignment-failed  A licence could not be assigned.
        license.edition-invalid  The edition of a licence does not allow a feature.
        license.expired  A licence expired.
        license.expiring  A licence will expire soon.
        license.guests-covered  All guests are licensed.
        license.guests-uncovered  There are guests without a licence.
        license.host-information-missing  A host did not tell what its licence needs.
        license.host-limit-reached  The licence allows no more hosts.
        license.missing  A feature is used without a licence.
        license.other  Something happened to licences that has no type of its own.
        license.removed  A licence was removed.
        license.restricted  A licence forbids what was asked.
        license.server-available  The licence server answers.
        license.server-unavailable  The licence server does not answer.
        license.unassigned  A licence was taken back.
        license.violated  More is in use than the licences allow.

        profile.associated  A profile was attached to something.
        profile.changed  A profile was changed.
        profile.created  A profile was created.
        profile.dissociated  A profile was detached from something.
        profile.other  Something happened to profiles that has no type of its own.
        profile.reference-host-changed  The reference host of a profile changed.
        profile.removed  A profile was removed.

        custom-field.added  A custom field was defined.
        custom-field.other  Something happened to a custom field that has no type of its own.
        custom-field.removed  The definition of a custom field was removed.
        custom-field.renamed  A custom field was renamed.
        custom-field.value-changed  The value of a custom field changed.

        tag.attached  A tag was attached.
        tag.detached  A tag was detached.

        library.change-failed  A change of a content library or registry failed.
        library.changed  A content library or registry was changed, or used.

        update.failed  Scanning, staging or installing updates failed.
        update.reported  The update service reported its progress.

        replication.caught-up  A replica is as fresh as it should be again.
        replication.delayed  A replica is older than it should be.
        replication.failed  Replication, protection or recovery failed.
        replication.reported  A replication or recovery service reported what it does.

        vcenter.backup-completed  The server's backup finished.
        vcenter.backup-failed  The server's backup failed.
        vcenter.certificate-change-failed  A certificate of the server could not be replaced or used.
        vcenter.certificate-changed  A certificate of the server was replaced.
        vcenter.certificate-expiring  A certificate of the server will expire soon.
        vcenter.event-keys-exhausted  The server's event counter is about to wrap.
        vcenter.events-compressed  The server stored a burst of like events as one.
        vcenter.failed-over  The server's high availability failed over.
        vcenter.failover-failed  The server's high availability could not fail over.
        vcenter.ha-changed  The state of the server's high availability changed.
        vcenter.health-changed  The health of the server or of one of its services changed.
        vcenter.inventory-unreadable  The inventory of hosts could not be read.
        vcenter.other  Something happened to the server that has no type of its own.
        vcenter.password-expiring  The root password of the server expired or will soon.
        vcenter.started  The server started.
        vcenter.upgrade-reported  An upgrade reported what it does.
        """
}
