#include "common/discovery/browser.hpp"

#include "common/discovery/avahi.hpp"
#include "common/discovery/limits.hpp"

#include <algorithm>
#include <avahi-common/error.h>
#include <avahi-common/timeval.h>
#include <cstring>
#include <net/if.h>

namespace common::discovery {
namespace {

ip_address to_address(const AvahiAddress& from) {
    ip_address address{.v6 = from.proto == AVAHI_PROTO_INET6};
    if (address.v6) {
        std::memcpy(address.bytes.data(), &from.data.ipv6, sizeof from.data.ipv6);
    } else {
        std::memcpy(address.bytes.data(), &from.data.ipv4, sizeof from.data.ipv4);
    }
    return address;
}

std::string interface_name(AvahiIfIndex index) {
    std::array<char, IF_NAMESIZE> name{};
    if (index < 0 || if_indextoname(static_cast<unsigned>(index), name.data()) == nullptr) return {};
    return name.data();
}

// One entry more than allowed is enough for the list to be refused.
std::vector<std::string> to_entries(AvahiStringList* from) {
    std::vector<std::string> entries;
    for (; from != nullptr && entries.size() <= limits::txt_entries_max;
         from = avahi_string_list_get_next(from)) {
        const std::size_t bytes = std::min(avahi_string_list_get_size(from), limits::txt_entry_bytes_max);
        entries.emplace_back(reinterpret_cast<const char*>(avahi_string_list_get_text(from)), bytes);
    }
    return entries;
}

// A browser that asks for the details of every name it hears, until its time is over.
class search {
  public:
    explicit search(trust::application app) : type_(service_type(app)) {}

    browse_result run(std::chrono::milliseconds time) {
        int error = AVAHI_ERR_NO_MEMORY;
        if (!poll_) return unavailable(error);
        client_.reset(avahi_client_new(api(), AvahiClientFlags{}, on_client, this, &error));
        if (!client_) return unavailable(error);
        const browser_ptr browser{avahi_service_browser_new(client_.get(), AVAHI_IF_UNSPEC,
                                                            AVAHI_PROTO_UNSPEC, type_, nullptr,
                                                            AvahiLookupFlags{}, on_name, this)};
        if (!browser) return unavailable(avahi_client_errno(client_.get()));
        timeval end{};
        avahi_elapse_time(&end, static_cast<unsigned>(time.count()), 0);
        api()->timeout_new(
            api(), &end, [](AvahiTimeout*, void* user) { self(user).leave(); }, this);
        avahi_simple_poll_loop(poll_.get());
        return {.servers = std::move(servers_).take(), .unavailable = {}};
    }

  private:
    static search& self(void* pointer) { return *static_cast<search*>(pointer); }
    static browse_result unavailable(int error) {
        return {.servers = {}, .unavailable = avahi_strerror(error)};
    }

    const AvahiPoll* api() { return avahi_simple_poll_get(poll_.get()); }
    void leave() { avahi_simple_poll_quit(poll_.get()); }

    // The daemon went away: what was found until then is the result.
    static void on_client(AvahiClient*, AvahiClientState state, void* user) {
        if (state == AVAHI_CLIENT_FAILURE) self(user).leave();
    }

    static void on_name(AvahiServiceBrowser*, AvahiIfIndex interface, AvahiProtocol protocol,
                        AvahiBrowserEvent event, const char* name, const char* type, const char* domain,
                        AvahiLookupResultFlags, void* user) {
        if (event == AVAHI_BROWSER_FAILURE) return self(user).leave();
        if (event == AVAHI_BROWSER_NEW) self(user).look_up(interface, protocol, name, type, domain);
    }

    void look_up(AvahiIfIndex interface, AvahiProtocol protocol, const char* name, const char* type,
                 const char* domain) {
        if (lookups_ == limits::lookups_max) return;
        ++lookups_;
        // The client owns it until on_details(), or to the end. One that cannot be made finds nothing.
        avahi_service_resolver_new(client_.get(), interface, protocol, name, type, domain, AVAHI_PROTO_UNSPEC,
                                   AvahiLookupFlags{}, on_details, this);
    }

    static void on_details(AvahiServiceResolver* resolver, AvahiIfIndex interface, AvahiProtocol,
                           AvahiResolverEvent event, const char* name, const char*, const char*,
                           const char* host, const AvahiAddress* address, std::uint16_t port,
                           AvahiStringList* txt, AvahiLookupResultFlags flags, void* user) {
        if (event == AVAHI_RESOLVER_FOUND) {
            self(user).servers_.add({.name = name,
                                     .host = host,
                                     .address = to_address(*address),
                                     .interface = interface_name(interface),
                                     .this_machine = (flags & AVAHI_LOOKUP_RESULT_LOCAL) != 0,
                                     .port = port,
                                     .txt = to_entries(txt)});
        }
        avahi_service_resolver_free(resolver);
    }

    const char* type_;
    simple_poll_ptr poll_{avahi_simple_poll_new()};
    client_ptr client_;
    std::size_t lookups_ = 0;
    server_list servers_;
};

}  // namespace

browse_result browse(trust::application app, std::chrono::milliseconds time) {
    return search{app}.run(
        std::clamp<std::chrono::milliseconds>(time, std::chrono::milliseconds{0}, limits::browse_time_max));
}

}  // namespace common::discovery
