// Avahi's objects with one owner each. For the sources of this folder only: no other header shows Avahi.
#pragma once

#include <avahi-client/client.h>
#include <avahi-client/lookup.h>
#include <avahi-common/simple-watch.h>
#include <avahi-common/strlst.h>
#include <avahi-common/thread-watch.h>
#include <memory>

namespace common::discovery {

template <auto Free>
struct avahi_deleter {
    template <class T>
    void operator()(T* object) const {
        Free(object);
    }
};

using client_ptr = std::unique_ptr<AvahiClient, avahi_deleter<avahi_client_free>>;
using simple_poll_ptr = std::unique_ptr<AvahiSimplePoll, avahi_deleter<avahi_simple_poll_free>>;
using threaded_poll_ptr = std::unique_ptr<AvahiThreadedPoll, avahi_deleter<avahi_threaded_poll_free>>;
using browser_ptr = std::unique_ptr<AvahiServiceBrowser, avahi_deleter<avahi_service_browser_free>>;
using string_list_ptr = std::unique_ptr<AvahiStringList, avahi_deleter<avahi_string_list_free>>;

}  // namespace common::discovery
