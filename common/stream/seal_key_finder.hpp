// Where the key of a sealed stream comes from, once its preamble has said which kind it wants.
//
//   open_transform open(buffers, raw_key_finder(key));
//   open_transform open(buffers, passphrase_finder(loop, blocking, passphrase));   // on the blocking pool
#pragma once

#include "common/seam/event_loop.hpp"
#include "common/stream/seal_format.hpp"
#include "common/stream/task.hpp"

#include <functional>
#include <string>

namespace common::stream {

// Asked once for each stream. An error ends the stream with it.
using seal_key_finder = std::function<task<result<seal_key>>(const seal_preamble& preamble)>;

// Both answer wrong_key_kind when the stream was sealed with the other kind.
seal_key_finder raw_key_finder(const seal_key& key);
seal_key_finder passphrase_finder(seam::event_loop& loop, seam::blocking_pool& blocking,
                                  std::string passphrase);

}  // namespace common::stream
