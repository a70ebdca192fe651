extension EventCatalogue {
    /// What containers, and virtual machines outside vSphere, have to tell: see `GuestFact` and `InventoryObject`.
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

        vm.halted  The virtual machine was shut down from inside.
        vm.init-pid-found  The process that carries the virtual machine is known.
        vm.interface-added  The virtual machine got a network interface.
        vm.interface-down  A network interface of the virtual machine is down.
        vm.interface-removed  The virtual machine lost a network interface.
        vm.interface-renamed  A network interface of the virtual machine was renamed.
        vm.interface-up  A network interface of the virtual machine is up.
        vm.rebooted  The virtual machine was restarted from inside.
        vm.scheduled  The virtual machine was given CPUs to run on.

        engine.object-changed  A pod, an image, a network, a volume or the engine itself changed.
        engine.object-created  A pod, an image, a network or a volume was created.
        engine.object-removed  A pod, an image, a network or a volume was removed.
        engine.stopped  The engine that runs the containers says that it is shutting down.

        inventory.object-added  A pool, user, group or guest stands in the list of a system from now on.
        inventory.object-removed  A pool, user, group or guest is gone from the list of a system.
        """
}
