// The receiving end of uploads on a simulated machine: the real receiver with its staging, journal and
// placement, behind a session that does nothing but pass frames.
//
//   machine.on_boot([&](process& own) { return std::make_shared<host>(own, net); });   // at "upload"
#pragma once

#include "common/stream/buffer_pool.hpp"
#include "common/transfer/content_index.hpp"
#include "common/transfer/link_channel.hpp"
#include "common/transfer/receiver.hpp"
#include "tests/simulation/network.hpp"
#include "tests/simulation/node.hpp"

#include <memory>
#include <string>
#include <vector>

namespace tests::simulation::upload {

inline constexpr const char* upload_address = "upload";

class host {
  public:
    host(process& own, network& net);
    ~host();

    // Every buffer is within its budget; otherwise says which is not.
    std::string over_budget() const;

  private:
    class session;

    process& own_;
    common::stream::buffer_pool pool_;
    std::shared_ptr<common::transfer::claims> claims_ = common::transfer::claims::create();
    common::transfer::unlimited space_;
    std::shared_ptr<common::transfer::content_index> index_;
    std::vector<std::weak_ptr<session>> sessions_;
};

}  // namespace tests::simulation::upload
