#include "uploader-server/options.hpp"

#include "common/app/program.hpp"
#include "common/app/sizes.hpp"

#include <CLI/CLI.hpp>

namespace uploader_server {

namespace app = common::app;
using common::transfer::durability;
using protocol::upload::conflict_policy;

namespace {

void add_size(CLI::App& cli, const std::string& name, std::uint64_t& to, std::uint64_t max,
              const std::string& help) {
    cli.add_option_function<std::string>(
           name,
           [name, &to, max](const std::string& text) {
               const auto bytes = app::parse_size(text);
               if (!bytes || *bytes > max) {
                   throw CLI::ValidationError{name,
                                              "'" + text + "' is not a size up to " + app::format_size(max)};
               }
               to = *bytes;
           },
           help)
        ->type_name("SIZE");
}

void add_age(CLI::App& cli, const std::string& name, common::seam::duration& to, const std::string& help) {
    cli.add_option_function<std::string>(
           name,
           [name, &to](const std::string& text) {
               const auto age = app::parse_duration(text);
               if (!age) throw CLI::ValidationError{name, "'" + text + "' is not an age such as 7d"};
               to = *age;
           },
           help)
        ->type_name("AGE");
}

}  // namespace

void add_upload_options(app::program& self, upload_options& options) {
    constexpr std::uint64_t size_max = std::uint64_t{1} << 60;
    CLI::App& cli = self.cli();
    cli.add_option("--root", options.root, "The folder of the finished files; needed to serve")
        ->type_name("DIR");
    add_size(cli, "--quota", options.quota.bytes, size_max, "Hold at most this much in all [no limit]");
    add_size(cli, "--quota-per-key", options.quota.key_bytes, size_max,
             "Hold at most this much of each key [no limit]");
    cli.add_option("--quota-files", options.quota.files, "Hold at most so many files in all [no limit]")
        ->type_name("N");
    cli.add_option("--quota-files-per-key", options.quota.key_files,
                   "Hold at most so many files of each key [no limit]")
        ->type_name("N");
    cli.add_option("--audit", options.audit_file,
                   "Append who stored, deleted and renamed what, as JSON lines")
        ->type_name("FILE");
    add_size(cli, "--max-file", options.session.file_bytes_max, protocol::upload::limits::file_bytes_max,
             "Refuse larger files [1 TiB]");
    add_size(cli, "--reserve", options.session.reserve_bytes, size_max,
             "Leave this much of the disk free at all times [0]");
    add_age(cli, "--keep-partial", options.keep_partial,
            "Forget unfinished uploads that rest for so long [7d]");
    cli.add_option_function<std::string>(
           "--durability",
           [&options](const std::string& how) {
               options.session.durability = how == "full" ? durability::full : durability::relaxed;
           },
           "full: stored means on disk; relaxed: a power loss may take the last moments [full]")
        ->check(CLI::IsMember({"full", "relaxed"}));
    cli.add_option_function<std::string>(
           "--rights",
           [&options](const std::string& words) {
               if (!domain::parse_rights(words)) {
                   throw CLI::ValidationError{
                       "--rights",
                       "'" + words + "' is not a list of put, get, list, delete, overwrite, or all"};
               }
               options.rights = words;
           },
           "What a new key may do: all, or a list such as put,get,list,delete,overwrite [all]")
        ->type_name("WORDS");
    cli.add_option_function<std::string>(
           "--on-conflict",
           [&options](const std::string& what) {
               options.session.on_conflict = what == "fail"     ? conflict_policy::fail
                                             : what == "rename" ? conflict_policy::rename
                                                                : conflict_policy::overwrite;
           },
           "When another file has the name: fail, rename the new one, or overwrite [fail]")
        ->check(CLI::IsMember({"fail", "rename", "overwrite"}));
}

}  // namespace uploader_server
