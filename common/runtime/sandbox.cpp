#include "common/runtime/sandbox.hpp"

#include "common/runtime/seccomp_filter.hpp"
#include "common/runtime/unique_fd.hpp"

#include <array>
#include <cerrno>
#include <cstdint>
#include <fcntl.h>
#include <linux/capability.h>
#include <linux/landlock.h>
#include <sys/prctl.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

// Written by the compiler into builds that measure coverage.
extern "C" void __gcov_dump() __attribute__((weak));

namespace common::runtime {

namespace {

#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
constexpr bool sanitized = true;
#elif defined(__has_feature)
#if __has_feature(address_sanitizer) || __has_feature(thread_sanitizer) || __has_feature(memory_sanitizer)
constexpr bool sanitized = true;
#else
constexpr bool sanitized = false;
#endif
#else
constexpr bool sanitized = false;
#endif

bool needs_more_than_it_may() {
    return sanitized || &__gcov_dump != nullptr;
}

// --- Landlock (linux/landlock.h; rights newer than the header by their numbers)

constexpr std::uint64_t access_refer = 1ULL << 13;     // ABI 2
constexpr std::uint64_t access_truncate = 1ULL << 14;  // ABI 3
constexpr std::uint64_t first_rights = (1ULL << 13) - 1;
constexpr std::uint64_t read_rights = LANDLOCK_ACCESS_FS_READ_FILE | LANDLOCK_ACCESS_FS_READ_DIR;
constexpr std::uint64_t file_rights =
    LANDLOCK_ACCESS_FS_READ_FILE | LANDLOCK_ACCESS_FS_WRITE_FILE | access_truncate;
constexpr int abi_with_refer = 2;
constexpr int abi_with_truncate = 3;

int landlock_abi() {
    const auto abi = ::syscall(SYS_landlock_create_ruleset, nullptr, 0, LANDLOCK_CREATE_RULESET_VERSION);
    return abi < 0 ? 0 : static_cast<int>(abi);
}

void allow(int ruleset, const std::string& path, std::uint64_t rights) {
    const unique_fd place(::open(path.c_str(), O_PATH | O_CLOEXEC));
    struct stat info {};
    if (!place || ::fstat(place.get(), &info) != 0) return;
    if (!S_ISDIR(info.st_mode)) rights &= file_rights;
    const landlock_path_beneath_attr rule{.allowed_access = rights, .parent_fd = place.get()};
    ::syscall(SYS_landlock_add_rule, ruleset, LANDLOCK_RULE_PATH_BENEATH, &rule, 0);
}

// The ABI that is in force now; 0: none.
int enter_landlock(const sandbox_rules& rules) {
    const int abi = landlock_abi();
    // Before, nothing could be renamed from one folder to another, which is how files get their names.
    if (abi < abi_with_refer) return 0;
    std::uint64_t handled = first_rights | access_refer;
    if (abi >= abi_with_truncate) handled |= access_truncate;
    landlock_ruleset_attr attributes{};
    attributes.handled_access_fs = handled;
    const unique_fd ruleset(static_cast<int>(
        ::syscall(SYS_landlock_create_ruleset, &attributes, sizeof attributes.handled_access_fs, 0)));
    if (!ruleset) return 0;
    const std::uint64_t write_rights = handled & ~std::uint64_t{LANDLOCK_ACCESS_FS_EXECUTE};
    for (const std::string& path : rules.readable) allow(ruleset.get(), path, read_rights);
    for (const std::string& path : rules.writable) allow(ruleset.get(), path, write_rights);
    return ::syscall(SYS_landlock_restrict_self, ruleset.get(), 0) == 0 ? abi : 0;
}

// --- capabilities: what a file server may need of root is kept, so that root can serve anybody's files

constexpr std::array kept_capabilities{CAP_CHOWN,  CAP_DAC_OVERRIDE, CAP_DAC_READ_SEARCH, CAP_FOWNER,
                                       CAP_FSETID, CAP_LEASE,        CAP_NET_BIND_SERVICE};

void drop_capabilities() {
    __user_cap_header_struct header{.version = _LINUX_CAPABILITY_VERSION_3, .pid = 0};
    std::array<__user_cap_data_struct, 2> held{};
    if (::syscall(SYS_capget, &header, held.data()) != 0) return;
    std::array<std::uint32_t, 2> kept{};
    for (const int each : kept_capabilities) {
        kept[static_cast<std::size_t>(each) / 32] |= 1U << (static_cast<unsigned>(each) % 32);
    }
    for (std::size_t i = 0; i < held.size(); ++i) {
        held[i].effective &= kept[i];
        held[i].permitted &= kept[i];
        held[i].inheritable = 0;
    }
    ::syscall(SYS_capset, &header, held.data());
}

}  // namespace

sandbox_report enter_sandbox(const sandbox_rules& rules) {
    sandbox_report report{.root = ::geteuid() == 0};
    if (needs_more_than_it_may()) return report;
    report.entered = true;
    report.no_new_privileges = ::prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) == 0;
    if (!report.no_new_privileges) return report;  // the others need it
    report.landlock_abi = enter_landlock(rules);
    drop_capabilities();
    report.seccomp = install_seccomp_filter();
    return report;
}

std::string describe(const sandbox_report& report) {
    if (!report.entered) return "off";
    std::string text = report.no_new_privileges ? "no_new_privs" : "none";
    text += report.landlock_abi == 0 ? ", no Landlock in this kernel"
                                     : ", Landlock (ABI " + std::to_string(report.landlock_abi) + ")";
    text += report.seccomp ? ", seccomp" : ", no seccomp in this kernel";
    return text;
}

}  // namespace common::runtime
