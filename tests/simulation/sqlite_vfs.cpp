#include "tests/simulation/sqlite_vfs.hpp"

#include <sqlite3.h>

#include <algorithm>
#include <cstring>
#include <new>
#include <string_view>

namespace tests::simulation {

using common::seam::file_info;
using common::seam::result;

namespace {

constexpr int path_bytes_max = 512;
constexpr std::uint32_t file_mode = 0600;

// What SQLite allocates for an open file: its own part first.
struct open_file {
    sqlite3_file base;
    std::unique_ptr<common::seam::file> file;
    sqlite_vfs* vfs = nullptr;
    std::string path;
    bool delete_on_close = false;
    // The first sync of a journal also syncs its name, as SQLite's own VFS does.
    bool name_due = false;
};

open_file& from(sqlite3_file* file) {
    return *reinterpret_cast<open_file*>(file);
}
sqlite_vfs& owner(sqlite3_vfs* vfs) {
    return *static_cast<sqlite_vfs*>(vfs->pAppData);
}

std::string_view folder_of(std::string_view path) {
    const auto slash = path.rfind('/');
    return slash == std::string_view::npos ? std::string_view{} : path.substr(0, slash);
}

int code_of(std::error_code error, int otherwise) {
    if (!error) return SQLITE_OK;
    return error == std::errc::no_space_on_device ? SQLITE_FULL : otherwise;
}

int close_file(sqlite3_file* file) {
    auto& mine = from(file);
    mine.file.reset();
    if (mine.delete_on_close) (void)mine.vfs->disk().remove(mine.path);
    mine.~open_file();
    return SQLITE_OK;
}

int read_file(sqlite3_file* file, void* to, int count, sqlite3_int64 offset) {
    const common::seam::mutable_bytes out{static_cast<std::byte*>(to), static_cast<std::size_t>(count)};
    const auto got = from(file).file->read_at(out, static_cast<std::uint64_t>(offset));
    if (!got) return SQLITE_IOERR_READ;
    if (*got == out.size()) return SQLITE_OK;
    std::ranges::fill(out.subspan(*got), std::byte{0});  // SQLite relies on it
    return SQLITE_IOERR_SHORT_READ;
}

int write_file(sqlite3_file* file, const void* data, int count, sqlite3_int64 offset) {
    const common::seam::const_bytes bytes{static_cast<const std::byte*>(data),
                                          static_cast<std::size_t>(count)};
    const auto error = from(file).file->write_at(bytes, static_cast<std::uint64_t>(offset));
    return code_of(error, SQLITE_IOERR_WRITE);
}

int truncate_file(sqlite3_file* file, sqlite3_int64 size) {
    return code_of(from(file).file->resize(static_cast<std::uint64_t>(size)), SQLITE_IOERR_TRUNCATE);
}

int sync_file(sqlite3_file* file, int) {
    auto& mine = from(file);
    if (const auto error = mine.file->sync_data()) return code_of(error, SQLITE_IOERR_FSYNC);
    if (!mine.name_due) return SQLITE_OK;
    const auto error = mine.vfs->disk().sync_folder(folder_of(mine.path));
    mine.name_due = static_cast<bool>(error);
    return code_of(error, SQLITE_IOERR_DIR_FSYNC);
}

int size_of_file(sqlite3_file* file, sqlite3_int64* size) {
    const auto info = from(file).file->info();
    if (!info) return SQLITE_IOERR_FSTAT;
    *size = static_cast<sqlite3_int64>(info->size);
    return SQLITE_OK;
}

int lock_file(sqlite3_file*, int) {
    return SQLITE_OK;
}

int check_reserved_lock(sqlite3_file*, int* held) {
    *held = 0;
    return SQLITE_OK;
}

int control_file(sqlite3_file*, int, void*) {
    return SQLITE_NOTFOUND;
}

int bytes_of_sector(sqlite3_file*) {
    return 4096;
}

// The disk tears writes between sectors but leaves the bytes around a write alone.
int characteristics(sqlite3_file*) {
    return SQLITE_IOCAP_POWERSAFE_OVERWRITE;
}

sqlite3_io_methods make_methods() {
    sqlite3_io_methods made{};
    made.iVersion = 1;  // no shared memory, no memory mapping
    made.xClose = close_file;
    made.xRead = read_file;
    made.xWrite = write_file;
    made.xTruncate = truncate_file;
    made.xSync = sync_file;
    made.xFileSize = size_of_file;
    made.xLock = lock_file;
    made.xUnlock = lock_file;
    made.xCheckReservedLock = check_reserved_lock;
    made.xFileControl = control_file;
    made.xSectorSize = bytes_of_sector;
    made.xDeviceCharacteristics = characteristics;
    return made;
}
const sqlite3_io_methods methods = make_methods();

int open(sqlite3_vfs* vfs, sqlite3_filename name, sqlite3_file* to, int flags, int* flags_out) {
    to->pMethods = nullptr;
    auto& own = owner(vfs);
    // A file without a name is temporary; it gets one that nobody else uses.
    const std::string path =
        name ? std::string{name} : "sqlite-temp-" + std::to_string(own.random().next_u64());
    auto opened =
        (flags & SQLITE_OPEN_READWRITE) != 0 ? own.disk().open_write(path) : own.disk().open_read(path);
    if (!opened && opened.error() == std::errc::no_such_file_or_directory &&
        (flags & SQLITE_OPEN_CREATE) != 0) {
        opened = own.disk().create(path, file_mode);
    }
    if (!opened) return code_of(opened.error(), SQLITE_CANTOPEN);
    auto* made = new (static_cast<void*>(to)) open_file{};
    made->base.pMethods = &methods;
    made->file = *std::move(opened);
    made->vfs = &own;
    made->path = path;
    made->delete_on_close = (flags & SQLITE_OPEN_DELETEONCLOSE) != 0;
    constexpr int journals = SQLITE_OPEN_WAL | SQLITE_OPEN_MAIN_JOURNAL | SQLITE_OPEN_SUPER_JOURNAL;
    made->name_due = (flags & SQLITE_OPEN_CREATE) != 0 && (flags & journals) != 0;
    if (flags_out) *flags_out = flags;
    return SQLITE_OK;
}

int delete_file(sqlite3_vfs* vfs, const char* name, int sync_name) {
    auto& disk = owner(vfs).disk();
    const auto error = disk.remove(name);
    if (error == std::errc::no_such_file_or_directory) return SQLITE_IOERR_DELETE_NOENT;
    if (error) return SQLITE_IOERR_DELETE;
    return sync_name != 0 ? code_of(disk.sync_folder(folder_of(name)), SQLITE_IOERR_DIR_FSYNC) : SQLITE_OK;
}

int access_file(sqlite3_vfs* vfs, const char* name, int flags, int* there) {
    const auto info = owner(vfs).disk().info(name);
    // A journal without content counts as none.
    *there = info && (flags != SQLITE_ACCESS_EXISTS || info->size > 0) ? 1 : 0;
    return SQLITE_OK;
}

int full_path(sqlite3_vfs*, const char* name, int count, char* to) {
    const std::size_t bytes = std::strlen(name) + 1;
    if (bytes > static_cast<std::size_t>(count)) return SQLITE_CANTOPEN;
    std::memcpy(to, name, bytes);
    return SQLITE_OK;
}

int fill_random(sqlite3_vfs* vfs, int count, char* to) {
    owner(vfs).random().fill({reinterpret_cast<std::byte*>(to), static_cast<std::size_t>(count)});
    return count;
}

int sleep(sqlite3_vfs*, int micros) {
    return micros;
}

int current_time(sqlite3_vfs* vfs, double* julian_day) {
    constexpr double epoch = 2440587.5;
    const auto ms = owner(vfs).clock().wall_now().time_since_epoch().count();
    *julian_day = epoch + static_cast<double>(ms) / 86'400'000.0;
    return SQLITE_OK;
}

int last_error(sqlite3_vfs*, int, char*) {
    return 0;
}

}  // namespace

sqlite_vfs::sqlite_vfs(common::seam::disk& disk, common::seam::random& random,
                       const common::seam::clock& clock)
    : disk_(disk),
      random_(random),
      clock_(clock),
      name_("simulated-" + std::to_string(reinterpret_cast<std::uintptr_t>(this))),
      registered_(std::make_unique<sqlite3_vfs>()) {
    auto& vfs = *registered_;
    vfs.iVersion = 1;
    vfs.szOsFile = sizeof(open_file);
    vfs.mxPathname = path_bytes_max;
    vfs.zName = name_.c_str();
    vfs.pAppData = this;
    vfs.xOpen = open;
    vfs.xDelete = delete_file;
    vfs.xAccess = access_file;
    vfs.xFullPathname = full_path;
    vfs.xRandomness = fill_random;
    vfs.xSleep = sleep;
    vfs.xCurrentTime = current_time;
    vfs.xGetLastError = last_error;
    // SQLite seeds its generator from the default VFS.
    sqlite3_vfs_register(&vfs, 1);
    sqlite3_randomness(0, nullptr);
    std::uint32_t first = 0;
    sqlite3_randomness(sizeof first, &first);
}

sqlite_vfs::~sqlite_vfs() {
    sqlite3_vfs_unregister(registered_.get());
}

}  // namespace tests::simulation
