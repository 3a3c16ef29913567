// The chat server put together: one store, one hub for each worker, and what the operator sees of them.
//
//   application chat{host, common, options};     opens the database: throws app::failure
//   return host.run(chat.handlers());
#pragma once

#include "chat-server/options.hpp"
#include "chat-server/session/hub.hpp"
#include "chat-server/storage/sqlite_store.hpp"
#include "common/app/server_options.hpp"
#include "common/service/server_host.hpp"

#include <cstdint>
#include <functional>
#include <memory>
#include <vector>

namespace chat_server {

common::service::server_definition definition();

class application {
  public:
    application(common::service::server_host& host, const common::app::server_options& common,
                const chat_options& options);

    common::service::server_application handlers();

  private:
    // A figure that somebody else counts, copied to the metrics page now and then.
    struct figure {
        common::app::gauge& shown;
        std::function<std::uint64_t()> read;
    };

    void add_figures();
    void add_figure(const char* name, const char* help, std::function<std::uint64_t()> read);
    void add_sum(const char* name, const char* help,
                 std::atomic<std::uint64_t> session::session_counters::*part);
    void refresh_figures();
    void take_in(common::service::accepted_client client);
    void drain(std::function<void()> done);

    common::service::server_host& host_;
    session::settings settings_;
    session::directory directory_;
    common::runtime::serial_executor disk_{"chat-store"};
    std::unique_ptr<storage::sqlite_store> store_;
    std::vector<std::unique_ptr<session::hub>> hubs_;  // one for each worker, in their order
    std::vector<figure> figures_;
    common::seam::timer figures_timer_;
};

}  // namespace chat_server
