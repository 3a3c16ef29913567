#include "common/service/server_state.hpp"

#include "common/service/clear_error.hpp"

#include <arpa/inet.h>
#include <array>
#include <ifaddrs.h>
#include <memory>
#include <net/if.h>
#include <netinet/in.h>
#include <unistd.h>
#include <utility>

namespace common::service {
namespace {

constexpr std::size_t join_link_bytes_max = 4096;
constexpr std::string_view state_problem = "cannot use the state folder";

trust::access_mode access_mode_of(app::access_mode mode) {
    switch (mode) {
        case app::access_mode::open:
            return trust::access_mode::open;
        case app::access_mode::closed:
            return trust::access_mode::closed;
        case app::access_mode::token:
            break;
    }
    return trust::access_mode::enrolled;
}

}  // namespace

server_state::server_state(const app::server_options& options, const server_definition& definition)
    : app_(definition.app),
      mode_(options.access),
      default_rights_(definition.default_rights),
      folder_(with_clear_error(state_problem, [&] { return open_folder(options.state); })),
      key_(with_clear_error(state_problem, [&] { return trust::load_or_create_server_key(folder_); })),
      access_(with_clear_error(state_problem, [&] {
          return trust::access_list(
              folder_, {.mode = access_mode_of(options.access), .default_rights = definition.default_rights});
      })) {}

std::optional<trust::server_address> read_join_link(const trust::state_folder& folder,
                                                    trust::application app) {
    const auto content = folder.read(join_link_file_name, join_link_bytes_max);
    if (!content) return std::nullopt;
    const std::string_view text = content->view();
    const auto parsed = trust::parse_address(text.substr(0, text.find('\n')), app);
    const auto* link = std::get_if<trust::server_address>(&parsed);
    return link != nullptr ? std::optional{*link} : std::nullopt;
}

std::optional<trust::token> server_state::usable_token(seam::wall_time now) {
    const auto last = read_join_link(folder_, app_);
    if (!last || !last->enrolment || !access_.is_usable(*last->enrolment, now)) return std::nullopt;
    return last->enrolment;
}

std::string server_state::refresh_join_link(const app::address& reachable, seam::wall_time now) {
    return with_clear_error(state_problem, [&] {
        trust::server_address link{.app = app_,
                                   .host = reachable.host,
                                   .port = reachable.port,
                                   .path = {},
                                   .pin = key_.print(),
                                   .enrolment = {}};
        if (mode_ == app::access_mode::token) {
            link.enrolment = usable_token(now);
            if (!link.enrolment)
                link.enrolment = access_.new_token({.rights = default_rights_, .folder = {}}, now);
        }
        std::string text{trust::format_join_link(link).view()};
        folder_.replace(folder_.lock(), join_link_file_name, text + "\n");
        return text;
    });
}

app::address reachable_address(const app::address& bound) {
    if (bound.host != "0.0.0.0" && bound.host != "::") return bound;
    ifaddrs* list = nullptr;
    if (getifaddrs(&list) != 0) return {.host = "localhost", .port = bound.port};
    const std::unique_ptr<ifaddrs, decltype(&freeifaddrs)> owner{list, &freeifaddrs};
    for (const ifaddrs* each = list; each != nullptr; each = each->ifa_next) {
        if (each->ifa_addr == nullptr || each->ifa_addr->sa_family != AF_INET) continue;
        if ((each->ifa_flags & IFF_LOOPBACK) != 0 || (each->ifa_flags & IFF_UP) == 0) continue;
        std::array<char, INET_ADDRSTRLEN> text{};
        const auto* ipv4 = reinterpret_cast<const sockaddr_in*>(each->ifa_addr);
        if (inet_ntop(AF_INET, &ipv4->sin_addr, text.data(), text.size()) == nullptr) continue;
        return {.host = text.data(), .port = bound.port};
    }
    return {.host = "localhost", .port = bound.port};
}

}  // namespace common::service
