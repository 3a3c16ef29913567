#include "common/trust/known_servers.hpp"

#include "common/trust/limits.hpp"
#include "common/trust/text_codec.hpp"

#include <algorithm>
#include <functional>
#include <map>

namespace common::trust {
namespace {

std::string lower_case(std::string_view name) {
    std::string lower(name);
    for (char& letter : lower)
        if (letter >= 'A' && letter <= 'Z') letter = static_cast<char>(letter - 'A' + 'a');
    return lower;
}

[[noreturn]] void fail_line(const std::string& file, std::size_t line, const std::string& what) {
    throw state_error(file + ":" + std::to_string(line) + ": " + what + "; correct or remove this line");
}

known_server parse_line(std::string_view line, const std::string& file, std::size_t number) {
    const std::size_t space = line.find(' ');
    const auto print =
        space == std::string_view::npos ? std::nullopt : parse_fingerprint(line.substr(space + 1));
    if (space == 0 || !print) fail_line(file, number, "is not HOST:PORT FINGERPRINT");
    return {lower_case(line.substr(0, space)), {*print, file, number}};
}

void each_line(std::string_view content, const std::function<void(std::string_view, std::size_t)>& visit) {
    for (std::size_t number = 1; !content.empty(); ++number) {
        const std::size_t end = std::min(content.find('\n'), content.size());
        visit(content.substr(0, end), number);
        content.remove_prefix(std::min(end + 1, content.size()));
    }
}

bool is_entry(std::string_view line) {
    return !line.empty() && line.front() != '#';
}

bool names_server(std::string_view name, std::string_view name_or_host) {
    return name == name_or_host || name.substr(0, name.rfind(':')) == name_or_host;
}

}  // namespace

std::vector<known_server> parse_known_servers(std::string_view content, const std::string& file) {
    std::vector<known_server> servers;
    std::map<std::string, std::size_t> line_of;
    each_line(content, [&](std::string_view line, std::size_t number) {
        if (!is_entry(line)) return;
        if (servers.size() == limits::known_servers_max) fail_line(file, number, "is one server too many");
        servers.push_back(parse_line(line, file, number));
        const auto [first, fresh] = line_of.emplace(servers.back().name, number);
        if (!fresh) {
            fail_line(
                file, number,
                "names " + printable(first->first) + " again after line " + std::to_string(first->second));
        }
    });
    return servers;
}

secret_text known_servers::read() const {
    auto content = folder_.read(known_servers_file_name, limits::known_servers_file_bytes_max);
    return content ? *std::move(content) : secret_text{};
}

std::vector<known_server> known_servers::all() const {
    return parse_known_servers(read().view(), file());
}

std::optional<known_pin> known_servers::find(std::string_view name) const {
    for (const known_server& server : all())
        if (server.name == lower_case(name)) return server.pin;
    return std::nullopt;
}

std::optional<changed_key> known_servers::add(std::string_view name, const fingerprint& seen) const {
    if (name.empty() || name.front() == '#' || name.find_first_of(" \n") != std::string_view::npos)
        throw state_error(printable(name) + ": is not the name of a server");
    const folder_lock lock = folder_.lock();
    const secret_text content = read();
    const auto servers = parse_known_servers(content.view(), file());
    for (const known_server& server : servers) {
        if (server.name != lower_case(name)) continue;
        if (server.pin.print == seen) return std::nullopt;
        return changed_key{server.name, server.pin.print, seen, server.pin.file, server.pin.line};
    }
    if (servers.size() == limits::known_servers_max)
        throw state_error(file() + ": holds " + std::to_string(servers.size()) +
                          " servers already; forget some");
    std::string longer(content.view());
    if (!longer.empty() && longer.back() != '\n') longer += '\n';
    longer.append(lower_case(name)).append(" ").append(to_text(seen)).append("\n");
    folder_.replace(lock, known_servers_file_name, longer);
    return std::nullopt;
}

std::size_t known_servers::forget(std::string_view name_or_host) const {
    const folder_lock lock = folder_.lock();
    const secret_text content = read();
    std::string kept;
    std::size_t removed = 0;
    each_line(content.view(), [&](std::string_view line, std::size_t number) {
        if (is_entry(line) && names_server(parse_line(line, file(), number).name, lower_case(name_or_host)))
            ++removed;
        else
            kept.append(line).append("\n");
    });
    if (removed > 0) folder_.replace(lock, known_servers_file_name, kept);
    return removed;
}

}  // namespace common::trust
