// What must be true of uploads, whatever breaks: a file under its final name is one that somebody sent,
// whole; and what was reported as stored is there, also after a power failure.
//
//   truth.sent(path, contents);          before the first run: what the file is
//   truth.watch(machine);                looks at the receiver's disk whenever a name changes or it dies
//   truth.stored(path);                  the receiver said so
//   truth.check_all();                   at the end: everything that was sent is there
#pragma once

#include "tests/simulation/node.hpp"

#include <map>
#include <set>
#include <string>

namespace tests::simulation::upload {

class oracle {
  public:
    explicit oracle(world& sim) : sim_(sim) {}

    void sent(const std::string& path, file_bytes contents) { sent_[path] = std::move(contents); }
    void watch(node& receiver);
    void stored(const std::string& path);
    void check_all();

  private:
    void check_file(const std::string& path, const std::string& when);
    void check_disk(const std::string& when);

    world& sim_;
    node* receiver_ = nullptr;
    std::map<std::string, file_bytes> sent_;
    std::set<std::string> stored_;
};

}  // namespace tests::simulation::upload
