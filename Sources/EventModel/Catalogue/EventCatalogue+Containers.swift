extension EventCatalogue {
    /// What containers, and virtual machines outside vSphere, have to tell: see `GuestFact`, `InventoryObject` and the
    /// collectors.
    ///
    /// One line for each type: the type, two spaces, one sentence.
    static let containers = """
        container.created  A container was created.
        container.described  More became known of the container, or changed: its name, image or labels.
        container.discovered  The container was running already when the agent first looked.
        container.exec-ended  A program that was run in the container besides its own ended.
        container.exec-started  A program is run in the container besides its own.
        container.exited  The first process of the container ended; the event tells its exit code or signal.
        container.failed  The container ended because of an error.
        container.halted  The container was shut down from inside.
        container.health-changed  The container's health check says something else than before.
        container.init-pid-found  The first process of the container is known.
        container.interface-added  The container got a network interface.
        container.interface-down  A network interface of the container is down.
        container.interface-removed  The container lost a network interface.
        container.interface-renamed  A network interface of the container was renamed.
        container.interface-up  A network interface of the container is up.
        container.killed  A signal was sent to the container through its engine.
        container.moved  The container was moved to another cgroup.
        container.oom-killed  The kernel killed a process of the container for want of memory.
        container.other  Something happened to a container that has no type of its own.
        container.paused  The processes of the container were frozen.
        container.pressure-eased  The container waits less than its limit for CPU, memory or IO again.
        container.pressure-exceeded  The container waits more than its limit for CPU, memory or IO.
        container.rebooted  The container was restarted from inside.
        container.removed  A container was removed.
        container.renamed  The container was given another name.
        container.restarted  The container was restarted through its engine.
        container.resumed  The suspended container goes on.
        container.scheduled  The container was given CPUs to run on.
        container.started  The container was started.
        container.stopped  The container was stopped.
        container.suspended  The container was suspended: its memory was written out.

        vm.clock-changed  The guest set the clock of the virtual machine.
        vm.console-progressed  Somebody reached the remote console, and is about to open it.
        vm.crashed  The process that carries the virtual machine ended without shutting it down: killed, or crashed.
        vm.device-changed  Something about a device of the virtual machine changed.
        vm.device-removal-failed  The guest did not let go of a device, or could not.
        vm.device-removed  The virtual machine lost a device.
        vm.disk-export-removed  A disk is not offered to others any more.
        vm.disk-threshold-exceeded  The virtual machine wrote beyond a threshold of a disk.
        vm.dumped  The memory of the virtual machine was written to a file.
        vm.fell-asleep  The guest put the virtual machine to sleep (ACPI S3 or S4).
        vm.guest-port-closed  The guest closed a port to the host, such as that of its agent.
        vm.guest-port-opened  The guest opened a port to the host, such as that of its agent.
        vm.halted  The virtual machine was shut down from inside.
        vm.init-pid-found  The process that carries the virtual machine is known.
        vm.interface-added  The virtual machine got a network interface.
        vm.interface-changed  Something about a network interface of the virtual machine changed.
        vm.interface-down  A network interface of the virtual machine is down.
        vm.interface-removed  The virtual machine lost a network interface.
        vm.interface-renamed  A network interface of the virtual machine was renamed.
        vm.interface-up  A network interface of the virtual machine is up.
        vm.job-cancelled  A background job of the virtual machine was cancelled.
        vm.job-changed  A background job of the virtual machine is in another state.
        vm.job-ended  A background job of the virtual machine is done.
        vm.job-failed  A background job of the virtual machine failed.
        vm.job-started  A background job of the virtual machine started: a backup, a copy of a disk, a snapshot.
        vm.job-warned  A background job of the virtual machine met an error.
        vm.memory-changed  The virtual machine has another amount of memory.
        vm.memory-failed  Memory of the virtual machine, or below it, failed.
        vm.migration-progressed  A migration of the virtual machine came to its next step.
        vm.paused  The virtual machine was held by its host: by an order, an error of its disk, a crash of its guest.
        vm.rebooted  The virtual machine was restarted from inside.
        vm.resumed  The paused virtual machine goes on.
        vm.scheduled  The virtual machine was given CPUs to run on.
        vm.snapshot-created  A snapshot of the virtual machine was made.
        vm.snapshot-failed  A snapshot could not be made or removed.
        vm.snapshot-removed  A snapshot of the virtual machine was removed.
        vm.tray-closed  A drive of the virtual machine was closed.
        vm.tray-opened  A drive of the virtual machine was opened.
        vm.watchdog-expired  The guest did not feed its watchdog in time; the event tells what follows.
        vm.woke-up  The sleeping virtual machine woke up.

        engine.object-changed  A pod, an image, a network, a volume or the engine itself changed.
        engine.object-created  A pod, an image, a network or a volume was created.
        engine.object-removed  A pod, an image, a network or a volume was removed.
        engine.stopped  The engine that runs the containers says that it is shutting down.

        inventory.object-added  A pool, user, group or guest stands in the list of a system from now on.
        inventory.object-removed  A pool, user, group or guest is gone from the list of a system.
        """
}
