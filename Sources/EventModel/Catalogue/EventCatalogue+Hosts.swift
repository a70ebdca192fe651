extension EventCatalogue {
    /// What happens to the hosts that carry guests, and to their clusters.
    ///
    /// One line for each type: the type, two spaces, one sentence.
    static let hosts = """
        host.account-changed  A local account was changed.
        host.account-created  A local account was created.
        host.account-locked  A local account was locked after failed logins.
        host.account-removed  A local account was removed.
        host.add-failed  A host could not be added to the inventory.
        host.added  A host was added to the inventory.
        host.admin-disabled  The host refuses direct administration: lockdown.
        host.admin-enabled  The host takes direct administration again.
        host.admin-enabling-failed  Direct administration could not be given back.
        host.admin-password-kept  The administrator's password is still the one it came with.
        host.agent-password-changed  The password of the management agent's account was changed.
        host.agent-restarted  The updated management agent is being restarted.
        host.agent-uninstall-failed  The management agent could not be uninstalled.
        host.agent-uninstalled  The management agent was uninstalled.
        host.agent-upgrade-failed  Upgrading the management agent failed.
        host.agent-upgraded  The management agent was upgraded.
        host.attestation-failed  The host could not prove the state of its software.
        host.audit-mode-entered  The host runs in audit mode.
        host.autostart-failed  Starting virtual machines with the host failed.
        host.booted  The host booted.
        host.certificate-changed  Certificates of the host, or how they are managed, changed.
        host.certificate-expiring  The host's certificate will expire soon.
        host.certificate-revoked  The host's certificate was revoked.
        host.clock-drifted  The host's clock was off, or was corrected.
        host.compliance-checked  The host was compared with its profile.
        host.compliant  The host agrees with its profile.
        host.configuration-applied  A configuration was applied to the host.
        host.connected  The server manages the host.
        host.connection-failed  The server could not connect to the host.
        host.connection-lost  The host does not answer.
        host.crashed  The host crashed.
        host.datastores-missing  The host has no datastore.
        host.disconnected  The host was disconnected from the server.
        host.domain-change-failed  Joining or leaving a directory domain failed.
        host.domain-changed  The host joined or left a directory domain.
        host.drs-configuration-failed  DRS could not configure resources on the host.
        host.drs-configuration-synced  DRS and the host agree on the resources again.
        host.firewall-changed  The host's firewall was changed.
        host.firewall-failed  The host's firewall could not be configured.
        host.group-joined  An account was put into a group.
        host.group-left  An account was taken out of a group.
        host.ha-disabled  High availability was disabled on the host.
        host.ha-disabling-started  High availability is being disabled on the host.
        host.ha-enabled  High availability was enabled on the host.
        host.ha-enabling-started  High availability is being enabled on the host.
        host.ha-failed  High availability on the host has an error.
        host.ha-misconfigured  The host's networks, datastores or version do not suit high availability.
        host.ha-recovered  High availability on the host has no error any more.
        host.ha-state-changed  The host's part in high availability changed.
        host.hardware-failed  Hardware of the host failed or is about to.
        host.hardware-reported  Hardware of the host reported its state.
        host.ip-changed  The host's address changed.
        host.ip-conflict-found  Another machine uses an address of the host.
        host.iscsi-boot-failed  Booting over iSCSI failed.
        host.isolation-address-unreachable  An address that tells isolation from failure does not answer.
        host.lockdown-changed  Lockdown mode, or who is exempt from it, changed.
        host.login-failed  A login on the host failed.
        host.maintenance-canceled  Entering maintenance was canceled.
        host.maintenance-entered  The host is in maintenance.
        host.maintenance-entry-started  The host is entering maintenance.
        host.maintenance-exited  The host left maintenance.
        host.maintenance-failed  Entering maintenance failed.
        host.management-redundancy-missing  The host has only one management network.
        host.message-logged  The host, or a user about it, logged a message.
        host.name-inconsistent  Names or addresses of the host do not agree.
        host.name-resolution-failed  A name or address of the host could not be resolved.
        host.non-compliant  The host differs from its profile.
        host.operation-canceled  An operation on the host was canceled.
        host.operation-timed-out  An operation on the host took too long.
        host.other  Something happened to a host that has no type of its own.
        host.overcommitted  The host has promised more resources than it has.
        host.partial-maintenance-changed  Maintenance of a part of the host changed.
        host.password-changed  The password of a local account was changed.
        host.profile-applied  A host profile was applied.
        host.reboot-requested  Somebody asked the host to reboot.
        host.removed  A host was removed from the inventory.
        host.service-crashed  A service of the host crashed.
        host.shell-disabled  The host's shell was disabled.
        host.shell-enabled  The host's shell was enabled.
        host.shut-down  The host was shut down.
        host.shutdown-requested  Somebody asked the host to shut down.
        host.software-change-failed  Installing or removing software failed.
        host.software-changed  Software was installed, updated or removed.
        host.specification-changed  The specification of a stateless host changed.
        host.specification-required  A stateless host asks for its specification.
        host.ssh-disabled  SSH was disabled.
        host.ssh-enabled  SSH was enabled.
        host.ssh-session-closed  An SSH session was closed.
        host.ssh-session-opened  An SSH session was opened.
        host.standby-entered  The host is in standby.
        host.standby-entry-started  The host is entering standby.
        host.standby-exit-failed  The host could not be woken from standby.
        host.standby-exit-started  The host is being woken from standby.
        host.standby-exited  The host left standby.
        host.status-changed  The overall status of the host changed.
        host.sync-failed  The server could not read the host's state.
        host.syslog-failed  The host could not write or send its logs.
        host.system-space-low  A file system of the host itself is full or nearly so.
        host.upgrade-failed  Upgrading the host failed.
        host.userworld-swap-missing  The host has no swap for its own processes.
        host.vnic-connected  A network interface of the host was connected to a customized port.
        host.wwn-changed  A World Wide Name of the host changed.
        host.wwn-conflict-found  A World Wide Name of the host is in use elsewhere.

        cluster.compliance-checked  The cluster was compared with its profile.
        cluster.created  A cluster was created.
        cluster.drs-disabled  DRS was disabled.
        cluster.drs-enabled  DRS was enabled.
        cluster.drs-failed  DRS could not run.
        cluster.drs-recovered  DRS runs again.
        cluster.failover-completed  High availability finished its work after a failure.
        cluster.failover-resources-insufficient  The cluster could not restart all guests after a failure.
        cluster.failover-resources-restored  The cluster could restart all guests after a failure again.
        cluster.failover-started  High availability began to restart guests after a failure.
        cluster.ha-admission-control-disabled  Admission control was disabled.
        cluster.ha-admission-control-enabled  Admission control was enabled.
        cluster.ha-agent-found  The server found the leading agent of high availability.
        cluster.ha-agent-unavailable  The server finds no leading agent of high availability.
        cluster.ha-disabled  High availability was disabled.
        cluster.ha-enabled  High availability was enabled.
        cluster.ha-heartbeat-datastores-changed  The datastores for heartbeats changed or are too few.
        cluster.host-failed  High availability found a host failed.
        cluster.host-isolated  High availability found a host isolated.
        cluster.host-monitoring-changed  Watching the hosts was turned on or off.
        cluster.host-partitioned  High availability found a host in another network partition.
        cluster.isolated  All hosts of the cluster are isolated.
        cluster.other  Something happened to a cluster that has no type of its own.
        cluster.overcommitted  The cluster has promised more resources than it has.
        cluster.reconfigured  The configuration of the cluster changed.
        cluster.removed  A cluster was removed.
        cluster.status-changed  The overall status of the cluster changed.
        cluster.vm-monitoring-changed  Watching the virtual machines was turned on or off.
        """
}
