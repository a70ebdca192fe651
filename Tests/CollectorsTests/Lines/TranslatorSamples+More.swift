extension TranslatorSamples {
    static let vobd = TranslatorSample(
        translator: "esxi-vobd", path: "/var/log/vobd.log",
        text: """
            2020-04-30T07:25:58.464Z: [netCorrelator] 842us: [vob.net.pg.uplink.transition.down] Uplink: vmnic6 is down.
            2020-04-30T07:25:58.465Z: [netCorrelator] 843us: [vob.net.vmnic.linkstate.down] vmnic vmnic6 linkstate down
            2020-04-30T07:26:00.002Z: [netCorrelator] 844us: [esx.problem.net.redundancy.lost] Lost uplink redundancy on "vSwitch0".
            2020-04-30T07:26:01.002Z: [x] 845us: [esx.problem.nobody.knows] Something.
            2020-04-30T07:26:02.002Z In(14) vobd[2097]:  [UserLevelCorrelator] 846us: [esx.audit.ssh.enabled] SSH access has been enabled.
            """,
        told: [
            "network.link-down - 2020-04-30T07:25:58.465Z warning",
            "network.redundancy-lost - 2020-04-30T07:26:00.002Z warning",
            "host.other - 2020-04-30T07:26:01.002Z warning",
            "host.ssh-enabled - 2020-04-30T07:26:02.002Z warning",
        ])

    static let vmkernel = TranslatorSample(
        translator: "esxi-vmkernel", path: "/var/log/vmkernel.log",
        text: """
            2018-07-05T20:58:06.093Z cpu27:66317)<6>igb: vmnic3 NIC Link is Down
            2018-07-05T21:02:41.727Z cpu28:66315)<6>igb: vmnic3 NIC Link is Up 1000 Mbps Full Duplex
            2018-07-06T21:02:01.202Z cpu28:66292)WARNING: iscsi_vmk: vmhba64:CH:0 T:0 CN:0: iSCSI connection is being marked "OFFLINE" (Event:6)
            2018-07-06T21:02:11.204Z cpu0:65641)HBX: 6214: APD EventType: APD_START (3) for vol 'iSCSI'
            2018-07-06T21:02:22.559Z cpu2:65629)HBX: 6214: APD EventType: APD_EXIT (4) for vol 'iSCSI'
            2023-08-08T15:08:36.834Z Wa(180) vmkwarning: cpu0:263421 opID=a03f)WARNING: Sched: vm 265285: could not create container group
            2023-08-08T15:08:37.834Z In(182) vmkernel: cpu0:263421)nothing of note
            """,
        told: [
            "network.link-down - 2018-07-05T20:58:06.093Z warning", "network.link-up - 2018-07-05T21:02:41.727Z info",
            "storage.connectivity-lost - 2018-07-06T21:02:01.202Z error",
            "storage.all-paths-down - 2018-07-06T21:02:11.204Z error",
            "storage.all-paths-recovered - 2018-07-06T21:02:22.559Z info",
            "host.message-logged - 2023-08-08T15:08:36.834Z warning",
        ])

    static let vmware = TranslatorSample(
        translator: "vmware-log", path: "/vmfs/volumes/x/db1/vmware-3.log",
        text: """
            2016-08-30T16:02:43.217-07:00| vcpu-0| I125: Guest: <4>[    1.12] VFS: Cannot open root device
            2016-08-30T16:02:43.220-07:00| vcpu-0| I125: Guest: <0>[1.12] Kernel panic - not syncing: VFS
            2017-04-06T17:23:14.698Z| vcpu-0| I125: GuestMsg: Too many channels opened.
            vcpu-0| E105: PANIC: too many locks!
            vcpu-0| W115: A core file is available in "/vmfs/volumes/x/db1/vmx-zdump.000"
            """,
        told: [
            "vm.guest-crashed vm/db1 2016-08-30T23:02:43.22Z error",
            "vm.message-logged vm/db1 2017-04-06T17:23:14.698Z info",
            "vm.other vm/db1 read critical", "vm.message-logged vm/db1 read error",
        ])

    static let vmware8 = TranslatorSample(
        translator: "vmware-log", path: "/vmfs/volumes/x/db 2/vmware.log",
        text: """
            2023-10-11T07:41:35.712Z In(05) vmx - Log for VMware ESX pid=1 version=8.0.1
            2023-10-11T07:41:36.712Z Er(02) vcpu-0 - Disk is gone
            """, told: ["vm.message-logged vm/db 2 2023-10-11T07:41:36.712Z error"])

    static let proxmox = TranslatorSample(
        translator: "proxmox-tasks", path: "/var/log/syslog",
        text: """
            Nov 09 03:05:39 pve pvedaemon[30421]: <root@pam> starting task UPID:pve:000079D3:00083FE1:654BDC03:vncproxy:103:root@pam:
            Nov 10 23:01:40 pve pve-guests[1343]: <root@pam> starting task UPID:pve:00000540:00000502:69D41F34:qmstart:1001:root@pam:
            Nov 10 23:01:45 pve pve-guests[1343]: <root@pam> end task UPID:pve:00000540:00000502:69D41F34:qmstart:1001:root@pam: OK
            Nov 10 23:02:00 pve pvedaemon[1344]: <eva@pve> end task UPID:pve:00000541:00000502:69D41F34:qmstop:1001:eva@pve: got timeout
            Nov 10 23:02:01 pve pvescheduler[2524142]: VM 101 qmp command failed - VM 101 qmp command 'guest-ping' failed - got timeout
            Nov 10 23:02:02 pve systemd[1]: Started 1001.scope.
            2026-11-11T01:00:00.5+01:00 pve pvedaemon[1]: <root@pam> end task UPID:pve:00000542:100000502:69D41F34:vzdump:101:root@pam: job errors
            """,
        told: [
            "vm.power-on-started vm/1001 2026-11-10T23:01:40Z info", "vm.powered-on vm/1001 2026-11-10T23:01:45Z info",
            "vm.power-off-failed vm/1001 2026-11-10T23:02:00Z error",
            "vm.message-logged vm/101 2026-11-10T23:02:01Z warning",
            "host.message-logged - 2026-11-11T00:00:00.5Z warning",
        ])

    static let proxmoxIndex = TranslatorSample(
        translator: "proxmox-tasks", path: "/var/log/pve/tasks/index",
        text: """
            UPID:pve1:0000AB12:00CDEF34:66B00000:qmstart:110:root@pam: 66B00002 OK
            UPID:pve1:0000AB13:00CDEF35:66B00001:qmshutdown:110:root@pam: 66B00003 VM quit/powerdown failed - got timeout
            UPID:pve1:0000AB14:00CDEF36:66B00004:vzstart:200:root@pam: 66B00005 WARNINGS: 1
            UPID:pve1:0000AB15:00CDEF37:66B00005:vzdestroy:200:root@pam: 66B00006 OK
            UPID:pve1:0000AB15:00CDEF37:66B00005:vncshell::root@pam: 66B00006 OK
            """,
        told: [
            "vm.powered-on vm/110 2024-08-04T22:26:10Z info",
            "vm.guest-shutdown-failed vm/110 2024-08-04T22:26:11Z error",
            "container.started container/200 2024-08-04T22:26:13Z warning",
            "container.removed container/200 2024-08-04T22:26:14Z info",
        ])

    static let lxc = TranslatorSample(
        translator: "lxc", path: "/var/log/lxc/web1.log",
        text: """
            lxc-start web1 20261121035805.826 INFO     lxccontainer - ../src/lxc/lxccontainer.c:do_lxcapi_start:998 - Set process title to [lxc monitor] /var/lib/lxc web1
            lxc-start web1 20261121035805.900 NOTICE   start - ../src/lxc/start.c:start:2204 - '/sbin/init' started with pid '17391'
            lxc-start web1 20261121044352.424 DEBUG    start - ../src/lxc/start.c:signal_handler:464 - Container init process 17391 exited
            lxc-start web1 20261121044352.424 DEBUG    start - ../src/lxc/start.c:__lxc_start:2140 - Hangup(1) - Container "web1" is rebooting
            lxc-start web1 20261121044355.851 DEBUG    start - ../src/lxc/start.c:__lxc_start:2147 - Killed(9) - Container "web1" init exited
            lxc-start web1 20261121044356.851 DEBUG    start - ../src/lxc/start.c:__lxc_start:2137 - Interrupt(2) - Container "web1" is halting
            lxc-start web1 20261121044357.000 ERROR    conf - ../src/lxc/conf.c:mount_entry:2464 - No such file or directory - Failed to mount
            """,
        told: [
            "container.started container/web1 2026-11-21T03:58:05.9Z info",
            "container.rebooted container/web1 2026-11-21T04:43:52.424Z notice",
            "container.exited container/web1 2026-11-21T04:43:55.851Z info",
            "container.halted container/web1 2026-11-21T04:43:56.851Z notice",
            "container.other container/web1 2026-11-21T04:43:57Z error",
        ])

    static let cri = TranslatorSample(
        translator: "kubelet-cri", path: "/var/log/pods/shop_web-7d4_8e1f/nginx/0.log",
        text: """
            2026-11-21T05:14:51.298330797+00:00 stdout F hello
            2026-11-21T05:14:51.300692923+00:00 stdout P xxx
            2026-11-21T05:14:51.300931849+00:00 stderr F err
            2026-11-21T05:14:51.301458785+00:00 stdout F\(" ")
            2026-11-21T05:14:51.301507979+00:00 stdout P last
            """,
        told: [
            "log.line container/8e1f/nginx 2026-11-21T05:14:51.298330797Z info",
            "log.line container/8e1f/nginx 2026-11-21T05:14:51.300931849Z info",
            "log.line container/8e1f/nginx 2026-11-21T05:14:51.300692923Z info",
            "log.line container/8e1f/nginx 2026-11-21T05:14:51.301507979Z info",
        ])

    static let kubelet = TranslatorSample(
        translator: "kubelet-cri", path: "/var/log/kubelet.log",
        text: """
            I1121 05:14:51.298330    1234 kubelet.go:2137] "SyncLoop (PLEG): event for pod" pod="shop/web-7d4" event={"ID":"8e1f","Type":"ContainerStarted","Data":"c0ffee"}
            I1121 05:14:52.298330    1234 kubelet.go:2137] "SyncLoop (PLEG): event for pod" pod="shop/web-7d4" event={"ID":"8e1f","Type":"ContainerDied","Data":"c0ffee"}
            E1121 05:14:53.298330    1234 pod_workers.go:965] "Error syncing pod, skipping" err="CrashLoopBackOff"
            I1121 05:14:54.298330    1234 kubelet.go:1] nothing
            Nov 21 05:14:55 node1 kubelet[1234]: W1121 05:14:55.298330    1234 x.go:1] careful
            """,
        told: [
            "container.started container/c0ffee 2026-11-21T05:14:51.29833Z info",
            "container.exited container/c0ffee 2026-11-21T05:14:52.29833Z info",
            "host.message-logged - 2026-11-21T05:14:53.29833Z error",
            "host.message-logged - 2026-11-21T05:14:55.29833Z warning",
        ])

    static let audit = TranslatorSample(
        translator: "auditd-virt", path: "/var/log/audit/audit.log",
        text: """
            type=VIRT_RESOURCE msg=audit(1795241500.100:12): pid=1 uid=0 msg='virt=kvm resrc=disk reason=start vm="db 1" uuid=0a1b-2 old-disk="?" new-disk="/a" exe="/usr/sbin/libvirtd" res=success'
            type=VIRT_CONTROL msg=audit(1795241501.200:13): pid=1 uid=0 msg='virt=kvm op=start reason=booted vm=6462203120C3A4 uuid=0a1b-2 vm-pid=77 exe="/usr/sbin/libvirtd" hostname=? addr=? terminal=? res=success'
            type=VIRT_RESOURCE msg=audit(1795241502.100:14): pid=1 uid=0 msg='virt=kvm resrc=net reason=attach vm="db 1" uuid=0a1b-2 res=failed'
            type=VIRT_CONTROL msg=audit(1795241503.200:15): pid=1 uid=0 msg='virt=lxc op=stop reason=shutdown vm="ct" uuid=9 res=success'
            type=VIRT_CONTROL msg=audit(1506321923.246:470): pid=1182 uid=0 msg='reason=api vm-pid=10657 hostname=1235c5a6476b op=resize vm=centos:7 user=origin auid=1000 exe=sleep  exe="/usr/bin/dockerd-current" hostname=? res=success'
            type=SYSCALL msg=audit(1795241504.200:16): arch=c000003e
            """,
        told: [
            "vm.powered-on vm/0a1b-2 2026-11-21T06:11:41.2Z info",
            "vm.reconfiguration-failed vm/0a1b-2 2026-11-21T06:11:42.1Z error",
            "container.stopped container/9 2026-11-21T06:11:43.2Z info",
            "container.other container/1235c5a6476b 2017-09-25T06:45:23.246Z info",
        ])

    static let xen = TranslatorSample(
        translator: "xen-xl", path: "/var/log/xen/xl-db 1.log",
        text: """
            Waiting for domain db 1 (domid 8) to die [pid 3113]
            Domain 8 has shut down, reason code 1 0x1
            Action for shutdown reason code 1 is restart
            Done. Rebooting now
            Domain 9 has shut down, reason code 0 0x0
            Domain 9 has shut down, reason code 3 0x3
            """,
        told: [
            "vm.powered-on vm/db 1 read info", "vm.rebooted vm/db 1 read notice", "vm.powered-off vm/db 1 read info",
            "vm.guest-crashed vm/db 1 read error",
        ])
}
