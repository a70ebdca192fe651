#define _GNU_SOURCE
#include "CLinux.h"

#include <link.h>
#include <sys/mman.h>
#include <unistd.h>

// Nothing can have changed a segment that is not writable; what relocation changes lies in writable ones. The loader
// neither adds nor removes objects while this runs.
static int release(struct dl_phdr_info *object, size_t size, void *context) {
    (void)size, (void)context;
    const uintptr_t page = (uintptr_t)sysconf(_SC_PAGESIZE) - 1;
    // The kernel's own object is no file.
    if (object->dlpi_name[0] != '\0' && object->dlpi_name[0] != '/') return 0;
    for (size_t index = 0; index < object->dlpi_phnum; index++) {
        const ElfW(Phdr) *segment = &object->dlpi_phdr[index];
        if (segment->p_type != PT_LOAD || segment->p_flags & PF_W || segment->p_memsz != segment->p_filesz) continue;
        const uintptr_t start = object->dlpi_addr + segment->p_vaddr;
        const uintptr_t first = start & ~page;
        madvise((void *)first, ((start + segment->p_memsz + page) & ~page) - first, MADV_DONTNEED);
    }
    return 0;
}

void gw_release_program_pages(void) {
    dl_iterate_phdr(release, NULL);
}
