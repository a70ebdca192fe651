import Collectors
import EventModel
import Platform

extension FuzzTarget {
    /// What the kernel says through its sockets and in its log, and how others tell of ends in theirs.
    static let kernel: [FuzzTarget] = [
        FuzzTarget(name: "kernel-messages", seeds: { _ in [link + end, connector, notice + notice] }) { bytes in
            // No message is shorter than its header.
            check(RouteMessage.messages(in: bytes).count <= bytes.count / 16 + 1, "messages take room")
            check(ProcessNotice.notices(in: bytes).count <= bytes.count / 16 + 1, "notices take room")
            for notice in Inotify.notices(in: bytes) {
                check(!notice.name.contains(0), "a name ends before its zeros")
            }
        },
        FuzzTarget(name: "endings", seeds: endings) { bytes in
            if let kill = OutOfMemoryLine.read(bytes) {
                check(!kill.constraint.contains(","), "a constraint is one word")
            }
            _ = LXCLog.ending(of: 17_391, in: bytes)
            _ = LibvirtEnding.last(in: bytes)?.time.rfc3339
        },
    ]

    private static func endings(_ files: SeedFiles) -> [[UInt8]] {
        files.lines(in: "Tests/LineSamples", "lxc.log") + files.files(in: "Tests/LineSamples", "libvirt-qemu.log")
            + files.files(in: "Tests/CollectorsTests/QEMU/Recorded", ".log")
            + seeds([
                "6,1021,90847123,-;oom-kill:constraint=CONSTRAINT_MEMCG,nodemask=(null),cpuset=/,mems_allowed=0,"
                    + "oom_memcg=/docker/a,b,task_memcg=/docker/a,b,task=d,d=1,pid=23700,uid=0\n SUBSYSTEM=x\n",
                "lxc-start web1 20261121044352.424 INFO error - error.c:42 - Child <17391> ended on signal Hangup(1)\n",
                "2026-11-21 05:30:00.012+0000: shutting down, reason=from snapshot\nx: y\n",
            ])
    }

    /// `RTM_NEWLINK` of index 7, up, called `eth0`, whose other end is 9 in namespace 1.
    private static let link: [UInt8] =
        words(60, 16, 1, 0) + words(0, 7, 1, 0) + words(0x3_0009) + seeds(["eth0\0\0\0\0"])[0]
        + words(0x5_0008, 9, 0x25_0008, 1)
    /// The number of a namespace, and the end of an answer.
    private static let end: [UInt8] = words(28, 88, 1, 0) + words(0) + words(0x1_0008, 3) + words(20, 3, 1, 0, 0)
    /// A process ended: behind the netlink header a `struct cn_msg`, then a `struct proc_event`.
    private static let connector: [UInt8] =
        words(76, 3, 1, 0) + words(1, 1, 0, 0, 40) + words(0x8000_0000, 0, 0, 0, 4711, 4711, 256, 17, 1, 1)
    /// `struct inotify_event`: a folder was made.
    private static let notice: [UInt8] = words(1, 0x4000_0100, 0, 16) + seeds(["docker-a\0\0\0\0\0\0\0\0"])[0]

    private static func words(_ words: UInt32...) -> [UInt8] {
        words.flatMap { word in (0..<4).map { UInt8(truncatingIfNeeded: word >> (8 * $0)) } }
    }
}
