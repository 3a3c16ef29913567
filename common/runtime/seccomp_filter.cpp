#include "common/runtime/seccomp_filter.hpp"

#include <array>
#include <cstddef>
#include <cstdint>
#include <linux/audit.h>
#include <linux/filter.h>
#include <linux/seccomp.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <vector>

namespace common::runtime {

namespace {

#if defined(__x86_64__)
constexpr std::uint32_t native = AUDIT_ARCH_X86_64;
constexpr std::uint32_t foreign_bit = 0x40000000;  // the x32 calls
#elif defined(__aarch64__)
constexpr std::uint32_t native = AUDIT_ARCH_AARCH64;
constexpr std::uint32_t foreign_bit = 0;
#else
constexpr std::uint32_t native = 0;
constexpr std::uint32_t foreign_bit = 0;
#endif

constexpr std::array forbidden{
    // other programs
    SYS_execve, SYS_execveat, SYS_ptrace, SYS_process_vm_readv, SYS_process_vm_writev,
    // the file systems and namespaces
    SYS_mount, SYS_umount2, SYS_pivot_root, SYS_chroot, SYS_setns, SYS_unshare, SYS_open_by_handle_at,
    SYS_swapon, SYS_swapoff, SYS_quotactl, SYS_move_mount, SYS_fsopen, SYS_fsconfig, SYS_fsmount,
    SYS_open_tree, SYS_mount_setattr,
    // the kernel itself
    SYS_init_module, SYS_finit_module, SYS_delete_module, SYS_kexec_load, SYS_reboot, SYS_bpf,
    SYS_perf_event_open, SYS_userfaultfd, SYS_add_key, SYS_request_key, SYS_keyctl, SYS_acct,
    SYS_io_uring_setup, SYS_io_uring_enter, SYS_io_uring_register,
    // the machine's clock and names, and who this process is
    SYS_settimeofday, SYS_clock_settime, SYS_clock_adjtime, SYS_adjtimex, SYS_sethostname, SYS_setdomainname,
    SYS_setuid, SYS_setgid, SYS_setreuid, SYS_setregid, SYS_setresuid, SYS_setresgid, SYS_setgroups,
    SYS_personality};

sock_filter load(std::size_t offset) {
    return BPF_STMT(BPF_LD | BPF_W | BPF_ABS, static_cast<std::uint32_t>(offset));
}

sock_filter answer(std::uint32_t what) {
    return BPF_STMT(BPF_RET | BPF_K, what);
}

constexpr std::uint32_t refuse = SECCOMP_RET_ERRNO | 1;  // EPERM

}  // namespace

bool install_seccomp_filter() {
    if (native == 0) return false;
    std::vector<sock_filter> program{load(offsetof(seccomp_data, arch)),
                                     BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, native, 1, 0),
                                     answer(SECCOMP_RET_KILL_PROCESS), load(offsetof(seccomp_data, nr))};
    if (foreign_bit != 0) {
        program.push_back(BPF_JUMP(BPF_JMP | BPF_JGE | BPF_K, foreign_bit, 0, 1));
        program.push_back(answer(refuse));
    }
    for (const auto number : forbidden) {
        program.push_back(BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, static_cast<std::uint32_t>(number), 0, 1));
        program.push_back(answer(refuse));
    }
    program.push_back(answer(SECCOMP_RET_ALLOW));
    const sock_fprog filter{.len = static_cast<unsigned short>(program.size()), .filter = program.data()};
    return ::prctl(PR_SET_SECCOMP, SECCOMP_MODE_FILTER, &filter, 0, 0) == 0;
}

}  // namespace common::runtime
