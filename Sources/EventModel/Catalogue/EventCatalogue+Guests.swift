extension EventCatalogue {
    /// What happens to guests, to the agent, and what no other family takes.
    ///
    /// One line for each type: the type, two spaces, one sentence.
    static let guests = """
        vm.app-health-changed  The health that an application in the guest reports changed.
        vm.app-heartbeat-lost  An application in the guest stopped sending heartbeats.
        vm.clock-rolled-back  The host's date went back, and the virtual machine's with it.
        vm.clone-failed  Cloning failed.
        vm.clone-started  Cloning started.
        vm.clone-warned  Cloning went on with a warning.
        vm.cloned  A clone was made; the event is about the clone or, from its side, the source.
        vm.config-missing  The configuration file was not found.
        vm.connected  The virtual machine can be managed again.
        vm.console-connected  Somebody opened the remote console.
        vm.console-disconnected  Somebody closed the remote console.
        vm.converted-from-template  A template was made a virtual machine.
        vm.converted-to-template  A virtual machine was made a template.
        vm.created  A virtual machine was created.
        vm.creation-failed  Creating a virtual machine failed.
        vm.creation-started  Creating a virtual machine started.
        vm.customization-failed  Customizing the guest operating system failed.
        vm.customization-started  Customizing the guest operating system started.
        vm.customized  The guest operating system was customized.
        vm.deployed  A virtual machine was deployed from a template.
        vm.deployment-failed  Deploying from a template failed.
        vm.deployment-started  Deploying from a template started.
        vm.disconnected  The virtual machine cannot be managed: its host is not connected.
        vm.discovered  A virtual machine was found on a host.
        vm.disk-consolidated  The redo logs of the disks were consolidated.
        vm.disk-consolidation-failed  Consolidating the disks failed.
        vm.disk-consolidation-needed  The disks need consolidation.
        vm.disk-consolidation-settled  The disks need no consolidation any more.
        vm.disk-failed  A virtual disk failed.
        vm.drs-recommendation-missing  DRS found nowhere to move the virtual machine to for its host's maintenance.
        vm.drs-rule-satisfied  The virtual machine keeps a placement rule again.
        vm.drs-rule-violated  The virtual machine breaks a placement rule.
        vm.encryption-failed  Encrypting, decrypting or changing keys failed.
        vm.evc-mode-exceeded  The virtual machine needs CPU features beyond the cluster's EVC mode.
        vm.ft-failed-over  The fault-tolerant secondary took over as primary.
        vm.ft-failover-failed  The fault-tolerant secondary could not take over.
        vm.ft-restarts-exhausted  Fault tolerance gave up restarting a secondary or primary.
        vm.ft-secondary-added  A fault-tolerant secondary was added.
        vm.ft-secondary-disabled  The fault-tolerant secondary was disabled.
        vm.ft-secondary-enabled  The fault-tolerant secondary was enabled.
        vm.ft-secondary-host-missing  No host can run the fault-tolerant secondary.
        vm.ft-secondary-start-failed  Starting the fault-tolerant secondary failed.
        vm.ft-secondary-start-started  The fault-tolerant secondary is being started.
        vm.ft-secondary-started  The fault-tolerant secondary runs.
        vm.ft-secondary-update-failed  The configuration of the fault-tolerant secondary could not be updated.
        vm.ft-state-changed  The state of fault tolerance changed.
        vm.ft-terminated  Fault tolerance ended a virtual machine of a pair.
        vm.ft-turned-off  Fault tolerance was turned off.
        vm.guest-crashed  The guest operating system crashed.
        vm.guest-operation-performed  Somebody ran an operation inside the guest operating system.
        vm.guest-operation-refused  An operation inside the guest operating system was refused: wrong credentials.
        vm.guest-os-unsupported  The virtual machine starts with a guest operating system its host does not support.
        vm.guest-reboot-failed  The guest operating system could not be told to reboot.
        vm.guest-reboot-started  The guest operating system was told to reboot.
        vm.guest-shutdown-failed  The guest operating system could not be told to shut down.
        vm.guest-shutdown-started  The guest operating system was told to shut down.
        vm.guest-standby-failed  The guest operating system could not be told to stand by.
        vm.guest-standby-started  The guest operating system was told to stand by.
        vm.ha-power-off-failed  High availability could not power off a guest that lost its storage.
        vm.ha-powered-off  High availability powered off the virtual machine: host isolated or storage gone.
        vm.ha-protected  High availability will restart the virtual machine after a failure.
        vm.ha-reset  High availability reset the virtual machine: its guest showed no life.
        vm.ha-reset-failed  High availability could not reset the virtual machine.
        vm.ha-restart-failed  High availability could not restart the virtual machine.
        vm.ha-restarted  High availability restarted the virtual machine on another host.
        vm.ha-restarts-exhausted  High availability gave up restarting the virtual machine.
        vm.ha-shut-down  High availability shut down the guest: its host is isolated.
        vm.ha-unprotected  High availability will not restart the virtual machine after a failure.
        vm.ha-update-failed  The agents of high availability could not be told the virtual machine's state.
        vm.ha-updated  The agents of high availability know the virtual machine's state again.
        vm.hardware-upgrade-failed  Upgrading the virtual hardware failed.
        vm.hardware-upgrade-started  Upgrading the virtual hardware started.
        vm.hardware-upgraded  The virtual hardware was upgraded.
        vm.instance-uuid-assigned  The virtual machine got its instance UUID.
        vm.instance-uuid-changed  The instance UUID changed.
        vm.instance-uuid-conflict-found  Two virtual machines have one instance UUID.
        vm.killed  The host ended the virtual machine by force.
        vm.locked  An encrypted virtual machine is locked: its keys are missing.
        vm.mac-assigned  A network adapter got its MAC address.
        vm.mac-changed  The MAC address of a network adapter changed.
        vm.mac-conflict-found  Two virtual machines have one MAC address.
        vm.message-answered  A question of the virtual machine was answered automatically.
        vm.message-logged  The virtual machine, or a user about it, logged a message.
        vm.migrated  The virtual machine moved to another host.
        vm.migration-check-failed  A check found that the virtual machine cannot be migrated.
        vm.migration-check-warned  A check found a possible problem for a migration.
        vm.migration-failed  A migration failed.
        vm.migration-started  A migration started.
        vm.network-lost  The virtual machine lost its network.
        vm.orphaned  The virtual machine is in the inventory but on no host.
        vm.other  Something happened to a virtual machine that has no type of its own.
        vm.power-off-failed  Powering off failed.
        vm.power-off-started  Powering off started.
        vm.power-on-failed  Powering on failed.
        vm.power-on-started  Powering on started.
        vm.powered-off  The virtual machine was powered off.
        vm.powered-on  The virtual machine was powered on.
        vm.reconfiguration-failed  Reconfiguring failed.
        vm.reconfigured  The configuration changed.
        vm.recording-ended  Recording the execution ended.
        vm.recording-started  Recording the execution started.
        vm.registered  A virtual machine was added to the inventory.
        vm.registration-failed  A virtual machine could not be added to the inventory.
        vm.relaid-out  The files were brought to the current layout.
        vm.relayout-failed  The files could not be brought to the current layout.
        vm.reload-failed  The configuration could not be read anew.
        vm.reloaded  The configuration was read anew from its path.
        vm.relocated  The virtual machine's storage, perhaps with the virtual machine, moved.
        vm.relocation-failed  Moving the virtual machine's storage failed.
        vm.relocation-started  Moving the virtual machine's storage started.
        vm.removed  A virtual machine was removed from the inventory.
        vm.renamed  The virtual machine was renamed.
        vm.replay-ended  Replaying a recorded execution ended.
        vm.replay-started  Replaying a recorded execution started.
        vm.reset  The virtual machine was reset.
        vm.reset-failed  A reset failed.
        vm.resource-pool-changed  The virtual machine moved to another resource pool.
        vm.resources-insufficient  There are not enough resources to start the virtual machine.
        vm.resources-reallocated  Shares, reservations or limits changed.
        vm.resume-started  The suspended virtual machine is being resumed.
        vm.snapshot-refused  A snapshot was refused.
        vm.snapshot-revert-failed  Going back to a snapshot failed.
        vm.snapshot-reverted  The virtual machine went back to a snapshot.
        vm.storage-compliance-changed  Whether the storage keeps its policy changed.
        vm.storage-lost  The virtual machine lost a datastore.
        vm.storage-recovered  A lost datastore of the virtual machine came back.
        vm.suspend-failed  Suspending failed.
        vm.suspend-started  Suspending started.
        vm.suspended  The virtual machine was suspended.
        vm.template-upgrade-failed  Upgrading a template failed.
        vm.template-upgrade-started  Upgrading a template started.
        vm.template-upgraded  A template was upgraded.
        vm.terminated  The virtual machine was ended by force on somebody's order.
        vm.termination-failed  The virtual machine could not be ended by force.
        vm.ticket-acquired  Somebody got a ticket for the console or another service of the virtual machine.
        vm.unlocked  A locked encrypted virtual machine was unlocked.
        vm.uuid-assigned  The virtual machine got its BIOS UUID.
        vm.uuid-changed  The BIOS UUID changed.
        vm.uuid-conflict-found  Two virtual machines have one BIOS UUID.
        vm.wwn-assigned  The virtual machine got a World Wide Name.
        vm.wwn-changed  A World Wide Name of the virtual machine changed.
        vm.wwn-conflict-found  A World Wide Name of the virtual machine is in use elsewhere.

        agent.collector-failed  A collector could not read its source and will try again.
        agent.collector-gap  Events of a source could not be read: the event tells both ends of the gap.
        agent.collector-line-refused  A collector could not read what its source said; it is kept in the event's data.
        agent.collector-limited  A collector cannot see all it should; the event tells what, and why.
        agent.collector-recovered  A collector reads its source again.
        agent.command-done  A command given to the agent was performed.
        agent.command-failed  A command given to the agent failed; the event tells the reason.
        agent.command-started  A command was given to the agent.
        agent.entries-dropped  The journal let go entries that a sink had not acknowledged.
        agent.entry-damaged  An entry of the journal cannot be read back; this stands in its place.
        agent.replay-line-refused  A line of a replayed file is no event; it is kept in the event's data.
        agent.sink-failed  A sink could not deliver and will try again.
        agent.sink-recovered  A sink delivers again.
        agent.started  The agent started.
        agent.stopped  The agent stopped.

        broker.other  A message of a broker is no event of ours; it is kept in the event's data.

        vsphere.message-logged  A user logged a message.
        vsphere.other  Something happened that has no type of its own, or could not be read as it should be.
        """
}
